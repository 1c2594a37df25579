/** How often something was met, and how often it was new. */
export type FreshTally = [n: number, fresh: number];

/**
 * Probability that the next one is new, backing off from the own tally to a prior: (fresh + strength * prior) / (n +
 * strength). With prior 1/2 and strength 1 it is the estimator of Krichevsky and Trofimov (1981); chained over agent, peers
 * and kind it is the hierarchical Dirichlet back-off of MacKay and Peto (1995).
 * Worked example: 20 met, 0 new, prior 1/2, strength 1 -> .5 / 21 = .024.
 */
export function rateOfNew(tally: FreshTally | undefined, prior: number, strength = 1): number {
  const [n, fresh] = tally ?? [0, 0];
  return (fresh + strength * prior) / (n + strength);
}
