import { median } from 'simple-statistics';
import { normalTail } from './student.ts';

/**
 * Slope of a series a step: the median of the slopes between all pairs (Theil 1950, Sen 1968). Up to three in ten wild
 * values do not move it. 0 of fewer than two values.
 * Worked example: 1, 2, 3, 4, 100 -> 1 (six of the ten slopes are 1).
 */
export function theilSen(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i += 1)
    for (let j = i + 1; j < values.length; j += 1) slopes.push((values[j]! - values[i]!) / (j - i));
  return slopes.length === 0 ? 0 : median(slopes);
}

/**
 * -log10 of the probability that a series without a trend rises so often: the test of Mann (1945) and Kendall, with the
 * normal approximation, ties taken into account; one-sided. 0 of fewer than four values.
 */
export function mannKendall(values: readonly number[]): number {
  const n = values.length;
  if (n < 4) return 0;
  let s = 0;
  for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) s += Math.sign(values[j]! - values[i]!);
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
  const variance = (n * (n - 1) * (2 * n + 5) - tied) / 18;
  if (s <= 1 || variance <= 0) return 0;
  return normalTail((s - 1) / Math.sqrt(variance));
}
