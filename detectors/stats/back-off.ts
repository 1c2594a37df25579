/** What followed a context: how often each symbol did. */
export type Follow = Record<string, number>;

/** What is known of one context: how often each symbol followed it, all of them together, and how many different ones. */
export interface Context {
  of(symbol: string): number;
  n: number;
  types: number;
}

/** By one look-up: what a plain object inherits is no number. */
export function countOf(follow: Follow, symbol: string): number {
  const count = follow[symbol];
  return typeof count === 'number' ? count : 0;
}

/**
 * Probability of a symbol out of contexts of falling length, interpolated after Witten and Bell (1991, method C of PPM):
 * a context seen n times with t different successors keeps n / (n + t) for its own counts, and leaves t / (n + t) to the
 * next shorter one. What no context knows has `unknown` as its probability. `levels` come shortest first.
 * Worked example: {a: 3, b: 1} over nothing, unknown .1 -> P(a) = 3/6 + 2/6 * .1.
 */
export function backOff(levels: readonly Context[], symbol: string, unknown: number): number {
  let p = unknown;
  for (const { of, n, types } of levels) if (n > 0) p = (of(symbol) + types * p) / (n + types);
  return p;
}
