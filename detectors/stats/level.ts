import { mean, sampleVariance } from 'simple-statistics';
import { studentTail } from './student.ts';

/**
 * What the values of a day, or of some days of few, came to: the last day, how many, the sum of their logarithms to two
 * digits, their own, and how many of them were learned; all where that is not said.
 */
export type LevelDay = [day: number, n: number, logs: number, sum: number, kept?: number];

/** How far the level of the last days lies above that of those before. */
export interface Raised {
  /** -log10 of the probability of such a level after such a past. */
  score: number;
  /** Typical value (geometric mean) of a day before, and now. */
  before: number;
  now: number;
  /** By how much the last days came to more than so many values of the past would have. */
  excess: number;
  pastDays: number;
}

/** Days kept; values that make a day, and over how many days of fewer they are put together; days that make the present, and within how many; days left out before them; least past. */
const LEVEL_DAYS = 40;
const LEAST_VALUES = 5;
const TOGETHER = 7;
const PRESENT = { least: 3, most: 5, within: 10 };
const GAP_DAYS = 7;
const LEAST_PAST = 10;
/** The level of no tool is steadier from day to day than this, as a standard deviation of the logarithm. */
const LEAST_SPREAD = 0.2;

export function addToDay(days: LevelDay[], day: number, value: number): void {
  const last = days.at(-1);
  const goesOn = last !== undefined && (last[0] >= day || (last[1] < LEAST_VALUES && day - last[0] < TOGETHER));
  const row: LevelDay = goesOn ? last : [day, 0, 0, 0, 0];
  row[0] = Math.max(row[0], day);
  if (row !== last) days.push(row);
  if (days.length > LEVEL_DAYS) days.splice(oldest(days), 1);
  row[4] ??= row[1];
  row[1] += 1;
  row[2] = Math.round((row[2] + Math.log(Math.max(1, value))) * 100) / 100;
  row[3] += value;
}

/** Days of which nothing was learned must not wear out those that were. */
const oldest = (days: readonly LevelDay[]): number =>
  Math.max(
    0,
    days.slice(0, -1).findIndex(([, , , , kept]) => kept === 0),
  );

/** What was added to the days last is learned. */
export function keepInDay(days: readonly LevelDay[]): void {
  const last = days.at(-1);
  if (last !== undefined) last[4] = (last[4] ?? last[1]) + 1;
}

/**
 * Did the level of whole days rise? Student's t of the mean logarithms of days, which takes work that comes in clumps for
 * what it is: one day is one draw, however many values it has. Between past and present a week is left out as far as the
 * past is long enough without it, so that a slow rise does not stand on its own beginning. The last day is not over, and says nothing.
 * Days of which nothing was learned are no past; a bad day is, for it shows how much days differ.
 */
export function raisedLevel(days: readonly LevelDay[]): Raised | null {
  if (days.length <= PRESENT.least + LEAST_PAST) return null;
  const today = days.at(-1)?.[0] ?? 0;
  const whole = days.filter(([day, n]) => day < today && n >= LEAST_VALUES);
  const now = whole.filter(([day]) => day >= today - PRESENT.within).slice(-PRESENT.most);
  if (now.length < PRESENT.least) return null;
  const earlier = whole.filter(([day, n, , , kept = n]) => day < now[0]![0] && kept > 0);
  const apart = earlier.filter(([day]) => day < now[0]![0] - GAP_DAYS);
  const past = apart.length >= LEAST_PAST ? apart : earlier.slice(0, LEAST_PAST);
  if (past.length < LEAST_PAST) return null;
  const levels = past.map(level);
  const [before, present] = [mean(levels), mean(now.map(level))];
  const spread = Math.max(LEAST_SPREAD ** 2, sampleVariance(levels));
  const t = (present - before) / Math.sqrt(spread * (1 / past.length + 1 / now.length));
  if (t <= 0) return null;
  const usual = total(past, 3) / total(past, 1);
  return {
    score: studentTail(t, past.length - 1),
    before: Math.exp(before),
    now: Math.exp(present),
    excess: total(now, 3) - usual * total(now, 1),
    pastDays: past.length,
  };
}

const level = ([, n, logs]: LevelDay): number => logs / n;
const total = (days: readonly LevelDay[], column: 1 | 3): number => days.reduce((sum, day) => sum + day[column], 0);
