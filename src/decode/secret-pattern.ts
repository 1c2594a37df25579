/**
 * How a secret in a text is found. Every pattern is linear: bounded or single-class repeats, no nesting. Where a
 * pattern has a group, the group is the secret and the rest stays readable. A repeat without an upper bound starts behind
 * a character that it cannot hold itself, so that a long run of its characters is walked once and not from every place.
 */
export interface SecretPattern {
  kind: string;
  /** A cheap look: where this finds nothing, in a text or in the JSON that holds it, `find` finds nothing in the text. */
  hint: RegExp;
  find: RegExp;
}

/**
 * Where a secret may begin: behind no character of its own kind, or behind an escape, since text within text is met
 * escaped (`\\nghp_…`, `%3Dghp_…`) and the escape's last letter is no part of the secret.
 */
const escaped = String.raw`|(?<=\\[nrtbfv]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})`;
const begin = (behind: string): string => `(?:(?<!${behind})${escaped})`;

/** What a shell, a template or a program fills in: a variable, a command, a place in a pattern. It is no secret yet. */
const FILLED = String.raw`(?:\$\(|\$?\{{1,2}[\w.$-]{1,100}\}|\$(?=[A-Z_]{0,60}?(?:_|pass|pw|secret|token|cred))[A-Z_]{1,60}(?![\w!#%^*+?~$.-])|%[A-Z_]{2,60}%|%s(?!\w))`;

/**
 * In `find`: QQ is a quote as it stands in text within text, VV a character of a value that no quotes enclose, and FF
 * the beginning of what is filled in.
 */
const spelt = (source: string): string =>
  source
    .replaceAll('FF', FILLED)
    .replaceAll('QQ', String.raw`(?:\\{0,7}["'])`)
    .replaceAll('VV', String.raw`(?:[^\s"'&,;|<>)}\]\\]|\\(?!\\{0,7}["']))`);

/**
 * A hint that looks at more than a word is asked of JSON as well as of the texts in it: there a quote (QQ) stands behind
 * a backslash, and white space (WS) may be written as an escape; behind more of them in JSON that is text in JSON.
 * Further characters only grow more by escaping.
 */
export const inJson = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source.replaceAll('QQ', String.raw`(?:\\*["'])`).replaceAll('WS', String.raw`(?:\s|\\+[nrtf])`), flags);

export function one(kind: string, hint: RegExp, find: RegExp): SecretPattern {
  const source = find.source
    .replace(/(^|\||\(\?:)\\b/g, (_, before: string) => before + begin('[A-Za-z0-9_]'))
    .replace(/(^|\||\(\?:)\(\?<!(\[[^\]]*\])\)/g, (_, before: string, behind: string) => before + begin(behind));
  return { kind, hint, find: new RegExp(spelt(source), find.flags) };
}
