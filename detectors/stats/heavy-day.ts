import { max, mean, median, quantile, sum } from 'simple-statistics';
import { studentTail } from './student.ts';

/** What a day came to, and what of it was learned; all of it where that is not said. */
type Day = [day: number, total: number, kept?: number];

/** What the days of an agent came to, the last of them not over; and from how much on that one is worth a look. */
export interface DayTotals {
  days: Day[];
  bound: number;
  /** From how much on the last one is the third heavy day of a week, or a further one; absent in what was kept before it was looked for, for a day. */
  third?: number;
}

/** How far today, or today with the heavy days of the week before it, lies above the days before. */
export interface HeavyDay {
  /** -log10 of the probability of such days after such days. */
  score: number;
  /** Heavy days, and what they came to. */
  days: number;
  total: number;
  /** Of a typical day (median), and of the heaviest so far. */
  usual: number;
  most: number;
  pastDays: number;
}

/** Days kept: 1 KB as JSON. Days before one can be judged, and the times of the heaviest that it has to reach. */
const DAYS = 40;
const LEAST_PAST = 8;
const TIMES = 3;
/** A day that was learned to such a share stands for what is normal. */
const CLEAN = 0.9;
/** So many days of a week need not each reach that: what goes on is surer than what happens once. */
const RUN = 3;
const WEEK = 7;
/** With an agent whose days are light, ten of them are much; never less than this, in bytes. */
const LIGHT_DAYS = 10;
const LEAST_FLOOR = 300_000;
/** Days before the week that are left out where the past is long enough without them: a slow rise must not stand on its own beginning. */
const GAP_DAYS = 7;
const LONG_PAST = 14;
/** No agent's days are steadier than this, as a standard deviation of the logarithm. */
const LEAST_SPREAD = 0.35;
/** Standard deviations from the median of a normal distribution to its 90 % quantile. */
const Z90 = 1.2816;

export const emptyTotals = (): DayTotals => ({ days: [], bound: Number.MAX_VALUE });

/**
 * Adds to the day: is it by itself, or does it end a run of days that is heavier than days may be? `least`: what it has to
 * exceed the heaviest by, or less with an agent whose days are light.
 */
export function addToTotal(
  totals: DayTotals,
  day: number,
  value: number,
  least: number,
): { day: HeavyDay | null; run: HeavyDay | null } {
  const last = totals.days.at(-1);
  if (last === undefined || last[0] < day) {
    totals.days = totals.days.filter((row) => row[0] > day - WEEK || isLearned(row));
    const past = normal(totals.days);
    totals.bound =
      past.length < LEAST_PAST ? Number.MAX_VALUE : Math.max(TIMES * max(past), max(past) + floorOf(past, least));
    totals.third = thirdHeavy(totals.days, day, least)?.bound ?? Number.MAX_VALUE;
    if (totals.days.push([day, 0, 0]) > DAYS) totals.days.shift();
  }
  const today = totals.days.at(-1)!;
  today[2] ??= today[1];
  today[1] += value;
  const earlier = totals.days.slice(0, -1);
  const run = today[1] < (totals.third ?? Number.MAX_VALUE) ? null : thirdHeavy(earlier, today[0], least);
  return {
    day: today[1] < totals.bound ? null : heavy(normal(earlier), [today[1]]),
    run: run === null ? null : heavy(run.past, [...run.heavy, today[1]]),
  };
}

/** What was added to the day last is learned. */
export function keepInTotal({ days }: DayTotals, value: number): void {
  const today = days.at(-1)!;
  today[2] = (today[2] ?? today[1]) + value;
}

export const knowsDays = ({ bound }: DayTotals): boolean => bound < Number.MAX_VALUE;

/** By how much more than usual days are heavy: `least`, or less where that would be the work of weeks. */
const floorOf = (past: number[], least: number): number =>
  Math.min(least, Math.max(LEAST_FLOOR, LIGHT_DAYS * median(past)));

/**
 * Where two days or more of the last week are heavier than every day before it, and several times a typical one: those, and
 * from how much on today goes on with them. `least`: what all of them exceed typical days by.
 */
function thirdHeavy(
  days: DayTotals['days'],
  day: number,
  least: number,
): { past: number[]; heavy: number[]; bound: number } | null {
  const before = days.filter(([when]) => when <= day - WEEK);
  const apart = normal(before.filter(([when]) => when <= day - WEEK - GAP_DAYS));
  const past = apart.length >= LONG_PAST ? apart : normal(before).slice(0, LONG_PAST);
  if (past.length < LEAST_PAST) return null;
  const usual = median(past);
  const heaviest = Math.max(max(past), TIMES * usual);
  const heavy = days.filter(([when, total]) => when > day - WEEK && total > heaviest).map(([, total]) => total);
  if (heavy.length < RUN - 1) return null;
  return { past, heavy, bound: Math.max(heaviest, (heavy.length + 1) * usual + floorOf(past, least) - sum(heavy)) };
}

/**
 * Student's t of the mean logarithm of days to come, for totals of days are products of many things that vary. Their
 * spread is taken above the median: days of rest are no measure of days of work.
 */
function heavy(past: readonly number[], now: readonly number[]): HeavyDay {
  const [usual, high] = [0.5, 0.9].map((share) => Math.max(1, quantile(past as number[], share))) as [number, number];
  const spread = Math.max(LEAST_SPREAD, Math.log(high / usual) / Z90);
  const above = mean(now.map((total) => Math.log(total / usual)));
  const t = above / (spread * Math.sqrt(1 / now.length + 1 / past.length));
  const score = studentTail(t, past.length - 1);
  return {
    score,
    days: now.length,
    total: sum(now as number[]),
    usual,
    most: max(past as number[]),
    pastDays: past.length,
  };
}

/** What is normal: of days of which no more than a tenth was left out of what is learned. */
const normal = (days: readonly Day[]): number[] =>
  days.filter(([, total, kept = total]) => kept >= CLEAN * total).map(([, total, kept = total]) => kept);

/** A day that was told of goes with age, so that what goes on for a month is usual; one while nothing is learned takes no place. */
const isLearned = ([, total, kept = total]: Day): boolean => kept > 0 || total === 0;
