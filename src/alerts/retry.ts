import { SECOND } from '../../schemas/durations.ts';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before each try, the first at once: the example schedule of Standard Webhooks 1.0.0, over 75 h 35 m 5 s. */
export const SCHEDULE: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Share of a wait by which chance moves it, up or down, so that many senders do not come back at one moment. */
export const JITTER = 0.1;

/** A receiver cannot put us off for longer than the longest wait of our own. */
const MAX_ASKED = 24 * HOUR;

/** Wait after so many failures in a row; past the schedule's end its last wait holds on. `random` is in [0, 1). */
export function waitAfter(failures: number, random: () => number): number {
  const wait = SCHEDULE[Math.min(failures, SCHEDULE.length - 1)] ?? 0;
  return Math.round(wait * (1 + JITTER * (2 * random() - 1)));
}

/** Retry-After as RFC 9110 has it, in seconds or as a date, in milliseconds from now; undefined where it says nothing. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const asked = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return asked > 0 ? Math.min(asked, MAX_ASKED) : undefined;
}
