import type { Pattern } from '../../schemas/grant.ts';
import { addressMatch, bareHost, hostMatch, splitAddress } from './address.ts';
import { BETWEEN, canonical, canonicalPath, decode, SCHEME, WITHIN } from './canonical.ts';
import { mailboxes, mailMatch } from './mail.ts';
import { compileGlob, compileRegex, composed, isGlob, type Match } from './pattern.ts';
import { isCommandKey, isDomain, isMailKey, kindOf, pathPattern, type ValueKind } from './value-kind.ts';

/** `value` is in canonical form. */
type Part = (value: string, raw: string) => boolean;

/**
 * Patterns of a rule that allows: one of them must take in all that the value names, and the value must have one
 * meaning only.
 */
export function allowText(key: string, patterns: readonly Pattern[]): Match {
  const parts = patterns.map((pattern) => compile(key, pattern));
  return (raw) => {
    const value = canonical(raw);
    return value !== null && (value === raw || !hides(raw)) && parts.some((part) => part(value, raw));
  };
}

/** What makes more than one command of a text, or sends it elsewhere; `;` and `|` part a list, of which each must fit. */
const SHELL = ['&', '`', '$(', '<', '>'];
const LISTS = [';', '|', '\n'];
/** Output that is joined or thrown away harms nobody. */
const HARMLESS = /\d?>(?:&\d|\s?\/dev\/null)/g;

/** A glob of a command takes in no operator of the shell that it does not name. */
function oneCommand(pattern: string, isList: boolean, part: Part): Part {
  const operators = [...SHELL, ...(isList ? [] : LISTS)].filter((operator) => !pattern.includes(operator));
  return (value, raw) => {
    const text = raw.replace(HARMLESS, '');
    return !operators.some((operator) => text.includes(operator)) && part(value, raw);
  };
}

/** What parts one path from the next. */
const PARTS = new RegExp(`[${BETWEEN}]|(?<=[^\\s:]{2}):`);
const CLIMBS = /\.\.(?=[\\/]|$)/g;

/** What is climbed out of again is gone from the canonical form, and with it what parted one path from the next. */
function hides(raw: string): boolean {
  const text = decode(raw) ?? '';
  let last = -1;
  for (const { index } of text.matchAll(CLIMBS)) last = index;
  if (last === -1) return false;
  const first = text.search(PARTS);
  return first !== -1 && first < last;
}

function compile(key: string, pattern: Pattern): Part {
  if (typeof pattern !== 'string') return compileRegex(pattern.regex);
  const text = composed(pattern);
  const kind = kindOf(key, text);
  const part = compileKind(key, text, kind);
  return isCommandKey(key) && isGlob(text) ? oneCommand(text, kind === 'text', part) : part;
}

function compileKind(key: string, text: string, kind: ValueKind): Part {
  switch (kind) {
    case 'address':
      return addressPart(text);
    case 'mail': {
      const fits = mailMatch(text);
      return (value) => mailboxes(value)?.every(fits) === true;
    }
    case 'host': {
      const fits = hostMatch(text, false);
      return (value) => {
        const address = SCHEME.test(value) ? splitAddress(value) : bareHost(value);
        return address !== null && fits(address);
      };
    }
    case 'repository':
      return repositoryPart(pathPattern(text));
    case 'path':
      return pathPart(compileGlob(pathPattern(text)));
    case 'text': {
      const match = compileGlob(text);
      if (isMailKey(key) && isDomain(text)) {
        const fits = mailMatch(text);
        return (value) => match(value) || mailboxes(value)?.every(fits) === true;
      }
      return isGlob(text) ? (value) => listed(value, /[,;|\n\u3001]/).every((piece) => match(piece.trim())) : match;
    }
  }
}

const listed = (value: string, separator: RegExp): string[] =>
  separator.test(value) ? value.split(separator).filter((piece) => piece.trim() !== '') : [value];

/** From the first of them on: a run that no address follows is walked once, and not from each of its characters. */
const BEFORE_ADDRESS = /(?<![\s,;|<>"'`\u3001])[\s,;|<>"'`\u3001]+(?=[A-Za-z][A-Za-z0-9+.-]*:\/\/)/;

/** Several addresses in one text are several: each must fit. A blank before the query makes it no address. */
function addressPart(pattern: string): Part {
  const fits = addressMatch(pattern, pathPattern, false);
  return (value, raw) => {
    const text = raw.trim();
    if (!/[\s,;|<>"'`]/.test(text)) {
      const address = splitAddress(value);
      return address !== null && fits(address);
    }
    return text.split(BEFORE_ADDRESS).every((piece) => {
      const one = /^[^?]*\s[^?]*\S/.test(piece) ? null : canonical(piece);
      const address = one === null ? null : splitAddress(one);
      return address !== null && fits(address);
    });
  };
}

/** No name of a repository holds what stands between several, nor a colon; `.git` at its end says nothing. */
function repositoryPart(pattern: string): Part {
  const match = compileGlob(pattern);
  const colons = pattern.includes(':');
  return (value) =>
    (colons || !value.includes(':')) &&
    listed(value, /[\s,;|&+\u3001]+/).every((piece) => match(piece) || match(piece.replace(/\.git$/, '')));
}

/** A further path behind a comma, a colon, or a blank and a slash is a path of its own: and the whole must fit as well. */
const FURTHER = /[,;|\n\u3001]\s*|(?<!\s)\s+(?=(?:@|-\w)?[/~.]|\w:)|(?<=[^\s:]{2}):(?=[/~.])/;

/** An address behind something else in a path is a place of its own: `/srv/app/:http:x/etc`. */
const INNER_ADDRESS = new RegExp(`[${BETWEEN}:@]${WITHIN}`, 'i');

function pathPart(match: Match): Part {
  return (value) => {
    if (/[<>|"`]/.test(value) || INNER_ADDRESS.test(value)) return false;
    if (!FURTHER.test(value)) return match(value);
    const pieces = value.split(FURTHER).filter((piece) => piece.includes('/'));
    return match(value) && pieces.every((piece) => match(canonicalPath(piece) ?? piece));
  };
}
