import { logIncompleteBeta } from './incomplete-beta.ts';

/**
 * -log10 of the probability that Student's t of so many degrees of freedom exceeds `t`; 0 where that is half or more.
 * Worked example: t = 1 of 1 degree is exceeded in a quarter of cases, .602.
 */
export function studentTail(t: number, freedom: number): number {
  if (t <= 0) return 0;
  return -(Math.log(0.5) + logIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)) / Math.LN10;
}

const NEARLY_NORMAL = 1e5;

/** The same of a normal distribution: that of a t of so much freedom, which is the normal to five digits. */
export const normalTail = (z: number): number => studentTail(z, NEARLY_NORMAL);
