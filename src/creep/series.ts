import { columnOf, privilegeInUse, TOOLS } from '../../detectors/creep/days.ts';
import { mannKendall, theilSen } from '../../detectors/stats/trend.ts';
import { isChange } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { DayOfUse } from './privileges.ts';

/** Weighted privilege in use by day, silent days included, oldest first: what slopes are taken of. */
export function inUseByDay(days: readonly DayOfUse[], from: number, until: number): number[] {
  const count = Math.max(1, Math.floor(until / DAY) - Math.floor(from / DAY) + 1);
  const rows = Array.from({ length: count }, () => new Array<number>(TOOLS + 1).fill(0));
  for (const one of days) {
    const row = rows[Math.floor(one.day / DAY) - Math.floor(from / DAY)];
    if (row === undefined || one.class === 'discover') continue;
    row[columnOf(one.class)]! += one.calls;
    if (isChange(one.class)) row[TOOLS]! += 1;
  }
  return rows.map(privilegeInUse);
}

export interface Slope {
  days: number;
  /** Weighted privilege in use, more a day (Theil and Sen); -log10 of the chance of such a rise (Mann and Kendall). */
  slope: number;
  score: number;
  /** On how many of these days something was in use. */
  worked: number;
}

/** Over the last 7, 30 and 90 days, where there are so many. */
export const slopesOf = (inUse: readonly number[]): Slope[] =>
  [7, 30, 90]
    .filter((days) => inUse.length >= days)
    .map((days) => {
      const part = inUse.slice(-days);
      return {
        days,
        slope: theilSen(part),
        score: mannKendall(part),
        worked: part.filter((value) => value > 0).length,
      };
    });

const BARS = '▁▂▃▄▅▆▇█';

/** One character a value, from 0 to the largest; a space where there is nothing. */
export function sparkline(values: readonly number[], width: number): string {
  const size = Math.max(1, Math.ceil(values.length / width));
  const bins: number[] = [];
  for (let from = 0; from < values.length; from += size) {
    const part = values.slice(from, from + size);
    bins.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  const top = Math.max(...bins, 1e-9);
  return bins.map((value) => (value <= 0 ? ' ' : BARS[Math.min(7, Math.floor((8 * value) / top))])).join('');
}
