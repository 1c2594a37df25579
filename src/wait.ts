import { setTimeout } from 'node:timers/promises';

/** Waits so many milliseconds; at an abort it ends at once, and does not throw. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => {});

/** How long to wait after so many failures: doubling from `first` to `most` milliseconds. */
export const backoff = (failures: number, most: number, first = 100): number =>
  Math.min(most, first * 2 ** Math.min(failures, 10));
