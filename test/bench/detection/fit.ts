import { UNWEIGHTED, WEIGHED, type Weights } from '../../../src/engine/weighing.ts';

/** One session to learn from. */
export interface Example {
  /** Of each call that has any. */
  signals: Record<string, number>[];
  hijacked: boolean;
  /** For how many sessions it counts. */
  weight: number;
}

/** How hard weights are drawn to zero: of 1, 10, 20 and 40 what serves attack families best that were left out. */
const RIDGE = 20;
const ROUNDS = 300;

/**
 * Weights of zero or more under which the odds of a session are one part for no call and one for each: what fusion adds
 * up. Both classes count alike. Accelerated projected gradient with a step found by halving (Beck and Teboulle 2009);
 * deterministic.
 */
export function fitWeights(examples: readonly Example[], provenance: string): Weights {
  const keys = WEIGHED;
  const calls = examples.map(({ signals }) =>
    signals.map((one) => keys.flatMap((key, i): [number, number][] => (key in one ? [[i, one[key]!]] : []))),
  );
  const total = examples.reduce((sum, one) => sum + one.weight, 0);
  const positive = examples.reduce((sum, one) => sum + (one.hijacked ? one.weight : 0), 0);
  const pull = examples.map(
    (one) => (one.weight * total) / 2 / Math.max(1, one.hijacked ? positive : total - positive),
  );
  const width = keys.length;

  /** Loss at these weights (the last is the bias) and, where asked for, its gradient. */
  const lossAt = (at: Float64Array, gradient?: Float64Array): number => {
    let loss = 0;
    for (let j = 0; j < width; j += 1) {
      loss += RIDGE * at[j]! ** 2;
      if (gradient !== undefined) gradient[j] = 2 * RIDGE * at[j]!;
    }
    calls.forEach((session, i) => {
      const grown = session.map((call) => Math.exp(call.reduce((z, [j, x]) => z + at[j]! * x, 0)));
      const odds = grown.reduce((sum, one) => sum + one - 1, 1);
      const z = at[width]! + Math.log(odds);
      const y = examples[i]!.hijacked;
      loss += pull[i]! * Math.log1p(Math.exp(y ? -z : z));
      if (gradient === undefined) return;
      const error = pull[i]! * (1 / (1 + Math.exp(-z)) - (y ? 1 : 0));
      gradient[width]! += error;
      session.forEach((call, n) => {
        for (const [j, x] of call) gradient[j]! += (error * grown[n]! * x) / odds;
      });
    });
    return loss;
  };

  let at = new Float64Array(width + 1);
  let before = at;
  let step = 1 / total;
  for (let round = 0; round < ROUNDS; round += 1) {
    const momentum = round / (round + 3);
    const look = at.map((value, i) => Math.max(i < width ? 0 : -50, value + momentum * (value - before[i]!)));
    const gradient = new Float64Array(width + 1);
    const here = lossAt(look, gradient);
    before = at;
    for (step *= 2; ; step /= 2) {
      const next = look.map((value, i) => Math.max(i < width ? 0 : -50, value - step * gradient[i]!));
      const bound = next.reduce((sum, value, i) => {
        const moved = value - look[i]!;
        return sum + gradient[i]! * moved + moved ** 2 / (2 * step);
      }, here);
      at = next;
      if (lossAt(next) <= bound + 1e-9 || step < 1e-12) break;
    }
  }
  return weightsOf(keys, at, examples, provenance);
}

const round = (value: number): number => Math.round(value * 100) / 100;

function weightsOf(
  keys: readonly string[],
  at: Float64Array,
  examples: readonly Example[],
  provenance: string,
): Weights {
  const signals = Object.fromEntries(keys.map((key, i) => [key, round(at[i]!)]));
  const weights: Weights = { ...UNWEIGHTED, provenance, signals };
  const honest = examples
    .filter((one) => !one.hijacked)
    .map((one) => rawOf(one.signals, weights))
    .sort((a, b) => a - b);
  weights.reference = Array.from({ length: 21 }, (_, i) =>
    round(honest[Math.min(honest.length - 1, Math.floor((i / 20) * honest.length))] ?? 0),
  );
  return weights;
}

/** As fusion reckons it. */
function rawOf(calls: Example['signals'], weights: Weights): number {
  const others = new Map<string, number>();
  let odds = 0;
  for (const call of calls) {
    let weighed = 0;
    for (const [key, score] of Object.entries(call))
      if (Object.hasOwn(weights.signals, key)) weighed += weights.signals[key]! * score;
      else others.set(key, Math.max(others.get(key) ?? 0, score));
    odds += Math.expm1(weighed);
  }
  return Math.log1p(odds) + weights.others * [...others.values()].reduce((sum, one) => sum + one, 0);
}
