/** Anchored globs with `*` and `?`, case as written; compiled once for each list of patterns. */
const compiled = new WeakMap<readonly string[], (text: string) => boolean>();

export function globsOf(patterns: readonly string[]): (text: string) => boolean {
  let matches = compiled.get(patterns);
  if (matches === undefined) {
    matches = patterns.includes('*') ? () => true : (text) => patterns.some((pattern) => globMatches(pattern, text));
    compiled.set(patterns, matches);
  }
  return matches;
}

/** Two pointers and one place to come back to: never worse than the product of the lengths. */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === text[t] && pattern[p] !== '*'))) {
      p++;
      t++;
    } else if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star !== -1) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
