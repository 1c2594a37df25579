/**
 * A pure function of a text behind its answers so far: of texts up to `longest` characters, in two generations of `most`
 * each. When the younger is full, the one before it is forgotten. What is asked for again and again is always there, and
 * whatever texts come, no more than that is held.
 */
export function remembered<T>(compute: (text: string) => T, most: number, longest: number): (text: string) => T {
  let young = new Map<string, T>();
  let old = young;
  return (text) => {
    if (text.length > longest) return compute(text);
    const known = young.get(text);
    if (known !== undefined) return known;
    // Cut out of a longer text a word would keep all of that in memory.
    const own = text.length < LONG ? text : Buffer.from(text).toString();
    if (own !== text) return compute(text);
    const answer = old.get(own) ?? compute(own);
    if (young.size >= most) [old, young] = [young, new Map()];
    young.set(own, answer);
    return answer;
  };
}

/** From this length on the engine makes a part of a text a view of it. */
const LONG = 13;
