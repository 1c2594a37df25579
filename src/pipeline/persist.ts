import { backoff, pause } from '../wait.ts';

const MAX_BACKOFF_MS = 10_000;

export interface PersistObserver {
  /** A try failed: which write, the error, how often. */
  retrying(what: string, error: unknown, attempt: number): void;
  /** A write that had failed was taken, or refused for good: it waits no longer. */
  taken(what: string): void;
}

interface PersistOptions {
  retryable(error: unknown): boolean;
  observer: PersistObserver;
  /** Aborted when waiting is over: a stop that the store does not answer. */
  signal: AbortSignal;
}

/**
 * Repeats a write until the store takes it: a store that is away makes the pipeline wait, with what it holds bounded,
 * and loses nothing. What can never succeed is thrown.
 */
export function createPersist({ retryable, observer, signal }: PersistOptions) {
  return async function persist<T>(what: string, write: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await write();
        if (attempt > 0) observer.taken(what);
        return answer;
      } catch (error) {
        if (signal.aborted) throw error;
        if (!retryable(error)) {
          if (attempt > 0) observer.taken(what);
          throw error;
        }
        observer.retrying(what, error, attempt);
        await pause(backoff(attempt, MAX_BACKOFF_MS), signal);
        if (signal.aborted) throw error;
      }
    }
  };
}
