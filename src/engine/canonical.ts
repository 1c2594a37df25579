import { urlOf } from '../../schemas/url.ts';
import { plainHost } from './address.ts';
import { unprintable } from './pattern.ts';

/**
 * One form for all spellings of a path, an address or a name in an argument, so that a constraint is held against what
 * the tool will reach and not against how it was spelled. Null where the value has no one meaning (shell expansion,
 * encodings that do not decode, characters that cannot be seen): nobody may be let through by such a value.
 */
export function canonical(raw: string): string | null {
  if (PLAIN.test(raw) || (CLEAN.test(raw) && !SYSTEM.test(raw))) return raw;
  const decoded = decode(raw);
  if (decoded === null || unprintable(decoded) || ESCAPED.test(decoded)) return null;
  const text = decoded.trim();
  if (ADDRESS.test(text)) return canonicalUrl(text);
  if (text.startsWith('\\\\')) return null;
  const slashed = text.replaceAll('\\', '/');
  if (!slashed.includes('/')) return slashed;
  return EXPANDS.test(slashed) ? null : canonicalPath(slashed);
}

/** Nothing in it that could be spelled in another way. */
const PLAIN = /^(?!(?:https?|wss?|ftp|file):)[A-Za-z0-9_#:+=@-][A-Za-z0-9_#:+=@.-]*$/i;
/** A path of honest segments: no dot begins one, none is empty. */
const CLEAN = /^\/?[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;
const SYSTEM = /^\/(?:proc|dev)\//;
/** What stands between words of one value, as a class of characters. */
export const BETWEEN = '\\s,;|<>"\'`()[\\]{}=&\\u3001';
/** How an address begins behind something else. */
export const WITHIN = '(?:[a-z][a-z0-9+.-]*:\\/\\/|(?:https?|wss?|ftp|file):(?=[^\\s:]))';
export const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
/** What an address library takes for an address: it needs no slashes after a scheme that it knows. */
const ADDRESS = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|(?:https?|wss?|ftp|file):(?=\S))/i;
/** `$HOME`, `${x}`, `$(x)`, `%TEMP%`, backticks, `{a,b}`, `&#46;`: something else may be made of it. */
const EXPANDS = /\$[\w({]|`|\{[^{}]*,|%[A-Za-z_]\w*%|&(?:#x?[0-9a-f]+|[a-z]+);/i;
/** A dot, slash or backslash written as an escape of JSON or C: whether it is undone, the tool knows. */
const ESCAPED = /\\(?:(?:u00|x)(?:2[ef5]|5c)|05[67]|134)/i;
const ENCODED = /%(?:u[0-9a-f]{4}|[0-9a-f]{2})/i;
const SLASHES = /[\u2044\u2215\u29f8\ufe68\u29f5\u29f9\u2216]/g;
/** How often one encoding is looked for within another. */
export const ROUNDS = 4;

/** Percent encoding undone until nothing is left of it; compatibility forms and look-alike slashes made plain. */
export function decode(raw: string): string | null {
  let text = plainForms(raw);
  for (let round = 0; ENCODED.test(text); round++) {
    if (round === ROUNDS) return null;
    try {
      text = plainForms(decodeURIComponent(codeUnits(text).replace(/%(?![0-9a-f]{2})/gi, '%25')));
    } catch {
      return null;
    }
  }
  return text;
}

/** Compatibility forms and look-alike slashes made plain. */
export const plainForms = (text: string): string => text.normalize('NFKC').replace(SLASHES, '/');
/** `%u002f`, as old scripts encode, undone. */
export const codeUnits = (text: string): string =>
  text.replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** `.` and `..` resolved, slashes single, no slash at the end; a relative path may begin with `..`. */
export function canonicalPath(path: string): string | null {
  const absolute = path.startsWith('/');
  const real = path.includes('proc') || path.includes('/fd') ? fromRoot(path) : path;
  if (real === null) return null;
  const out: string[] = [];
  for (const segment of real.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      // Where somebody's home is, nobody here knows: nor what lies above it.
      if (out.length === 1 && out[0]!.startsWith('~')) return null;
      if (out.length > 0 && out.at(-1) !== '..') out.pop();
      else if (!absolute) out.push('..');
    } else if (DOTS.test(segment)) return null;
    else out.push(segment);
  }
  return (absolute ? '/' : '') + out.join('/') || (absolute ? '/' : '.');
}

/** `...`, `.. ` or `..;x`: one system reads them as a name, another as the parent; a shell takes `.*` for `..` too. */
const DOTS = /^[. ]+(?:;.*)?$|^\.(?:[.*?]|\[[^\]]*\])+$/;
const PROCESS = '/proc/(?:self|thread-self|\\d+)(?:/task/\\d+)?';
/** The root of the file system by another name. */
const SELF_ROOT = new RegExp(`^(?:${PROCESS}/root)+(?=/|$)`);
/** Where a process stands, or what it holds open: a path whose place is not in it. */
const SELF_PLACE = new RegExp(`^(?:${PROCESS}/(?:cwd|fd|exe|map_files)|/dev/fd)(?:/|$)`);

function fromRoot(path: string): string | null {
  const plain = path.replace(/\/(?:\.?\/)+/g, '/').replace(SELF_ROOT, '');
  return SELF_PLACE.test(plain) ? null : plain;
}

/** Scheme and host in lower case, path resolved; null with a user name before the host, which serves only to deceive. */
function canonicalUrl(text: string): string | null {
  const url = urlOf(text);
  if (url === null || url.username !== '' || url.password !== '') return null;
  const pathname = decode(url.pathname);
  if (pathname === null) return null;
  const path = url.pathname === '' ? '' : canonicalPath(pathname.replaceAll('\\', '/'));
  if (path === null) return null;
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${plainHost(url.hostname)}${port}${path}${url.search}`;
}
