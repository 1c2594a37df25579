import { perPair } from './per-pair.ts';

/**
 * Joins two names into one, at most `length` long: always the same string for the same names, so that a table that is asked
 * for it need not hash it anew.
 */
export function joiner(
  separator: string,
  length = Number.POSITIVE_INFINITY,
): (first: string, second: string) => string {
  return perPair((first, second) => shared(`${first}${separator}${second}`.slice(0, length)));
}

/** As the name of a property a string is the one that the engine of the language shares. */
const shared = (name: string): string => Object.keys({ [name]: 0 })[0] ?? '';
