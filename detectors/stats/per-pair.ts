const MOST = 16_384;

/**
 * Remembers what was made of two names, which come again and again together. The memory is no state: full of 16,384 pairs
 * it begins anew. The last answer is at hand: one event is asked about by many detectors, with the very same strings.
 */
export function perPair<Value, First = string, Second = string>(
  make: (first: First, second: Second) => Value,
): (first: First, second: Second) => Value {
  const known = new Map<First, Map<Second, Value>>();
  let size = 0;
  let last: [first: First, second: Second, made: Value] | undefined;

  const remembered = (first: First, second: Second): Value => {
    const told = known.get(first)?.get(second);
    if (told !== undefined) return told;
    if (size >= MOST) {
      known.clear();
      size = 0;
    }
    size += 1;
    const made = make(first, second);
    const seconds = known.get(first) ?? new Map<Second, Value>();
    known.set(first, seconds.set(second, made));
    return made;
  };

  return (first, second) => {
    if (last?.[1] !== second || last[0] !== first) last = [first, second, remembered(first, second)];
    return last[2];
  };
}
