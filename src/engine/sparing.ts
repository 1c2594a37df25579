/** Detectors that ended with an error on an event, and which. */
export type Failures = string[];

export function noteFailure(failures: Failures, detectorId: string, error: unknown): void {
  failures.push(`${detectorId}: ${(error as Error).message.slice(0, 200)}`);
}

/**
 * What one detector answers, undefined where it ends with an error: what is wrong with it must not keep the record, nor the
 * others, from an event that somebody made for that.
 */
export function sparing<Answer>(failures: Failures, detectorId: string, ask: () => Answer): Answer | undefined {
  try {
    return ask();
  } catch (error) {
    noteFailure(failures, detectorId, error);
    return undefined;
  }
}
