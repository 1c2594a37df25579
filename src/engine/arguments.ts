import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Pattern } from '../../schemas/grant.ts';
import { compileConstraint, type Fit, type Reading } from './constraint.ts';
import { fold, shared, showPatterns } from './pattern.ts';

/** The constraint on one argument of a grant. */
export interface ArgumentRule {
  check(body: CanonicalEvent): Fit;
  why(body: CanonicalEvent): string;
  doubt(body: CanonicalEvent): string[];
}

const compileArgument = shared((key: string, patterns: Pattern[], reading: Reading): ArgumentRule => {
  const holds = compileConstraint(key.split('.').at(-1) as string, patterns, reading);
  const segments = key.split('.');
  const isLike = likenessTo(key);
  const judge = (body: CanonicalEvent): Fit => {
    if (body.args_state === 'absent') return 'maybe';
    const args = body.args ?? {};
    const values = read(args, key, segments);
    if (values !== null && body.args_state === 'keys_only') return 'maybe';
    const redacted = body.args_state === 'redacted';
    const fits = (values ?? []).map((value) => holds(value, redacted));
    for (const name of Object.keys(args)) if (name !== key && isLike(name)) fits.push(holds(args[name], redacted));
    return reading === 'allow' ? allFit(fits, values !== null) : anyFits(fits);
  };
  const word = `args.${key}`;
  return {
    check: judge,
    why: (body) =>
      read(body.args ?? {}, key, segments) === null
        ? `${word} is missing`
        : `${word} is not among ${showPatterns(patterns)}`,
    doubt: (body) => (judge(body) === 'maybe' ? [`${word} cannot be seen`] : []),
  };
});

/** Key -> patterns; a dotted key reaches into objects, and through lists into each of their elements. */
export function compileArguments(args: Record<string, Pattern[]>, reading: Reading): ArgumentRule[] {
  return Object.entries(args).map(([key, patterns]) => compileArgument(key, patterns, reading));
}

/** `Path`, `pa_th` and `path` are one argument to many a tool: the like-named must fit as well. */
function likenessTo(key: string): (name: string) => boolean {
  const alike = likeness(key);
  const known = new Map<string, boolean>();
  return (name) => {
    let like = known.get(name);
    if (like === undefined) {
      like = likeness(name) === alike;
      if (known.size < MAX_KNOWN) known.set(name, like);
    }
    return like;
  };
}

const MAX_KNOWN = 128;
const likeness = (key: string): string => fold(key).replace(/[^\p{L}\p{N}.]/gu, '');

function allFit(fits: readonly Fit[], present: boolean): Fit {
  if (!present || fits.length === 0 || fits.includes('no')) return 'no';
  return fits.includes('maybe') ? 'maybe' : 'yes';
}

const anyFits = (fits: readonly Fit[]): Fit => (fits.includes('yes') ? 'yes' : fits.includes('maybe') ? 'maybe' : 'no');

/** Every value under the key; null where it is missing, or missing in one element of a list on the way. */
function read(args: Record<string, unknown>, key: string, segments: readonly string[]): unknown[] | null {
  if (Object.hasOwn(args, key)) return present(args[key]);
  return segments.length === 1 ? null : descend(args, segments);
}

function descend(value: unknown, segments: readonly string[]): unknown[] | null {
  const [head, ...rest] = segments;
  if (head === undefined) return present(value);
  if (Array.isArray(value)) {
    const all = value.map((element) => descend(element, segments));
    return all.length === 0 || all.includes(null) ? null : (all as unknown[][]).flat();
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return null;
  return descend((value as Record<string, unknown>)[head], rest);
}

/** An empty list or null names nothing: the tool would take its default. */
const present = (value: unknown): unknown[] | null =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0) ? null : [value];
