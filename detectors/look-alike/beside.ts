import { registered } from '../stats/at-home.ts';
import { leavesOf } from '../stats/leaves.ts';
import { labelOf, passesForHouse } from './passes-for.ts';

const BARE = /^[a-z\d][a-z\d-]{0,62}(?:\.[a-z\d-]{1,63}){1,4}$/i;

/** A domain that is itself a value of the same call, to whose name the new one adds a word: a supplier and its "billing". */
export function besideIn(args: unknown, domain: string): string | undefined {
  for (const [, value] of leavesOf(args)) {
    if (typeof value !== 'string' || !BARE.test(value)) continue;
    const named = registered(value.toLowerCase());
    if (named !== domain && passesForHouse(labelOf(domain), labelOf(named))) return named;
  }
  return undefined;
}

/** A house that is known as one, whose name stands in this one: for who acts for nobody. */
export const houseIn = (label: string, isHouse: (name: string) => boolean): string | undefined =>
  label.split('-').find((part) => passesForHouse(label, part) && isHouse(part));
