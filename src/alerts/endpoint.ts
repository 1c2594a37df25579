import { DAY, MINUTE } from '../../schemas/durations.ts';
import { waitAfter } from './retry.ts';

/** An endpoint that failed for so long without a break is switched off until the next start. */
export const DISABLE_AFTER_MS = 5 * DAY;
/** A new alert brings the next try of a failing endpoint forward, but to no less than so long after the last. */
export const FRESH_PROBE_MS = 5 * MINUTE;

/** How an endpoint does, and from when on it may be tried again. Times in epoch milliseconds. */
export function createEndpoint(now: () => number, random: () => number) {
  let failures = 0;
  let failingSince = 0;
  let failedAt = 0;
  let blockedUntil = 0;
  /** The receiver's own wish, which a new alert does not cut short. */
  let askedUntil = 0;

  return {
    blockedUntil: (): number => blockedUntil,
    failures: (): number => failures,
    failingSince: (): number => failingSince,
    overdue: (): boolean => failingSince > 0 && failedAt - failingSince >= DISABLE_AFTER_MS,
    works(): void {
      failures = 0;
      failingSince = 0;
      blockedUntil = 0;
    },
    fails(afterMs = 0): void {
      failures += 1;
      failedAt = now();
      failingSince ||= failedAt;
      askedUntil = failedAt + afterMs;
      blockedUntil = Math.max(askedUntil, failedAt + waitAfter(failures, random));
    },
    /** Something new is to be told: worth a look whether it is back. */
    hasNews(): void {
      if (blockedUntil > now()) blockedUntil = Math.max(askedUntil, Math.min(blockedUntil, failedAt + FRESH_PROBE_MS));
    },
    /** A person asks for it: it is tried at once, but for the receiver's own wish. */
    isAskedFor(): void {
      blockedUntil = Math.min(blockedUntil, askedUntil);
    },
    /** After a restart it is tried at once, and goes on along the schedule where it was. */
    wasFailing(times: number, since: number): void {
      failures = times;
      failingSince = since;
    },
  };
}
