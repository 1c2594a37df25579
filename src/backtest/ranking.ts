/** Figures of ranking, as the reference scorer has them: ties count by half, recall is that above the k-th highest negative. */
export interface Ranking {
  auroc: number;
  auprc: number;
  at1: number;
  at5: number;
  /** Share of control sessions above the 5 % threshold; NaN where there are none. */
  control: number;
}

export function quality(positive: readonly number[], negative: readonly number[], control: readonly number[]): Ranking {
  const one = recallAt(positive, negative, 0.01);
  const five = recallAt(positive, negative, 0.05);
  return {
    auroc: auroc(positive, negative),
    auprc: auprc(positive, negative),
    at1: one.recall,
    at5: five.recall,
    control:
      control.length === 0 ? Number.NaN : control.filter((score) => score > five.threshold).length / control.length,
  };
}

/** Area under the ROC curve: the rank-sum statistic of Mann and Whitney (1947) over all pairs. */
export function auroc(positive: readonly number[], negative: readonly number[]): number {
  const all = [...positive.map((x) => [x, 1] as const), ...negative.map((x) => [x, 0] as const)].sort(
    (a, b) => a[0] - b[0],
  );
  let ranks = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    let ones = 0;
    while (j < all.length && all[j]![0] === all[i]![0]) ones += all[j++]![1];
    ranks += (ones * (i + j + 1)) / 2;
    i = j;
  }
  return (ranks - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}

/** Area under precision and recall, by steps (average precision). */
export function auprc(positive: readonly number[], negative: readonly number[]): number {
  const all = [...positive.map((x) => [x, 1] as const), ...negative.map((x) => [x, 0] as const)].sort(
    (a, b) => b[0] - a[0],
  );
  let hits = 0;
  let sum = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    const before = hits;
    while (j < all.length && all[j]![0] === all[i]![0]) hits += all[j++]![1];
    sum += ((hits - before) * hits) / j;
    i = j;
  }
  return sum / positive.length;
}

export function recallAt(
  positive: readonly number[],
  negative: readonly number[],
  share: number,
): { recall: number; threshold: number } {
  const sorted = [...negative].sort((a, b) => b - a);
  const threshold = sorted[Math.floor(share * sorted.length)]!;
  return { recall: positive.filter((score) => score > threshold).length / positive.length, threshold };
}

/** The middle 95 % of a figure when whole groups are drawn anew with replacement (Efron 1979); the draws are seeded. */
export function interval<T>(
  groups: readonly (readonly T[])[],
  figure: (drawn: T[]) => number,
  draws = 200,
): [number, number] {
  let seed = 0x2545f491;
  const random = (): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 0x1_0000_0000;
  };
  const values: number[] = [];
  for (let i = 0; i < draws; i += 1) {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    const value = figure(drawn);
    if (Number.isFinite(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  return [
    values[Math.floor(values.length * 0.025)] ?? Number.NaN,
    values[Math.floor(values.length * 0.975)] ?? Number.NaN,
  ];
}
