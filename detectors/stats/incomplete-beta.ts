import { gammaln } from 'simple-statistics';

const MAX_STEPS = 500;
const PRECISION = 1e-12;
const TINY = 1e-300;

/**
 * Natural logarithm of the regularised incomplete beta function I_x(a, b), for x from 0 to 1 and a, b > 0: the tails of
 * the binomial, the negative binomial and the beta distribution are all values of it, and its logarithm keeps tails
 * apart that a double cannot hold. Continued fraction DLMF 8.17.22, evaluated after Lentz (1976).
 * Worked example: I_.5(2, 3) = 11/16.
 */
export function logIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  // The fraction converges fast on one side of the mean; the other side is its complement.
  if (x > (a + 1) / (a + b + 2)) return Math.log1p(-Math.min(1, Math.exp(logIncompleteBeta(1 - x, b, a))));
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b) - Math.log(a);
  return Math.min(0, front + Math.log(fraction(x, a, b)));
}

/** Natural logarithm of the beta function. */
export const logBeta = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);

/** 1 / (1 + d1 / (1 + d2 / (1 + ...))) with the coefficients of DLMF 8.17.23. */
function fraction(x: number, a: number, b: number): number {
  let numerator = 1;
  let denominator = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let m = 1; m <= MAX_STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    denominator = 1 / away(1 + even * denominator);
    numerator = away(1 + even / numerator);
    value *= numerator * denominator;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / away(1 + odd * denominator);
    numerator = away(1 + odd / numerator);
    const step = numerator * denominator;
    value *= step;
    if (Math.abs(step - 1) < PRECISION) break;
  }
  return value;
}

const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
