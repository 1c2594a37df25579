/** What the signals of a session weigh. All weights are zero or more: no signal can lower a score. */
export interface Weights {
  /** Where they come from and when; shown beside every figure. */
  provenance: string;
  /**
   * By signal (`detector:reason`, `+granted` behind it where a grant covers the call; `out-of-scope`, `!` behind it for
   * calls that change something): what its score weighs in the log-odds of a call.
   */
  signals: Record<string, number>;
  /** What the highest score in the session of any other signal weighs. */
  others: number;
  /** Raw scores of honest sessions at the quantiles 0, 1/20 ... 1: what is expected of an agent nobody knows yet. */
  reference: number[];
}

/** Signals that tell a call's story, each alike; by half where a grant covers the call. */
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

/** Nothing learned: no signal preferred, the scores of a call added. */
export const UNWEIGHTED: Weights = {
  provenance: 'none: every signal alike',
  signals: Object.fromEntries([
    ['out-of-scope', 0.5],
    ['out-of-scope!', 1],
    ...ALIKE.flatMap((key): [string, number][] => [
      [key, 1],
      [`${key}+granted`, 0.5],
    ]),
  ]),
  others: 0.1,
  reference: [],
};
