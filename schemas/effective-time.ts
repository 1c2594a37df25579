import { MINUTE } from './durations.ts';

/** Effective time may stray this far from receipt. */
const SKEW_MS = 10 * MINUTE;

/** When something happened, as far as a clock elsewhere is believed (rule R7). Epoch milliseconds, all of it. */
export const effectiveTime = (occurredAt: number, receivedAt: number): number =>
  Math.min(Math.max(occurredAt, receivedAt - SKEW_MS), receivedAt + SKEW_MS);
