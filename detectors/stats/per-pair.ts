const MOST = 16_384;

/**
 * Remembers what was made of two names, which come again and again together. The memory is no state: full of 16,384 pairs
 * it begins anew. The last answer is at hand: one event is asked about by many detectors, with the very same strings.
 */
export function perPair<Value>(
  make: (first: string, second: string) => Value,
): (first: string, second: string) => Value {
  const known = new Map<string, Map<string, Value>>();
  let size = 0;
  let last: [first: string, second: string, made: Value] | undefined;

  const remembered = (first: string, second: string): Value => {
    const told = known.get(first)?.get(second);
    if (told !== undefined) return told;
    if (size >= MOST) {
      known.clear();
      size = 0;
    }
    size += 1;
    const made = make(first, second);
    const seconds = known.get(first) ?? new Map<string, Value>();
    known.set(first, seconds.set(second, made));
    return made;
  };

  return (first, second) => {
    if (last?.[1] !== second || last[0] !== first) last = [first, second, remembered(first, second)];
    return last[2];
  };
}
