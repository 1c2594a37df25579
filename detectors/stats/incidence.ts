import { emptyRecent, peek, type Recent, touch } from './recent.ts';

/**
 * On how many days each thing was met. Calls come in clumps, days hardly: a tool called 500 times this morning was met
 * once. Plain data; what was not met for long is forgotten with the older generation of `Recent`.
 */
export interface Incidence {
  /** Sum over things of the days on which each was met. */
  n: number;
  /** Things met on one day only. */
  once: number;
  /** By key: days met, and the last of them. */
  days: Recent<[met: number, last: number]>;
}

export const emptyIncidence = (): Incidence => ({ n: 0, once: 0, days: emptyRecent() });

/** Counts the thing for this day, once. */
export function addDay(incidence: Incidence, key: string, day: number, limit: number): void {
  const entry = touch<[number, number]>(incidence.days, key, limit, () => [0, -1]);
  if (entry[1] >= day) return;
  if (entry[0] === 0) incidence.once += 1;
  else if (entry[0] === 1) incidence.once -= 1;
  entry[0] += 1;
  entry[1] = day;
  incidence.n += 1;
}

/**
 * How likely the next thing of a day is one never met: the share of what was met once (Good 1953, in the incidence form of
 * Chao and Colwell 2017), with Krichevsky and Trofimov's half so that it is never 0.
 * Worked example: 5 tools on each of 20 days, none only once: .5 / 101 = .005.
 */
export const unseenShare = ({ n, once }: Incidence): number => (Math.max(0, once) + 0.5) / (n + 1);

export const daysMet = ({ days }: Incidence, key: string): number => peek(days, key)?.[0] ?? 0;
