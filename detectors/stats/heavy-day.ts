import { max, quantile } from 'simple-statistics';
import { studentTail } from './student.ts';

/** What the days of an agent came to, the last of them not over; and from how much on that one is worth a look. */
export interface DayTotals {
  days: [day: number, total: number][];
  bound: number;
}

/** How far today lies above the days before. */
export interface HeavyDay {
  /** -log10 of the probability of such a day after such days. */
  score: number;
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
/** No agent's days are steadier than this, as a standard deviation of the logarithm. */
const LEAST_SPREAD = 0.35;
/** Standard deviations from the median of a normal distribution to its 90 % quantile. */
const Z90 = 1.2816;

export const emptyTotals = (): DayTotals => ({ days: [], bound: Number.MAX_VALUE });

/** Adds to the day; null where it is no heavier than days may be. `least`: what it has to exceed the heaviest by. */
export function addToTotal(totals: DayTotals, day: number, value: number, least: number): HeavyDay | null {
  const last = totals.days.at(-1);
  if (last === undefined || last[0] < day) {
    const past = totals.days.map(([, total]) => total);
    if (past.length >= LEAST_PAST) totals.bound = Math.max(TIMES * max(past), max(past) + least);
    if (totals.days.push([day, 0]) > DAYS) totals.days.shift();
  }
  const today = totals.days.at(-1)!;
  today[1] += value;
  return today[1] < totals.bound ? null : heavy(totals.days.slice(0, -1), today[1]);
}

export const knowsDays = ({ bound }: DayTotals): boolean => bound < Number.MAX_VALUE;

/**
 * Student's t of the logarithm of one more day, for totals of days are products of many things that vary. Their spread is
 * taken above the median: days of rest are no measure of days of work.
 */
function heavy(past: readonly (readonly [number, number])[], total: number): HeavyDay {
  const totals = past.map(([, one]) => one);
  const [usual, high] = [0.5, 0.9].map((share) => Math.max(1, quantile(totals, share))) as [number, number];
  const spread = Math.max(LEAST_SPREAD, Math.log(high / usual) / Z90);
  const t = Math.log(total / usual) / (spread * Math.sqrt(1 + 1 / totals.length));
  return { score: studentTail(t, totals.length - 1), total, usual, most: max(totals), pastDays: totals.length };
}
