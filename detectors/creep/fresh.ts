import { counted } from '../../schemas/counted.ts';
import { tailAbove } from '../stats/count-tail.ts';
import { few } from '../stats/few.ts';
import { shareTail } from '../stats/share-tail.ts';
import { worst } from '../stats/worst.ts';
import { before, FORTNIGHT, FRESH, fadedDays, KEPT, MET, type Reach, sum } from './reach.ts';

/** What is new in a field, and how unlikely so much of it is. */
interface Widens {
  found: number;
  score: number;
  within: string;
  expected: string;
  met: number;
}

const WEEK = 7;
/** New targets come in clumps: one task brings several. */
const CLUMPS = 2;
/** On one day or two a single task, or an incident, brings what is new. */
const LEAST_HITS = 3;
/** Days of use that tell whether a field is closed. */
const LEAST_PAST = 5;

/** New targets of a fortnight against how often this field named new ones before. */
export function byUses(reach: Reach): Widens {
  const [met, found] = [sum(reach.days, MET), sum(reach.days, FRESH)];
  const share = reach.fresh / Math.max(1, reach.met);
  return {
    found,
    score: tailAbove(found, met, { count: reach.fresh, exposure: Math.max(1, reach.met) }, CLUMPS),
    within: 'a fortnight',
    expected: `${few(met * share)} new ones in ${counted(met, 'use')}, by what came before`,
    met,
  };
}

/**
 * Each secret is a privilege of its own, and that many are read is no reason for many new ones: those of a week against
 * how many the days before brought, as far as they have not faded. A day without use says nothing: no more days than uses.
 */
export function byWeek(reach: Reach, day: number): Widens {
  const week = reach.days.filter(([when]) => when > day - WEEK);
  const between = reach.days.filter(([when]) => when <= day - WEEK);
  const exposure = Math.max(1, Math.min(fadedDays(reach, day) + FORTNIGHT - WEEK, reach.met + sum(between, MET)));
  const count = reach.fresh + sum(between, KEPT);
  const found = sum(week, FRESH);
  return {
    found,
    score: tailAbove(found, WEEK, { count, exposure }, CLUMPS),
    within: 'a week',
    expected: `${few((WEEK * count) / exposure)} new ones in a week, by the weeks before`,
    met: sum(week, MET),
  };
}

/**
 * A field that is closed, as namespaces, repositories and kinds of objects are, brings something new on few days, however
 * much a task of one day brings. How many days of late did, from the first that did within the fortnight that says most:
 * against their share among all days of use before it (beta-binomial, Jeffreys' prior). A field that is open by nature
 * brings something new on most days and is no surprise.
 */
export function byDays(reach: Reach, least: number): Widens | null {
  return worst(
    reach.days.map((first, n) => {
      const window = reach.days.slice(n);
      const hits = window.filter((row) => row[FRESH] > 0).length;
      if (first[FRESH] === 0 || hits < LEAST_HITS) return null;
      const found = sum(window, FRESH);
      const past = before(reach, n);
      if (found < least || past.days < LEAST_PAST) return null;
      return {
        found,
        score: shareTail(hits, window.length, past.hits + 0.5, past.days - past.hits + 0.5),
        within: `${counted(window.length, 'day')} of use`,
        expected: `${few((past.hits / past.days) * window.length)} of ${counted(window.length, 'day')} with something new, by the days before, where there are ${hits}`,
        met: sum(window, MET),
      };
    }),
  );
}

/** Of a kind of thing that is known once it brought something new in no more than a tenth of its uses. */
const KNOWN_SHARE = 0.1;
/** One task of one day may bring many. */
const SPREAD_HITS = 2;
/** So many new ones on a day that brings any are usual, whatever came before; two days stand for it. */
const CLUMP = 2;

/**
 * Places of work by whatever tool: on how many days something new came, as above, and how much on each of them, against
 * what such days brought before (geometric).
 */
export function bySpread(reach: Reach, least: number): Widens | null {
  return worst(
    reach.days.map((first, n) => {
      const window = reach.days.slice(n);
      const found = sum(window, FRESH);
      const past = before(reach, n);
      if (first[FRESH] === 0 || found < least || past.days < LEAST_PAST) return null;
      const earlier = reach.days.slice(0, n);
      const fresh = reach.fresh + sum(earlier, KEPT);
      if (fresh > KNOWN_SHARE * (reach.met + sum(earlier, MET))) return null;
      const hits = window.filter((row) => row[FRESH] > 0).length;
      if (hits < SPREAD_HITS) return null;
      const mean = Math.max(CLUMP, (fresh + 2 * CLUMP) / (past.hits + 2));
      const days = shareTail(hits, window.length, past.hits + 0.5, past.days - past.hits + 0.5);
      return {
        found,
        score: days - (found - hits) * Math.log10(1 - 1 / mean),
        within: `${counted(window.length, 'day')} of use`,
        expected: `${few((past.hits / past.days) * window.length)} of ${counted(window.length, 'day')} with something new, ${few(mean)} on each, by the days before`,
        met: sum(window, MET),
      };
    }),
  );
}
