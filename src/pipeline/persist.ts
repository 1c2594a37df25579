/** Waits between tries: doubling from 100 ms to 10 s. */
const backoff = (attempt: number): number => Math.min(10_000, 100 * 2 ** Math.min(attempt, 10));

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
        await pause(backoff(attempt), signal);
        if (signal.aborted) throw error;
      }
    }
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
