import { RE2JS } from 're2js';
import type { Pattern } from '../../schemas/grant.ts';
import { globMatches } from '../glob.ts';

/** Says whether a name fits. */
export type Match = (text: string) => boolean;

/** Upper and lower case, and the compatibility forms of Unicode, made one: how names are compared where caution asks for it. */
export const fold = (text: string): string => (ASCII.test(text) ? text : text.normalize('NFKC')).toLowerCase();
const ASCII = /^[\x20-\x7e]*$/;

/** Characters that no honest name holds: control, format (zero width, bidi, tags), line separators, fillers, lone surrogates. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
  /[\u0000-\u001f\u007f-\u009f\u115f\u1160\u3164\uffa0\ufffd]|\u034f|\u17b4|\u17b5|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[\u{e0000}-\u{e0fff}]/u;
const ALL_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
export const unprintable = (text: string): boolean => !ASCII.test(text) && UNPRINTABLE.test(text);
/** Without them; line ends and tabs become blanks. */
export const visible = (text: string): string =>
  ASCII.test(text) ? text : text.replace(/[\t\n\v\f\r\u2028\u2029]/g, ' ').replace(ALL_UNPRINTABLE, '');

/** A pattern in the form that names are compared in: letters composed, but no `*` or `?` made of another character. */
export const composed = (pattern: string): string =>
  ASCII.test(pattern)
    ? pattern
    : pattern
        .split(/([*?])/)
        .map((part) => (isGlob(part.normalize('NFKC')) ? part : part.normalize('NFKC')))
        .join('');

/** Whether one text at least fits both globs. Time: length times length. */
export function globsMeet(a: string, b: string): boolean {
  let row = new Array<boolean>(b.length + 1).fill(false);
  row[0] = true;
  for (let j = 0; j < b.length && b[j] === '*'; j++) row[j + 1] = true;
  for (const char of a) {
    const next = new Array<boolean>(b.length + 1).fill(false);
    next[0] = char === '*' && row[0]!;
    for (let j = 0; j < b.length; j++) {
      const other = b[j]!;
      next[j + 1] =
        char === '*' || other === '*'
          ? row[j + 1]! || next[j]! || row[j]!
          : row[j]! && (char === other || char === '?' || other === '?');
    }
    row = next;
  }
  return row[b.length]!;
}

export const isGlob = (pattern: string): boolean => pattern.includes('*') || pattern.includes('?');

/** The text of a pattern that names exactly one thing; null where it is a glob or an expression. */
export const literalOf = (pattern: Pattern): string | null =>
  typeof pattern === 'string' && !isGlob(pattern) ? pattern : null;

/**
 * A regular expression in linear time. Without an anchor of its own it must fit the whole text; `^` alone makes it a
 * beginning, `$` alone an end. An anchor holds for every alternative: `^a|b` is `^(a|b)`. Throws where it is none.
 */
export function compileRegex(source: string, ignoreCase = false): Match {
  // By itself first: `a)|(b` would compile once it is wrapped.
  RE2JS.compile(source);
  const [, flags = '', rest = ''] = /^((?:\(\?[imsU]+\))*)(.*)$/s.exec(source)!;
  const start = rest.startsWith('^');
  const end = /(?:^|[^\\])(?:\\\\)*\$$/.test(rest);
  const body = rest.slice(start ? 1 : 0, end ? -1 : undefined);
  const anywhere = rest.startsWith('.*') && rest.endsWith('.*');
  if (!start && !end && !anywhere && /[\^$]|\\[Az]/.test(rest.replace(LITERAL, '')))
    throw new AnchorError(
      'an anchor stands within it and would bind nothing: ^ stands first, $ last, for every alternative',
    );
  const anchored = `${flags}${start || !end ? '^' : ''}(?:${body})${end || !start ? '$' : ''}`;
  const compiled = RE2JS.compile(anchored, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return (text) => compiled.matcher(text).find();
}

/** The expression would mean something else than it looks like. */
export class AnchorError extends Error {
  override name = 'AnchorError';
}

/** What stands for itself in an expression: quoted text, escaped characters, classes. */
const LITERAL = /\\Q.*?(?:\\E|$)|\\[^Az]|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]/gs;

/** A glob, prepared: the common shapes cost one comparison. */
export function compileGlob(pattern: string): Match {
  if (!isGlob(pattern)) return (text) => text === pattern;
  if (pattern === '*') return () => true;
  const head = pattern.slice(0, -1);
  if (pattern.endsWith('*') && !isGlob(head)) return (text) => text.startsWith(head);
  return (text) => globMatches(pattern, text);
}

/**
 * Compiles what was compiled before only once: ten thousand grants have few patterns among them, and what is shared
 * stays near. Bounded; what is compiled holds no state but caches.
 */
export function shared<Args extends unknown[], Result>(compile: (...args: Args) => Result): (...args: Args) => Result {
  const made = new Map<string, Result>();
  return (...args) => {
    const key = JSON.stringify(args);
    let result = made.get(key);
    if (result === undefined) {
      result = compile(...args);
      if (made.size >= MAX_SHARED) made.clear();
      made.set(key, result);
    }
    return result;
  };
}
const MAX_SHARED = 4096;

/**
 * One of the patterns fits. `strict` compares as written, and refuses a name with characters that cannot be seen;
 * `wide` ignores case, compatibility forms, blanks around and what cannot be seen, for rules that forbid.
 */
export const compileAny = shared((patterns: readonly Pattern[], reading: 'strict' | 'wide' = 'strict'): Match => {
  const wide = reading === 'wide';
  const matches = patterns.map((pattern) =>
    typeof pattern === 'string' ? compileGlob(wide ? fold(pattern) : pattern) : compileRegex(pattern.regex, wide),
  );
  if (wide) return (text) => matches.some((match) => match(fold(visible(text)).trim()));
  return (text) => !unprintable(text) && matches.some((match) => match(text));
});

/** How a pattern is shown in a reason. */
export const showPatterns = (patterns: readonly Pattern[]): string => {
  const shown = patterns.slice(0, 5).map((pattern) => (typeof pattern === 'string' ? pattern : `/${pattern.regex}/`));
  return shown.join(', ') + (patterns.length > 5 ? `, … ${patterns.length - 5} more` : '');
};

const SHOWN = 80;

/** How a value is shown in a reason: quoted, so that nothing in it reads as a word of ours. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
