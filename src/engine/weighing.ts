/** What the signals of a session weigh. All weights are zero or more: no signal can lower a score. */
export interface Weights {
  /** Where they come from and when; shown beside every figure. */
  provenance: string;
  /** By detector: what its score weighs in the log-odds of a call. Few on purpose: more of them fit what they saw only. */
  signals: Record<string, number>;
  /** What the highest score in the session of any other detector weighs. */
  others: number;
  /**
   * Raw scores of honest sessions at the quantiles 0, 1/20 ... 1: what is expected of an agent nobody knows yet. Empty: a
   * share of exp(-raw) reaches a raw score, for it is the logarithm of odds.
   */
  reference: number[];
}

/** Detectors that tell of a call who had the idea. */
export const WEIGHED = ['argument-novelty', 'provenance', 'sequence', 'toxic-flow', 'out-of-scope'];

/** Nothing learned: no signal preferred, the scores of a call added. */
export const UNWEIGHTED: Weights = {
  provenance: 'none: every signal alike',
  signals: Object.fromEntries(WEIGHED.map((detector) => [detector, 1])),
  others: 0.1,
  reference: [],
};
