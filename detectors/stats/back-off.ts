/** What followed a context: how often each symbol did. */
export type Follow = Record<string, number>;

/**
 * Distribution over symbols out of contexts of falling length, interpolated after Witten and Bell (1991, method C of PPM):
 * a context seen n times with t different successors keeps n / (n + t) for its own counts, and leaves t / (n + t) to the
 * next shorter one. What no context knows has `unknown` as its probability. `contexts` come shortest first; the answer has
 * the order of `symbols`.
 * Worked example: {a: 3, b: 1} over nothing, unknown .1 -> P(a) = 3/6 + 2/6 * .1.
 */
export function backOff(contexts: readonly Follow[], symbols: readonly string[], unknown: number): number[] {
  const p = new Array<number>(symbols.length).fill(unknown);
  for (const counts of contexts) {
    let n = 0;
    let types = 0;
    for (const symbol in counts) {
      n += counts[symbol]!;
      types += 1;
    }
    if (n === 0) continue;
    for (let i = 0; i < p.length; i += 1) {
      const symbol = symbols[i]!;
      const own = Object.hasOwn(counts, symbol) ? counts[symbol]! : 0;
      p[i] = (own + types * p[i]!) / (n + types);
    }
  }
  return p;
}
