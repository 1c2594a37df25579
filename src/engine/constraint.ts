import type { Pattern } from '../../schemas/grant.ts';
import { canonical, canonicalPath, SCHEME } from './canonical.ts';
import { compileAny, compileGlob, compileRegex, fold, globMatches, isGlob, type Match, shared } from './pattern.ts';

/** What came of holding values against a constraint: `maybe` where the value cannot be seen. */
export type Fit = 'yes' | 'maybe' | 'no';

/** Patterns of a rule that allows must fit every spelling of every value; of a rule that forbids, any spelling of any. */
export type Reading = 'allow' | 'deny';

/** How redaction marks a value. Believed only in a call said to be redacted: else anybody could write it. */
const REDACTED = /^\[redacted:[\w.-]{1,64}:[0-9a-f]{8,64}\]$/;
const MAX_VALUES = 4096;

/** Holds a value; `redacted` says that marks of redaction in it can be believed. */
export type Holds = (value: unknown, redacted?: boolean) => Fit;

/** Holds one argument (or one name that may be a path or an address) against patterns. */
export const compileConstraint = shared((key: string, patterns: readonly Pattern[], reading: Reading): Holds => {
  if (patterns.includes('*')) return () => 'yes';
  const parts = patterns.map((pattern) => compileValue(key, pattern, reading === 'deny'));
  const text = remembered(reading === 'allow' ? allowText(parts) : denyText(parts));
  return (value, redacted = false) => {
    if (!Array.isArray(value)) return scalar(value, text, reading, redacted);
    let result: Fit | null = null;
    let left = MAX_VALUES;
    const walk = (item: unknown): void => {
      if (left-- <= 0) result = reading === 'allow' ? 'no' : 'yes';
      else if (Array.isArray(item)) for (const element of item) walk(element);
      else result = combine(result, scalar(item, text, reading, redacted), reading);
    };
    walk(value);
    return result ?? 'no';
  };
});

/** The same repositories and folders come again and again: their answers are kept, as many as are worth it. */
function remembered(test: Match): Match {
  const known = new Map<string, boolean>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      answer = test(text);
      if (known.size >= 1024) known.clear();
      if (text.length <= 256) known.set(text, answer);
    }
    return answer;
  };
}

/** Every element must fit what allows; one is enough for what forbids. */
function combine(sofar: Fit | null, next: Fit, reading: Reading): Fit {
  if (sofar === null || sofar === next) return next;
  const decisive: Fit = reading === 'allow' ? 'no' : 'yes';
  if (sofar === decisive || next === decisive) return decisive;
  return 'maybe';
}

function scalar(item: unknown, text: (value: string) => boolean, reading: Reading, redacted: boolean): Fit {
  if (typeof item === 'string') {
    if (redacted && REDACTED.test(item)) return 'maybe';
    return text(item) ? 'yes' : 'no';
  }
  if (typeof item === 'number' || typeof item === 'boolean') return text(String(item)) ? 'yes' : 'no';
  // An object or null says nothing that a pattern could be held against.
  return reading === 'allow' ? 'no' : item === null || item === undefined ? 'no' : 'yes';
}

type Part = (canonicalValue: string, raw: string) => boolean;

function allowText(parts: readonly Part[]): (value: string) => boolean {
  return (raw) => {
    const value = canonical(raw);
    return value !== null && parts.some((part) => part(value, raw));
  };
}

function denyText(parts: readonly Part[]): (value: string) => boolean {
  return (raw) => {
    const value = canonical(raw);
    if (value === null) return true;
    const folded = fold(value);
    const views = [folded, ...folded.split(LISTED), pathOf(folded)];
    return parts.some((part) => views.some((view) => view !== '' && part(view, view)));
  };
}

