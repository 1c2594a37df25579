import { readEach } from '../mistakes.ts';
import { decodedText, isBase32Token, looksRandom } from './entropy.ts';
import { ESCAPED, unescaped } from './escapes.ts';
import { compileLinear } from './linear.ts';
import { patternsIn } from './may-hold-secret.ts';
import type { SecretPattern } from './secret-pattern.ts';

/** Secrets in one text, replaced by markers. What a marker already stands for is never looked at again. */
const MARKER = /\[redacted:[a-z0-9_-]{1,40}:[0-9a-f]{16}\]/g;
export const ONLY_MARKER = /^\[redacted:[a-z0-9_-]{1,40}:[0-9a-f]{16}\]$/;
const LONG = 24;
const LONG_TOKENS = new RegExp(`[A-Za-z0-9+/=_-]{${LONG},}`, 'g');
const KNOWN =
  /((?<![A-Za-z0-9])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,128})(?![A-Za-z0-9])|(?<![A-Za-z0-9])sha(?:1|256|384|512)-[A-Za-z0-9+/]{27,86}={0,2})/i;
const IN_TOKEN = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-')
  IN_TOKEN[char.charCodeAt(0)] = 1;
/** Shorter text holds no secret that could be told from a word. */
const MIN_LENGTH = 8;
/** Replacing one secret may uncover the border of another: repeated until nothing changes, at most so often. */
const MAX_PASSES = 6;

const HOST_LENGTH = 260;
const IN_HOST = /:\/\/[^\s/]*$/;

const mayBeSecret = (token: string): boolean =>
  looksRandom(token) || isBase32Token(token) || token.includes('=') || encodes(token);

/** What counts as a secret beside what is built in. */
export interface RedactionRules {
  /** Further key names whose values are secret. */
  keys?: readonly string[];
  /** Further regular expressions of secret values. */
  patterns?: readonly string[];
  /** Whether long random-looking tokens are secrets; default true. */
  entropy?: boolean;
}

type Mark = (kind: string, secret: string) => string;
/** `guess`: long random tokens too. `clean`: no pattern can match, it was looked at already. */
type TextRedactor = (text: string, guess: boolean, clean: boolean) => string;

export function createTextRedactor(mark: Mark, rules: RedactionRules): TextRedactor {
  const custom = readEach((rules.patterns ?? []).entries(), ([i, source]) =>
    compileLinear(source, `redaction.patterns.${i}`),
  );
  const entropy = rules.entropy ?? true;

  function once(text: string, guess: boolean): string {
    let out = text;
    for (const pattern of patternsIn(out))
      out = pattern === ESCAPED ? outsideMarkers(out, replaceEscaped) : replaceSecret(out, pattern);
    for (const pattern of custom)
      out = outsideMarkers(out, (part) => pattern.replace(part, (hit) => mark('custom', hit)));
    if (guess && hasLongToken(out)) out = outsideMarkers(out, (part) => part.replace(LONG_TOKENS, judge));
    return out;
  }

  /** Where a secret would be sent is what whoever reads of it asks first: of an address the host is judged by itself. */
  function judge(token: string, at: number, text: string): string {
    if (!mayBeSecret(token)) return token;
    const host = token.startsWith('//') && text[at - 1] === ':' ? 2 : 0;
    const end = token.indexOf('/', host) + 1;
    if (end === 0 || (host === 0 && !IN_HOST.test(text.slice(Math.max(0, at - HOST_LENGTH), at))))
      return judgeParts(token);
    const path = token.slice(end);
    const judged = judgeParts(token.slice(host, end - 1));
    return `${token.slice(0, host)}${judged}/${mayBeSecret(path) ? judgeParts(path) : path}`;
  }

  /** Digests and UUIDs in a token are known, and what is around them is judged by itself; behind a name its value is. */
  function judgeParts(token: string): string {
    return token
      .split(KNOWN)
      .map((part, i) => (i % 2 === 1 ? part : judgeValue(part)))
      .join('');
  }

  function judgeValue(part: string): string {
    const values = part.split(/(?<==)(?=[^=])/);
    const long = values.some((value) => value.length >= LONG);
    return values.length > 1 && long ? values.map(judgeOne).join('') : judgeOne(part);
  }

  function judgeOne(part: string): string {
    if (part.length < LONG) return part;
    if (looksRandom(part)) return mark('random', part);
    if (isBase32Token(part)) return mark('azure-devops', part);
    return encodes(part) ? mark('encoded', part) : part;
  }

  function replaceSecret(text: string, { kind, find }: SecretPattern): string {
    return outsideMarkers(text, (part) =>
      part.replace(find, (...match: unknown[]) => {
        const whole = match[0] as string;
        const secret = secretOf(whole, match[1]);
        const at = whole.lastIndexOf(secret);
        return whole.slice(0, at) + mark(kind, secret) + whole.slice(at + secret.length);
      }),
    );
  }

  /** What a pattern finds in the text as it is meant is replaced where it is written. */
  function replaceEscaped(text: string): string {
    const meant = unescaped(text);
    const found = patternsIn(meant.text).flatMap(({ kind, find }) =>
      [...meant.text.matchAll(find)].map((match) => {
        const secret = secretOf(match[0], match[1]);
        const from = match.index + match[0].lastIndexOf(secret);
        return { kind, secret, from, to: from + secret.length };
      }),
    );
    let out = '';
    let done = 0;
    for (const { kind, secret, from, to } of found.sort((a, b) => a.from - b.from || b.to - a.to)) {
      if (meant.written(from) < done) continue;
      out += text.slice(done, meant.written(from)) + mark(kind, secret);
      done = meant.written(to);
    }
    return out + text.slice(done);
  }

  return (input, guess, clean) => {
    if (input.length < MIN_LENGTH) return input;
    const guessing = guess && entropy;
    if (clean && !(guessing && hasLongToken(input))) return input;
    let out = input;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const next = once(out, guessing);
      if (next === out) return out;
      out = next;
    }
    return mark('text', input);
  };
}

/** What a pattern's group holds, else all it found. It stands at the end: `password=password` must lose the second. */
const secretOf = (whole: string, group: unknown): string => (typeof group === 'string' ? group : whole);

/** Whether LONG_TOKENS matches anywhere: looks at every 24th character, and around it only where it may lie in a token. */
export function hasLongToken(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isInToken(text, at)) continue;
    let from = at;
    while (from > 0 && isInToken(text, from - 1) && at - from < LONG) from -= 1;
    let to = at;
    while (to + 1 < text.length && isInToken(text, to + 1) && to - from < LONG) to += 1;
    if (to - from + 1 >= LONG) return true;
  }
  return false;
}

const isInToken = (text: string, at: number): boolean => IN_TOKEN[text.charCodeAt(at)] === 1;

/** What decodes to text is not random, and may still be a secret in other letters. */
function encodes(token: string): boolean {
  const text = decodedText(token);
  return text !== null && patternsIn(text).some(({ find }) => text.search(find) !== -1);
}

/** Applies `change` to what stands between markers, never to a marker itself. */
function outsideMarkers(text: string, change: (part: string) => string): string {
  if (!text.includes('[redacted:')) return change(text);
  let out = '';
  let from = 0;
  for (const match of text.matchAll(MARKER)) {
    out += change(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + change(text.slice(from));
}
