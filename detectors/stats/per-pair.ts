const MOST = 4096;

/**
 * Remembers what was made of two names, which come again and again together. The memory is no state: full of 4,096 pairs
 * it begins anew.
 */
export function perPair<Value>(
  make: (first: string, second: string) => Value,
): (first: string, second: string) => Value {
  const known = new Map<string, Map<string, Value>>();
  let size = 0;
  return (first, second) => {
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
}
