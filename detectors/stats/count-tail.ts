import { logIncompleteBeta } from './incomplete-beta.ts';

/** What was counted before: events over an exposure (hours, days, calls), in the same unit as what is judged. */
interface Past {
  count: number;
  exposure: number;
}

/**
 * -log10 of the probability of `count` or more events in `exposure`, after `past`: the rate is unknown and has Jeffreys'
 * prior, so that the count to come is negative binomial (Gelman et al., Bayesian Data Analysis, section 2.6). A short past
 * widens the tail by itself. `dispersion` (>= 1) is variance over mean where events come in clumps: so many of them
 * count as one (quasi-likelihood, Wedderburn 1974).
 * Worked example: after 10 in 10 days, 10 or more in one day: I_{1/11}(10, 10.5) = 2.2e-6, a score of 5.6.
 */
export function tailAbove(count: number, exposure: number, past: Past, dispersion = 1): number {
  if (count <= 0 || exposure <= 0) return 0;
  const share = exposure / (exposure + Math.max(past.exposure, 1e-9));
  return -logIncompleteBeta(share, count / dispersion, past.count / dispersion + 0.5) / Math.LN10;
}
