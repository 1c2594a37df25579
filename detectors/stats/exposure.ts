import { median } from 'simple-statistics';
import { isWeekend } from './weekend.ts';

/*
 * How much is to be expected of each day, in units of an ordinary workday, from the work that is not judged (calls that
 * only read): it rises and falls with the same weekends, busy days and vacations. By the day's own other work: what grows
 * with all the rest is more work, not more privilege. Or by the kind of day alone; a day off then says nothing (0). Of an
 * agent that works on fewer than half of the workdays the others say nothing by either.
 */

const FADES = 84;
/** Work below this share of an ordinary day's is none to speak of. */
const REST = 0.35;

/**
 * By the day's own other work. `other` is that work by day, the first of them being day `first` since the epoch; `worked`:
 * whether it did anything on a day, as on each where absent.
 */
export function byWork(other: readonly number[], first: number, worked?: readonly boolean[]): number[] {
  const usual = usualDays(other, first, worked);
  const steadiness = steadinessOf(other, usual.of);
  return other.map((count, n) => (usual.of(n) / usual.workday) * shrunk(count, usual.of(n), steadiness));
}

/** By the kind of day alone. A day off says nothing; busy days stay, for they show how much days differ. */
export function byDay(other: readonly number[], first: number, worked?: readonly boolean[]): number[] {
  const usual = usualDays(other, first, worked);
  return other.map((count, n) => ((count + 1) / (usual.of(n) + 1) < REST ? 0 : usual.of(n) / usual.workday));
}

/** The median workday and weekend day of the last weeks. An agent that only changes things has no other work. */
function usualDays(
  other: readonly number[],
  first: number,
  worked?: readonly boolean[],
): { workday: number; of(n: number): number } {
  const from = Math.max(0, other.length - FADES);
  const recent = other.map((_, n) => n).slice(from);
  const workdays = recent.filter((n) => !isWeekend(first + n));
  const seldom = worked !== undefined && 2 * workdays.filter((n) => worked[n]).length < workdays.length;
  const says = (n: number): boolean => !seldom || worked[n]!;
  const middle = (days: readonly number[], none: number): number =>
    days.length === 0 ? none : median(days.map((n) => other[n]!));
  const workday = Math.max(0.5, middle(workdays.filter(says), 0));
  const weekend = Math.max(
    0.1,
    middle(
      recent.filter((n) => isWeekend(first + n) && says(n)),
      workday,
    ),
  );
  return { workday, of: (n) => (!says(n) ? 0 : isWeekend(first + n) ? weekend : workday) };
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
