import { median } from 'simple-statistics';
import { isWeekend } from './weekend.ts';

/*
 * How much is to be expected of each day, in units of an ordinary workday, from the work that is not judged (calls that
 * only read): it rises and falls with the same weekends, busy days and vacations. By the day's own other work: what grows
 * with all the rest is more work, not more privilege. Or by the kind of day alone; a day off then says nothing (0).
 */

const FADES = 84;
/** Work below this share of an ordinary day's is none to speak of. */
const REST = 0.35;

/** By the day's own other work. `other` is that work by day, the first of them being day `first` since the epoch. */
export function byWork(other: readonly number[], first: number): number[] {
  const usual = usualDays(other, first);
  const steadiness = steadinessOf(other, usual.of);
  return other.map((count, n) => (usual.of(n) / usual.workday) * shrunk(count, usual.of(n), steadiness));
}

/** By the kind of day alone. A day off says nothing; busy days stay, for they show how much days differ. */
export function byDay(other: readonly number[], first: number): number[] {
  const usual = usualDays(other, first);
  return other.map((count, n) => ((count + 1) / (usual.of(n) + 1) < REST ? 0 : usual.of(n) / usual.workday));
}

/** The median workday and weekend day of the last weeks. An agent that only changes things has no other work. */
function usualDays(other: readonly number[], first: number): { workday: number; of(n: number): number } {
  const from = Math.max(0, other.length - FADES);
  const weekends: number[] = [];
  const workdays: number[] = [];
  for (let n = from; n < other.length; n += 1) (isWeekend(first + n) ? weekends : workdays).push(other[n]!);
  const workday = Math.max(0.5, workdays.length === 0 ? 0 : median(workdays));
  const weekend = Math.max(0.1, weekends.length === 0 ? workday : median(weekends));
  return { workday, of: (n) => (isWeekend(first + n) ? weekend : workday) };
}

/** How far other work differs from day to day beyond chance, by moments: the size of a negative binomial. */
function steadinessOf(other: readonly number[], usual: (n: number) => number): number {
  let total = 0;
  let days = 0;
  for (let n = Math.max(0, other.length - FADES); n < other.length; n += 1) {
    const mean = usual(n);
    if (mean < 1) continue;
    total += Math.min(9, ((other[n]! - mean) ** 2 - mean) / mean ** 2);
    days += 1;
  }
  return 1 / Math.max(0.01, total / Math.max(1, days));
}

/** What the day's factor was, after its count: few calls say little of it, and leave it near 1. */
const shrunk = (count: number, mean: number, steadiness: number): number => (steadiness + count) / (steadiness + mean);
