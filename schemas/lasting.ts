import { counted } from './counted.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

const UNITS: readonly (readonly [below: number, size: number, name: string])[] = [
  [90_000, 1_000, 'second'],
  [90 * MINUTE, MINUTE, 'minute'],
  [48 * HOUR, HOUR, 'hour'],
  [Number.POSITIVE_INFINITY, DAY, 'day'],
];

/** A span of time for people, ms: `40 seconds`, `50 minutes`, `3 hours`, `9 days`. */
export function lasting(ms: number): string {
  const [, size, name] = UNITS.find(([below]) => ms < below)!;
  return counted(Math.max(1, Math.round(ms / size)), name);
}
