import type { Pattern } from '../../schemas/grant.ts';
import { addressMatch, hostMatch } from './address.ts';
import type { Fit } from './fit.ts';
import { mailMatch } from './mail.ts';
import { compileGlob, compileRegex, fold, globsMeet, type Match } from './pattern.ts';
import { Readings } from './readings.ts';
import { isDomain, isMailKey, isPathKey, isRefKey, kindOf, pathPattern } from './value-kind.ts';

type Part = (readings: Readings) => Fit;

/**
 * Patterns of a rule that forbids: one that fits any reading of the value is enough. `maybe` where the value has no one
 * meaning, or is a glob itself that may come to what is forbidden.
 */
export function denyText(key: string, patterns: readonly Pattern[]): (raw: string) => Fit {
  const parts = patterns.map((pattern) => compile(key, pattern));
  return (raw) => {
    const readings = new Readings(raw);
    let worst: Fit = 'no';
    for (const part of parts) {
      const fit = part(readings);
      if (fit === 'yes') return fit;
      if (fit === 'maybe') worst = fit;
    }
    return worst;
  };
}

const doubt = ({ sure }: Readings): Fit => (sure ? 'no' : 'maybe');

function compile(key: string, pattern: Pattern): Part {
  if (typeof pattern !== 'string') {
    const match = compileRegex(pattern.regex, true);
    return (readings) => (readings.texts.some(match) || readings.paths.some(match) ? 'yes' : doubt(readings));
  }
  const text = fold(pattern);
  switch (kindOf(key, text)) {
    case 'address': {
      const fits = addressMatch(text, pathPattern, true);
      const file = /^file:\/\/(\/.*)$/.exec(text)?.[1];
      const path = file === undefined ? null : pathPart(pathPattern(file), false);
      return (readings) => (readings.addresses.some(fits) ? 'yes' : (path?.(readings) ?? doubt(readings)));
    }
    case 'host': {
      const fits = hostMatch(text, true);
      return (readings) => (readings.addresses.some(fits) ? 'yes' : doubt(readings));
    }
    case 'mail': {
      const fits = mailMatch(text);
      return (readings) => (readings.mailboxes.some(fits) ? 'yes' : doubt(readings));
    }
    case 'repository': {
      const match = compileGlob(text);
      const path = pathPart(pathPattern(text), true);
      return (readings) => (readings.texts.some(match) ? 'yes' : path(readings));
    }
    case 'path':
      return pathPart(pathPattern(text), false);
    case 'text': {
      const match = named(key, text);
      const same = sameNumber(text);
      const unclear = isPathKey(key) ? doubt : (): Fit => 'no';
      return (readings) => (match(readings) ? 'yes' : readings.texts.some(same) ? 'maybe' : unclear(readings));
    }
  }
}

/** A plain name, in whatever the value is that is known to hold such under this key. */
function named(key: string, text: string): (readings: Readings) => boolean {
  const match = compileGlob(text);
  // A mark before a name (`#general`) is no part of it to many a tool.
  const fits = (name: string): boolean => match(name) || (MARKED.test(name) && match(name.slice(1)));
  if (isMailKey(key) && isDomain(text)) {
    const mails = mailMatch(text);
    return ({ texts, mailboxes }) => texts.some(fits) || mailboxes.some(mails);
  }
  // A folder or file of that name, wherever it lies, and what lies below it.
  if (isPathKey(key))
    return ({ texts, paths }) => texts.some(fits) || paths.some((path) => path.split('/').some(match));
  if (isRefKey(key)) return ({ texts }) => texts.some((name) => fits(name) || match(name.replace(REF, '')));
  return ({ texts }) => texts.some(fits);
}
const MARKED = /^[#@]./;
/** `refs/heads/main` and `origin/main` are `main`; where one is pushed to it stands behind a colon, `+HEAD:main`. */
const REF = /^\+?(?:[^:]*:)?(?:(?:refs\/)?(?:heads\/|tags\/|remotes\/[^/]+\/|origin\/))?/;

const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/;

/** `042` and `0x2a` are 42 to many a tool. Numbers that are not exact are ids, each a text of its own. */
function sameNumber(pattern: string): Match {
  const number = NUMBER.test(pattern) ? Number(pattern) : Number.NaN;
  if (!(Math.abs(number) <= Number.MAX_SAFE_INTEGER)) return () => false;
  return (text) => NUMBER.test(text) && Number(text) === number;
}

/** What is forbidden is so with all that lies below it. `within`: the pattern may fit in the middle of a path, as `acme/site` does in `/repos/acme/site/branches`. */
function pathPart(pattern: string, within: boolean): Part {
  const itself = compileGlob(pattern);
  const below = compileGlob(`${pattern === '/' ? '' : pattern}/*`);
  const match: Match = (path) => itself(path) || below(path);
  const inside = withinMatch(itself, pattern.split('/').length);
  const relative = !/^[/~.*?]|^[a-z]:/.test(pattern);
  return (readings) => {
    const { paths, behind } = readings;
    if (paths.some(match)) return 'yes';
    if (relative && (behind.some(inside) || (within && paths.some(inside)))) return 'yes';
    if (paths.some((path) => /[*?[]/.test(path) && globsMeet(pattern, path.replace(/\[[^\]]*\]?/g, '?'))))
      return 'maybe';
    return doubt(readings);
  };
}

/** Fits as many names in a row as the pattern has; `.git`, a branch or a part of the page behind the last say nothing. */
function withinMatch(match: Match, length: number): Match {
  return (path) => {
    const names = path.split('/');
    return names.some((_, from) => {
      const row = names.slice(from, from + length);
      return row.length === length && match(row.join('/').replace(/(?:\.git)?(?:[@#?].*)?$/s, ''));
    });
  };
}
