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

/** No signal preferred: the highest scores added. */
export const UNWEIGHTED: Weights = { provenance: 'none: every signal alike', signals: {}, others: 1, reference: [] };
