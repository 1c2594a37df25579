import { gammaln } from 'simple-statistics';
import { logBeta } from './incomplete-beta.ts';

/**
 * -log10 of the probability of `hits` or more among `n` trials whose share has a beta distribution (a, b): the
 * beta-binomial tail (Skellam 1948), summed term by term. a and b are the hits and misses of the past plus a prior.
 * Worked example: a = b = 1 makes every number of hits alike: 9 or more of 9 is 1/10, a score of 1.
 */
export function shareTail(hits: number, n: number, a: number, b: number): number {
  if (hits <= 0) return 0;
  const front = gammaln(n + 1) - logBeta(a, b) - gammaln(n + a + b);
  let sum = 0;
  for (let k = hits; k <= n; k += 1)
    sum += Math.exp(front + gammaln(k + a) + gammaln(n - k + b) - gammaln(k + 1) - gammaln(n - k + 1));
  return -Math.log10(Math.min(1, Math.max(sum, 1e-300)));
}
