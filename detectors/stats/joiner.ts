const MOST = 4096;

/**
 * Joins two names into one, at most `length` long: always the same string for the same names, so that a table that is asked
 * for it need not hash it anew. The memory is no state: full of 4,096 names it begins anew.
 */
export function joiner(separator: string, length: number): (first: string, second: string) => string {
  const known = new Map<string, Map<string, string>>();
  let size = 0;
  return (first, second) => {
    const made = known.get(first)?.get(second);
    if (made !== undefined) return made;
    if (size >= MOST) {
      known.clear();
      size = 0;
    }
    size += 1;
    // As the name of a property it is the one that the engine of the language shares.
    const [joined = ''] = Object.keys({ [`${first}${separator}${second}`.slice(0, length)]: 0 });
    const seconds = known.get(first) ?? new Map<string, string>();
    known.set(first, seconds.set(second, joined));
    return joined;
  };
}
