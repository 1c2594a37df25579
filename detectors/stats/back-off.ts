/** What followed a context: how often each symbol did. */
export type Follow = Record<string, number>;

/**
 * Distribution over symbols out of contexts of falling length, interpolated after Witten and Bell (1991, method C of PPM):
 * a context seen n times with t different successors keeps n / (n + t) for its own counts, and leaves t / (n + t) to the
 * next shorter one. What no context knows has `unknown` as its probability.
 * Worked example: {a: 3, b: 1} over nothing, unknown .1 -> P(a) = 3/6 + 2/6 * .1.
 */
export function backOff(contexts: readonly Follow[], symbols: readonly string[], unknown: number): Map<string, number> {
  let low = new Map<string, number>(symbols.map((symbol) => [symbol, unknown]));
  for (const counts of contexts) {
    let n = 0;
    let types = 0;
    for (const symbol in counts) {
      n += counts[symbol]!;
      types += 1;
    }
    if (n === 0) continue;
    const next = new Map<string, number>();
    for (const [symbol, below] of low) next.set(symbol, (own(counts, symbol) + types * below) / (n + types));
    low = next;
  }
  return low;
}

const own = (counts: Follow, symbol: string): number => (Object.hasOwn(counts, symbol) ? counts[symbol]! : 0);
