import { normalTail } from './student.ts';

/**
 * How far ratios (seen over expected) usually stray, for work that comes in clumps: one task of a hundred calls among many of
 * ten. Counts by quarter of an octave, from 1/16 to 256 and beyond; halved at LIMIT, so that old days fade. 48 numbers.
 */
export interface Ratios {
  n: number;
  counts: number[];
}

const BINS = 48;
const ZERO = 16;
const LIMIT = 1024;
/** Fewer say nothing of a tail. */
const ENOUGH = 20;
/** Ratios that differ less than this (standard deviation of the logarithm) are taken for luck. */
const LEAST_SPREAD = 0.35;
/** Standard deviations between the median and the 90 % quantile of a normal distribution. */
const Z90 = 1.2816;

export const emptyRatios = (): Ratios => ({ n: 0, counts: [] });

export function addRatio(ratios: Ratios, ratio: number): void {
  if (ratios.counts.length === 0) ratios.counts = new Array<number>(BINS).fill(0);
  const bin = Math.round(4 * Math.log2(Math.max(ratio, 1e-9))) + ZERO;
  ratios.counts[Math.max(0, Math.min(BINS - 1, bin))]! += 1;
  ratios.n += 1;
  if (ratios.n < LIMIT) return;
  ratios.counts = ratios.counts.map((count) => count >> 1);
  ratios.n = ratios.counts.reduce((sum, count) => sum + count, 0);
}

/**
 * -log10 of the probability of such a ratio or a larger one; 12 where too few are known. Sizes of clumps are taken for
 * lognormal (Mitzenmacher 2004), with median and 90 % quantile as met: one that large is not moved by a few wild hours.
 * Worked example: q50 = 1 and q90 = e^1.2816 make the spread 1: a ratio of e^2 is two standard deviations out, 1.64.
 */
export function ratioTail(ratios: Ratios, ratio: number): number {
  if (ratios.n < ENOUGH) return 12;
  const [half, most] = [quantile(ratios, 0.5), quantile(ratios, 0.9)];
  if (ratio <= most) return 0;
  return normalTail(Math.log(ratio / half) / Math.max(LEAST_SPREAD, Math.log(most / half) / Z90));
}

/** The upper edge of the bin below which a share of the ratios lies. */
function quantile({ n, counts }: Ratios, share: number): number {
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    below += count;
    if (below >= share * n) return 2 ** ((bin - ZERO + 0.5) / 4);
  }
  return 2 ** ((BINS - ZERO) / 4);
}
