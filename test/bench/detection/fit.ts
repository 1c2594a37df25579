import { UNWEIGHTED, type Weights } from '../../../src/engine/weighing.ts';

/** One session to learn from. */
export interface Example {
  signals: Record<string, [max: number, sum: number]>;
  hijacked: boolean;
  /** For how many sessions it counts. */
  weight: number;
}

/** Detectors whose signals are weighed; the others go by the clock or are rare, and no set here can teach their weight. */
const WEIGHED = /^(?:argument-novelty|provenance|sequence|toxic-flow|out-of-scope)/;
const RIDGE = 1;
const ROUNDS = 1500;
/** A signal that too few sessions show cannot be weighed. */
const RARE = 20;

/**
 * Logistic regression with weights of zero or more, both classes counting alike, by projected gradient with momentum
 * (Nesterov 1983). Deterministic. `rawOf` with the weights gives log-odds up to a constant.
 */
export function fitWeights(examples: readonly Example[], provenance: string): Weights {
  const counts = new Map<string, number>();
  for (const { signals } of examples)
    for (const key of Object.keys(signals)) if (WEIGHED.test(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const keys = [...counts]
    .filter(([, n]) => n >= RARE)
    .map(([key]) => key)
    .sort();
  const rows = examples.map(({ signals }) => Float64Array.from(keys.flatMap((key) => signals[key] ?? [0, 0])));
  const total = examples.reduce((sum, one) => sum + one.weight, 0);
  const positive = examples.reduce((sum, one) => sum + (one.hijacked ? one.weight : 0), 0);
  const pull = examples.map(
    (one) => (one.weight * total) / 2 / Math.max(1, one.hijacked ? positive : total - positive),
  );
  const width = keys.length * 2;
  let at = new Float64Array(width + 1);
  let before = at;
  // The step is safe: the curvature is at most a quarter of the largest eigenvalue, bounded by the trace.
  const trace = rows.reduce((sum, row, i) => sum + pull[i]! * row.reduce((s, x) => s + x * x, 1), 0);
  const step = 1 / (trace / 4 + 2 * RIDGE);
  for (let round = 0; round < ROUNDS; round += 1) {
    const momentum = round / (round + 3);
    const look = at.map((value, i) => value + momentum * (value - before[i]!));
    const gradient = new Float64Array(width + 1);
    rows.forEach((row, i) => {
      let z = look[width]!;
      for (let j = 0; j < width; j += 1) z += look[j]! * row[j]!;
      const y = examples[i]!.hijacked ? 1 : 0;
      const error = pull[i]! * (1 / (1 + Math.exp(-z)) - y);
      for (let j = 0; j < width; j += 1) gradient[j]! += error * row[j]!;
      gradient[width]! += error;
    });
    before = at;
    at = look.map((value, i) => {
      const next = value - step * (gradient[i]! + (i < width ? 2 * RIDGE * value : 0));
      return i < width ? Math.max(0, next) : next;
    });
  }
  const round3 = (value: number): number => Math.round(value * 1000) / 1000;
  const signals: Weights['signals'] = {};
  keys.forEach((key, i) => {
    const pair: [number, number] = [round3(at[2 * i]!), round3(at[2 * i + 1]!)];
    signals[key] = pair;
  });
  const weights: Weights = { ...UNWEIGHTED, provenance, signals, others: 0.1 };
  const honest = examples
    .filter((one) => !one.hijacked)
    .map(({ signals: s }) => rawOf(s, weights))
    .sort((a, b) => a - b);
  weights.reference = Array.from({ length: 21 }, (_, i) =>
    round3(honest[Math.min(honest.length - 1, Math.floor((i / 20) * honest.length))] ?? 0),
  );
  return weights;
}

export function rawOf(signals: Example['signals'], weights: Weights): number {
  let raw = 0;
  for (const [key, [max, sum]] of Object.entries(signals)) {
    const [m, s] = weights.signals[key] ?? [weights.others, 0];
    raw += m * max + s * sum;
  }
  return raw;
}
