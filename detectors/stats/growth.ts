import { median, sum } from 'simple-statistics';
import { tailAbove } from './count-tail.ts';

/** One day of an agent, as the scan sees it. */
export interface GrowthDay {
  count: number;
  /** How much was to be expected of the day, in units of an ordinary one; 0: it says nothing. */
  exposure: number;
  /** It may stand for what is normal: nothing of it was flagged. */
  clean: boolean;
}

export interface Growth {
  /** -log10 of the probability of so much in the window after such a past. */
  score: number;
  /** Days of the window; what was counted in it, and expected: later days weigh more, so neither is whole. */
  window: number;
  count: number;
  expected: number;
  /** Counts a unit of exposure, before and in the window (later days weigh more). */
  before: number;
  now: number;
  pastDays: number;
  dispersion: number;
  /** Days of the window above what was; and whether they are too few to be a new level, as after some nights of an incident. */
  more: number;
  spell: boolean;
}

/** Days to look at: an onset lies near the beginning of one of them. In shorter ones busy days make spells. */
export const WINDOWS: readonly number[] = [10, 20, 50];
/** Days of the past that are looked at, and the fewest that say anything. */
const PAST_DAYS = 70;
const LEAST_DAYS = 14;
/** An agent's first weeks rise by themselves: held against fewer days than these, evidence counts one power of ten less. */
const SETTLED_DAYS = 21;
const YOUNG = 1;
const LEAST_PAST = 5;
/** A new level has so many days above the past by so much: more than the nights of an incident have. */
const LEVEL_DAYS = 4;
const ABOVE = 1.2;
/** Fewer days hold no window with a past. */
export const FEWEST_DAYS = LEAST_DAYS + WINDOWS[0]!;

/**
 * Did the last days bring more than those before? One window of a scan (a windowed generalised likelihood ratio, Lai
 * 1995), weighted as a ramp, which is the locally best test of a rise that began with it: the probability of its count
 * given the clean days before, with variance over mean as those days show it. Between past and window a gap of half the
 * window is left out, as far as the past is long enough without it: a slow rise must not stand on its own beginning.
 * Counts too large for their day are cut, in the past and in the window alike, so that one busy day makes no growth and
 * hides none. Null where the past or the window is too short to tell.
 */
export function growthIn(days: readonly GrowthDay[], window: number): Growth | null {
  const begin = days.length - window;
  const last = Math.max(Math.min(begin, LEAST_DAYS), begin - (window >> 1));
  const least = Math.max(LEAST_DAYS, window >> 1);
  if (last < least) return null;
  const past = days.slice(Math.max(0, last - PAST_DAYS), last).filter(({ clean, exposure }) => clean && exposure > 0);
  const now = days
    .slice(begin)
    .map(({ count, exposure }, n) => ({ count, exposure, weight: (n + 1) / window }))
    .filter(({ exposure }) => exposure > 0);
  if (past.length < least || now.length < 3) return null;
  const { rate, dispersion: byDay, wander } = steadyRate(past);
  // Within the window the level may have risen: its days are cut by its own median, not by the past.
  const level = Math.max(rate, median(now.map(({ count, exposure }) => count / exposure)));
  const cut = ({ count, exposure }: Pick<GrowthDay, 'count' | 'exposure'>, mean: number): number =>
    Math.min(count, mean * exposure + 3 * Math.sqrt(byDay * mean * exposure) + 1);
  const e1 = sum(now.map(({ weight, exposure }) => weight * exposure));
  const e2 = sum(now.map(({ weight, exposure }) => weight ** 2 * exposure));
  // A weighted sum of counts has the mean and variance of so many counts of weight 1 (Satterthwaite 1946).
  const count = (e1 / e2) * sum(now.map((day) => day.weight * cut(day, level)));
  const exposure = (e1 / e2) * e1;
  const pastCount = sum(past.map((day) => cut(day, rate)));
  // Out of nothing nothing grows: what was hardly ever done before is new, not more.
  if (pastCount < LEAST_PAST) return null;
  const pastExposure = sum(past.map((day) => day.exposure));
  const expected = (pastCount / pastExposure) * exposure;
  // A level that wanders makes many calls no surer than few: its share of the variance grows with the square;
  // and the past is itself a draw of it, of so many weeks.
  const dispersion = byDay + wander * (1 + 7 / past.length) * expected;
  const more = now.filter((day) => day.count > ABOVE * (pastCount / pastExposure) * day.exposure).length;
  return {
    score:
      tailAbove(count, exposure, { count: pastCount, exposure: pastExposure }, dispersion) -
      (last < SETTLED_DAYS ? YOUNG : 0),
    window,
    count,
    expected,
    before: pastCount / pastExposure,
    now: count / exposure,
    pastDays: past.length,
    dispersion,
    more,
    spell: more < LEVEL_DAYS,
  };
}

/** Weeks by which the wander of the level is drawn towards a common one, of a tenth; days by which the dispersion is. */
const PULL_WEEKS = 4;
const PRIOR_WANDER = 0.1 ** 2;
const PULL_DAYS = 5;
const PRIOR_DISPERSION = 3;

/**
 * Rate by exposure; variance over mean of days (Pearson's chi-squared over its degrees of freedom); and the variance of the
 * logarithm of the level from week to week beyond it, by moments.
 */
function steadyRate(past: readonly GrowthDay[]): { rate: number; dispersion: number; wander: number } {
  const rate = (sum(past.map(({ count }) => count)) + 0.5) / sum(past.map(({ exposure }) => exposure));
  const chi = (count: number, exposure: number, usual: number): number =>
    Math.min(9 * usual, (count - rate * exposure) ** 2 / (rate * exposure));
  const spread = (usual: number): number => {
    const all = sum(past.map(({ count, exposure }) => chi(count, exposure, usual)));
    return Math.max(1, (all + PULL_DAYS * PRIOR_DISPERSION) / (past.length + PULL_DAYS));
  };
  // A wild day is cut at nine times what is usual for the others; of work in clumps more is usual.
  const dispersion = spread(spread(1));
  let [beyond, weeks] = [0, 0];
  for (let from = 0; from + 7 <= past.length; from += 7) {
    const week = past.slice(from, from + 7);
    const exposure = sum(week.map((day) => day.exposure));
    beyond +=
      (chi(sum(week.map((day) => day.count)), exposure, dispersion) - dispersion) / Math.max(1, rate * exposure);
    weeks += 1;
  }
  const wander = Math.max(0, beyond + PULL_WEEKS * PRIOR_WANDER) / (weeks + PULL_WEEKS);
  return { rate, dispersion, wander };
}
