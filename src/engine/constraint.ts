import type { Pattern } from '../../schemas/grant.ts';
import { remembered } from '../../schemas/remember.ts';
import { allowText } from './allow-value.ts';
import { decode } from './canonical.ts';
import { denyText } from './deny-value.ts';
import type { Fit } from './fit.ts';
import { compileAny, fold, globsMeet, shared } from './pattern.ts';

/** Patterns of a rule that allows must fit every spelling of every value; of a rule that forbids, any spelling of any. */
export type Reading = 'allow' | 'deny';

/** How redaction marks a value. Believed only in a call said to be redacted: else anybody could write it. */
const REDACTED = /\[redacted:[\w.-]{1,64}:[0-9a-f]{8,64}\]/;
const ALL_REDACTED = new RegExp(REDACTED, 'g');
const MAX_VALUES = 4096;
/** The same repositories and folders come again and again. */
const MAX_KNOWN = 512;
const LONGEST = 256;

/** Some of it was taken by redaction. */
export const isHidden = (value: unknown): boolean => REDACTED.test(JSON.stringify(value) ?? '');

/** Holds a value; `redacted` says that marks of redaction in it can be believed. */
type Holds = (value: unknown, redacted?: boolean) => Fit;

/** Holds one argument (or one name that may be a path or an address) against patterns. */
export const compileConstraint = shared((key: string, patterns: readonly Pattern[], reading: Reading): Holds => {
  if (patterns.includes('*')) return () => 'yes';
  const allows = allowText(key, patterns);
  const fits: Text = reading === 'allow' ? (raw) => (allows(raw) ? 'yes' : 'no') : denyText(key, patterns);
  const text = remembered(fits, MAX_KNOWN, LONGEST);
  const hidden = compileHidden(patterns, reading, text);
  const scalar = (item: unknown, redacted: boolean): Fit => {
    if (typeof item === 'string') return redacted && REDACTED.test(item) ? hidden(item) : text(item);
    if (typeof item === 'number' || typeof item === 'boolean') return text(String(item));
    return reading === 'allow' || item === null || item === undefined ? 'no' : within(item, text);
  };
  return (value, redacted = false) => {
    if (!Array.isArray(value)) return scalar(value, redacted);
    let result: Fit | null = reading === 'deny' ? joined(value, text) : null;
    let left = MAX_VALUES;
    const walk = (item: unknown): void => {
      if (left-- <= 0) result = reading === 'allow' ? 'no' : 'yes';
      else if (Array.isArray(item)) for (const element of item) walk(element);
      else result = combine(result, scalar(item, redacted), reading);
    };
    walk(value);
    return result ?? 'no';
  };
});

type Text = (value: string) => Fit;

/** Every element must fit what allows; one is enough for what forbids. */
function combine(sofar: Fit | null, next: Fit, reading: Reading): Fit {
  if (sofar === null || sofar === next) return next;
  const decisive: Fit = reading === 'allow' ? 'no' : 'yes';
  if (sofar === decisive || next === decisive) return decisive;
  return 'maybe';
}

/** `["rm", "-rf", "/"]` is a command in pieces. */
const joined = (list: readonly unknown[], text: Text): Fit | null =>
  list.length > 1 && list.length <= 64 && list.every((item) => typeof item === 'string') ? text(list.join(' ')) : null;

/** An object in place of a text: which part of it counts is not known, so what is forbidden in any part may be done. */
function within(item: object, text: Text): Fit {
  const strings = JSON.stringify(item).match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return strings.slice(0, MAX_VALUES).some((one) => text(JSON.parse(one) as string) === 'yes') ? 'yes' : 'maybe';
}

/** A value that redaction took all or some of: what is left of it can still say that it does not fit. */
function compileHidden(patterns: readonly Pattern[], reading: Reading, text: Text): Text {
  const globs = patterns.map((pattern) => (typeof pattern === 'string' ? fold(pattern) : '*'));
  return (value) => {
    if (reading === 'deny' && text(value.replaceAll(ALL_REDACTED, 'x')) === 'yes') return 'yes';
    // A mark may be written by hand, in front of steps out of the folder that what is allowed lies in.
    if (reading === 'allow' && climbs(value)) return 'no';
    const left = fold(value.replaceAll(ALL_REDACTED, '*'));
    return globs.some((glob) => globsMeet(glob, left)) ? 'maybe' : 'no';
  };
}

const CLIMBS = /(?:^|[\\/])\.\.(?=[\\/]|$)/;
const climbs = (value: string): boolean => {
  const text = decode(value.replaceAll(ALL_REDACTED, 'x'));
  return text === null || CLIMBS.test(text.trim());
};

/** A target or task: a plain name as written; one that reads as a path or an address in its canonical form. */
export const compileTarget = shared((patterns: readonly Pattern[], reading: Reading): ((name: string) => Fit) => {
  const plain = compileAny(patterns, reading === 'deny' ? 'wide' : 'strict');
  const shaped = compileConstraint('', patterns, reading);
  return (name) => (SHAPED.test(name) ? shaped(name) : plain(name) ? 'yes' : 'no');
});
const SHAPED = /[/\\%]/;

/** A principal: a mail address among them is compared as such. */
export const compilePrincipal = (patterns: readonly Pattern[], reading: Reading): ((name: string) => Fit) =>
  compileConstraint('principal', patterns, reading);
