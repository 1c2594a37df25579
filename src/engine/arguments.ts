import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Pattern } from '../../schemas/grant.ts';
import { remembered } from '../../schemas/remember.ts';
import { compileConstraint, isHidden, type Reading } from './constraint.ts';
import { anyFits, type Fit } from './fit.ts';
import { fold, shared, showPatterns, showValue, visible } from './pattern.ts';

/** The constraint on one argument of a grant. */
interface ArgumentRule {
  kind: 'args';
  check(body: CanonicalEvent): Fit;
  why(body: CanonicalEvent): string;
  doubt(body: CanonicalEvent): string[];
}

const compileArgument = shared((key: string, patterns: Pattern[], reading: Reading): ArgumentRule => {
  const segments = key.split('.');
  const holds = compileConstraint(segments.at(-1) as string, patterns, reading);
  const alike = likeNamed(key, reading === 'deny');
  const isThere = (args: Record<string, unknown>): boolean => read(args, segments) || read(args, [key]);
  const judge = (body: CanonicalEvent): Fit => {
    const isAway = body.args === undefined && body.args_state === 'redacted';
    if (body.args_state === 'absent' || isAway) return 'maybe';
    const args = body.args ?? {};
    if (reading === 'allow' && !isThere(args)) return 'no';
    const found = alike(args);
    if (found.length > 0 && body.args_state === 'keys_only') return 'maybe';
    const redacted = body.args_state === 'redacted';
    if (found.length === 1) return holds(found[0], redacted);
    const fits = found.map((value) => holds(value, redacted));
    return reading === 'allow' ? allFit(fits) : anyFits(fits);
  };
  const word = `args.${key}`;
  return {
    kind: 'args',
    check: judge,
    why({ args = {}, args_state }) {
      if (!isThere(args)) return `${word} is missing`;
      const odd = alike(args).find((value) => holds(value, args_state === 'redacted') !== 'yes');
      const itself = typeof odd === 'string' && patterns.includes(`${odd.replace(/\/$/, '')}/*`);
      return `${word} ${showValue(odd)} is not among ${showPatterns(patterns)}${itself ? ', which is what lies in it' : ''}`;
    },
    doubt(body) {
      if (judge(body) !== 'maybe') return [];
      const odd = alike(body.args ?? {}).find((value) => holds(value, body.args_state === 'redacted') === 'maybe');
      return [
        odd === undefined || isHidden(odd) ? `${word} cannot be seen` : `${word} ${showValue(odd)} has no one meaning`,
      ];
    },
  };
});

/** Key -> patterns; a dotted key reaches into objects, and through lists into each of their elements. */
export function compileArguments(args: Record<string, Pattern[]>, reading: Reading): ArgumentRule[] {
  return Object.entries(args).map(([key, patterns]) => compileArgument(key, patterns, reading));
}

const allFit = (fits: readonly Fit[]): Fit =>
  fits.length === 0 || fits.includes('no') ? 'no' : fits.includes('maybe') ? 'maybe' : 'yes';

/** The argument is there as named; false where it is missing, or missing in one element of a list on the way. */
function read(value: unknown, segments: readonly string[], from = 0): boolean {
  const head = segments[from];
  // An empty list or null names nothing: the tool would take its default.
  if (head === undefined) return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  if (Array.isArray(value)) return value.length > 0 && value.every((element) => read(element, segments, from));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return false;
  return read((value as Record<string, unknown>)[head], segments, from + 1);
}

const MAX_KNOWN = 128;
/** No honest name is longer. */
const LONGEST = 128;
const MAX_DEPTH = 12;

/**
 * Every value under the key or a key like it, however it is nested: `Path`, `pa_th`, `paths`, `path[0]` and `path` are
 * one argument to many a tool, and so are `options.path`, `options[path]` and `{options: {path}}`. `anywhere`: also
 * where it stands deeper than the key says.
 */
function likeNamed(key: string, anywhere: boolean): (args: Record<string, unknown>) => unknown[] {
  const asked = likeness(key);
  const restOfAsked = remembered((name) => after(likeness(name), asked), MAX_KNOWN, LONGEST);
  const restOf = (name: string, rest: string): string | null =>
    rest === asked ? restOfAsked(name) : after(likeness(name), rest);
  const walk = (value: unknown, rest: string, depth: number, found: unknown[]): void => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const element of value) walk(element, rest, depth + 1, found);
      return;
    }
    for (const name in value) {
      const inner = (value as Record<string, unknown>)[name];
      const left = restOf(name, rest);
      if (left === '') found.push(inner);
      else if (left !== null) walk(inner, left, depth + 1, found);
      if (anywhere) walk(inner, asked, depth + 1, found);
    }
  };
  return (args) => {
    const found: unknown[] = [];
    walk(args, asked, 0, found);
    return found;
  };
}

/** What is left to be named below a key of this form: '' where it is the one; null where it leads nowhere. */
function after(form: string, rest: string): string | null {
  if (form === rest || `${form}s` === rest || form === `${rest}s`) return '';
  return form !== '' && rest.startsWith(form) ? rest.slice(form.length) : null;
}

/** Letters and digits alone, in lower case, without the numbers of an element. */
const likeness = (key: string): string =>
  fold(visible(key))
    .replace(/(?:[.[]\d*\]?){1,4}$/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
