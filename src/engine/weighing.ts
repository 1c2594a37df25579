/** What the signals of a session weigh. All weights are zero or more: no signal can lower a score. */
export interface Weights {
  /** Where they come from and when; shown beside every figure. */
  provenance: string;
  /**
   * By signal (`detector:reason`, `+granted` behind it where a grant covers the call; `out-of-scope`, `!` behind it for
   * calls that change something): weight of the highest score and of log(1 + sum of scores).
   */
  signals: Record<string, [max: number, sum: number]>;
  /** What the highest score of any other signal weighs. */
  others: number;
  /** Raw scores of honest sessions at the quantiles 0, 1/20 ... 1: what is expected of an agent nobody knows yet. */
  reference: number[];
}

/** Signals that tell a session's story, each by its highest score alike; by half where a grant covers the call. */
const ALIKE = [
  'argument-novelty:new_entity',
  'argument-novelty:new_value',
  'provenance:copied_look',
  'provenance:copied_new',
  'provenance:copied_unrelated',
  'provenance:unusual_flow',
  'sequence:unlikely_act',
  'toxic-flow:read_then_act',
  'toxic-flow:secret_then_act',
];

/** Nothing learned: no signal preferred, the highest scores added. */
export const UNWEIGHTED: Weights = {
  provenance: 'none: every signal alike',
  signals: Object.fromEntries([
    ['out-of-scope', [0.5, 0]],
    ['out-of-scope!', [1, 0]],
    ...ALIKE.flatMap((key): [string, [number, number]][] => [
      [key, [1, 0]],
      [`${key}+granted`, [0.5, 0]],
    ]),
  ]),
  others: 0.1,
  reference: [],
};