const LISTED = /[\s,;|<>"']+/;
const HOST_KEY =
  /(?:^|[._-])(?:host|hostname|domain|fqdn|url|uri|endpoint|origin|address|site|target)s?$|(?:Host|Url|Uri|Domain|Endpoint)s?$/;
const HOST_SHAPE = /^[\w*?-]+(?:\.[\w*?-]+)+(?::[\d*]+)?$|^localhost(?::[\d*]+)?$/;

/** A pattern says by its own shape what kind of value it speaks of. */
function compileValue(key: string, pattern: Pattern, wide: boolean): Part {
  if (typeof pattern !== 'string') {
    const match = compileRegex(pattern.regex, wide);
    return wide ? match : pieces(match, LISTED, () => false);
  }
  const text = wide ? fold(pattern) : pattern;
  if (SCHEME.test(text.replaceAll('*', 'x'))) return urlPart(text);
  if (text.includes('@'))
    return wide ? mailMatch(text) : pieces(mailMatch(text), LISTED, (piece) => piece.includes('@'), false);
  if (HOST_KEY.test(key) && HOST_SHAPE.test(text)) return hostPart(text);
  if (/[\\/]/.test(text)) {
    const match = compileGlob(patternPath(text));
    return wide ? match : pieces(match, /[,;|\n]\s*|\s+(?=[/~.]|\w:)/, (piece) => piece.includes('/'));
  }
  const match = compileGlob(text);
  return wide || !isGlob(text) ? match : pieces(match, /[,;|\n]/, () => true);
}

/** Every piece of a value that reads as a value of its own fits: `acme/a,evil/b` is two. And so does the `whole`, where that means something. */
function pieces(match: Match, separator: RegExp, counts: (piece: string) => boolean, whole = true): Part {
  return (value) => {
    if (!separator.test(value)) return match(value);
    const listed = value.split(separator).filter((piece) => piece !== '' && counts(piece));
    if (listed.length === 0) return match(value);
    return listed.every((piece) => match(canonicalPiece(piece))) && (!whole || listed.length > 1 || match(value));
  };
}

const canonicalPiece = (piece: string): string =>
  piece.includes('/') && !SCHEME.test(piece) ? (canonicalPath(piece) ?? piece) : piece.trim();

const patternPath = (text: string): string => {
  const slashed = text
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^(?:\.\/)+/, '');
  return slashed.length > 1 ? slashed.replace(/\/$/, '') : slashed;
};

/** `*` never reaches over the @: `*@acme.example` is any name there, never `x@evil.example@acme.example`. */
function mailMatch(pattern: string): Match {
  const at = pattern.lastIndexOf('@');
  const local = pattern.slice(0, at).toLowerCase();
  const domain = pattern.slice(at + 1).toLowerCase();
  return (value) => {
    const parts = value
      .toLowerCase()
      .replace(/^mailto:/, '')
      .split('@');
    return parts.length === 2 && globMatches(local, parts[0] as string) && globMatches(domain, parts[1] as string);
  };
}

/** A bare host, or the host of an address; a name before it or anything after it is no host. */
function hostPart(pattern: string): Part {
  const [name, port] = pattern.toLowerCase().split(':') as [string, string?];
  return (value) => {
    const url = URL.canParse(value) && SCHEME.test(value) ? new URL(value) : bareHost(value);
    if (url === null || url.username !== '' || url.password !== '') return false;
    return globMatches(name, url.hostname.replace(/\.$/, '')) && globMatches(port ?? '', url.port);
  };
}

function bareHost(value: string): URL | null {
  if (/[\s/\\?#@,;|]/.test(value) || !URL.canParse(`http://${value}`)) return null;
  return new URL(`http://${value}`);
}

/** Scheme, host and path are held apart, so that `*` in a host never reaches into the path. */
function urlPart(pattern: string): Part {
  const [, scheme = '', host = '', path = ''] = /^([^:]*):\/\/([^/]*)(.*)$/s.exec(pattern) ?? [];
  const rest = path === '' ? ['', '/'] : [patternPath(path)];
  return (value) => {
    const parts = /^([^:]*):\/\/([^/?#]*)(.*)$/s.exec(value);
    if (parts === null) return false;
    const tail = parts[3] as string;
    return (
      globMatches(scheme.toLowerCase(), (parts[1] as string).toLowerCase()) &&
      globMatches(host.toLowerCase(), (parts[2] as string).toLowerCase()) &&
      rest.some((glob) => globMatches(glob, tail))
    );
  };
}

const pathOf = (value: string): string => /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/[^?#]*)/.exec(value)?.[1] ?? '';

/** A target or task: a plain name as written; one that reads as a path or an address in its canonical form. */
export const compileTarget = shared((patterns: readonly Pattern[], reading: Reading): Match => {
  const plain = compileAny(patterns, reading === 'deny' ? 'wide' : 'strict');
  const shaped = compileConstraint('target', patterns, reading);
  return (name) => (SHAPED.test(name) ? shaped(name) === 'yes' : plain(name));
});
const SHAPED = /[/\\%]/;

/** A principal: a mail address among them is compared as such. */
export function compilePrincipal(patterns: readonly Pattern[], reading: Reading): Match {
  const fits = compileConstraint('principal', patterns, reading);
  return (name) => fits(name) === 'yes';
}
