import { counted } from './counted.ts';

/** A span of time for people: `40 seconds`, `50 minutes`, `3 hours`. */
export function lasting(ms: number): string {
  const [size, name] = ms < 90_000 ? [1000, 'second'] : ms < 5_400_000 ? [60_000, 'minute'] : [3_600_000, 'hour'];
  return counted(Math.max(1, Math.round(ms / size)), name);
}
