import { backoff, pause } from '../wait.ts';

const MAX_BACKOFF_MS = 10_000;

export interface PersistOptions {
  retryable(error: unknown): boolean;
  /** Said once a try failed: which write, the error, how often. */
  onRetry(what: string, error: unknown, attempt: number): void;
  /** Aborted when waiting is over: a stop that the store does not answer. */
  signal: AbortSignal;
}

/**
 * Repeats a write until the store takes it: a store that is away makes the pipeline wait, with what it holds bounded,
 * and loses nothing. What can never succeed is thrown.
 */
export function createPersist({ retryable, onRetry, signal }: PersistOptions) {
  return async function persist<T>(what: string, write: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await write();
      } catch (error) {
        if (signal.aborted || !retryable(error)) throw error;
        onRetry(what, error, attempt);
        await pause(backoff(attempt, MAX_BACKOFF_MS), signal);
        if (signal.aborted) throw error;
      }
    }
  };
}
