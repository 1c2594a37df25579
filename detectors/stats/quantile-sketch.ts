/**
 * Quantiles of a stream of numbers >= 0 with a bounded relative error: DDSketch (Masson, Rim and Lee, VLDB 2019). A
 * value falls into the bucket ceil(log_gamma(value)); gamma = 1.1 keeps every quantile within 5 %. 400 buckets reach
 * from 1 to 3.6e16; what is smaller counts as zero. When `n` reaches LIMIT all counts are halved, so that old days fade.
 * Plain data: at most 400 numbers (4 KB as JSON).
 */
export interface QuantileSketch {
  n: number;
  zero: number;
  /** Count by bucket. */
  counts: Record<string, number>;
}

const GAMMA = 1.1;
const LOG_GAMMA = Math.log(GAMMA);
const LIMIT = 4096;
const TOP = 400;

export const emptySketch = (): QuantileSketch => ({ n: 0, zero: 0, counts: {} });

export function addValue(sketch: QuantileSketch, value: number): void {
  if (value < 1) sketch.zero += 1;
  else {
    const bucket = bucketOf(value);
    sketch.counts[bucket] = (sketch.counts[bucket] ?? 0) + 1;
  }
  sketch.n += 1;
  if (sketch.n >= LIMIT) fade(sketch);
}

/** The value below which a share `q` (0 to 1) of the stream lies, within 5 %; NaN of nothing. */
export function quantile(sketch: QuantileSketch, q: number): number {
  if (sketch.n === 0) return Number.NaN;
  let below = sketch.zero;
  const rank = q * (sketch.n - 1);
  if (below > rank) return 0;
  let last = 0;
  for (const bucket of buckets(sketch)) {
    below += sketch.counts[bucket]!;
    last = (2 * GAMMA ** bucket) / (GAMMA + 1);
    if (below > rank) return last;
  }
  return last;
}

/**
 * By how much values above `from` exceed it, as the mean logarithm of their ratio to it (Hill 1975): the inverse of the index
 * of a Pareto tail that begins there; and how many they are.
 */
export function excess(sketch: QuantileSketch, from: number): { n: number; mean: number } {
  let [n, sum] = [0, 0];
  for (const bucket of buckets(sketch)) {
    const over = Math.log((2 * GAMMA ** bucket) / (GAMMA + 1) / from);
    if (over <= 0) continue;
    n += sketch.counts[bucket]!;
    sum += sketch.counts[bucket]! * over;
  }
  return { n, mean: n === 0 ? 0 : sum / n };
}

const bucketOf = (value: number): number => Math.min(TOP, Math.max(0, Math.ceil(Math.log(value) / LOG_GAMMA)));

const buckets = (sketch: QuantileSketch): number[] =>
  Object.keys(sketch.counts)
    .map(Number)
    .sort((a, b) => a - b);

function fade(sketch: QuantileSketch): void {
  sketch.zero >>= 1;
  sketch.n = sketch.zero;
  for (const bucket of Object.keys(sketch.counts)) {
    const half = sketch.counts[bucket]! >> 1;
    if (half === 0) delete sketch.counts[bucket];
    else sketch.counts[bucket] = half;
    sketch.n += half;
  }
}
