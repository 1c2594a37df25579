import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { Score } from '../detector.ts';
import { mannKendall, theilSen } from '../stats/trend.ts';

/**
 * What an agent did with its privileges, a row a day, silent days included; at most KEPT of them (5 KB as JSON).
 * A row: calls that only read, that change, that execute, that reach secrets or identities; of the privileged ones those
 * that were not flagged; calls outside of the charter, and of those the ones not flagged; privileged tools used.
 */
export interface PrivilegeDays {
  /** Day (since the epoch) of the first row; -1 before it. */
  first: number;
  rows: number[][];
}

/** The first day (since the epoch), and the calls of each from it on. */
export type Counted = [first: number, ...calls: number[]];

const KEPT_DAYS = 120;
export const [READ, WRITE, EXECUTE, SECRET, KEPT, BREACH, KEPT_BREACH, TOOLS] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const COLUMNS = 8;

/** What a class of privilege weighs, from the reach of a mistake with it: a read harms little, a secret opens all else. */
export const WEIGHTS: Record<PrivilegeClass, number> = {
  discover: 0,
  read: 0.02,
  write: 0.1,
  execute: 0.3,
  secret: 0.5,
  identity: 0.5,
};

export const emptyDays = (): PrivilegeDays => ({ first: -1, rows: [] });

export const columnOf = (name: PrivilegeClass): number => Math.min(SECRET, Math.max(READ, classRank(name) - 1));

/** The row of a day; null for a day before all rows. Rows up to it are made, the oldest dropped. */
export function rowOf(days: PrivilegeDays, day: number): number[] | null {
  if (days.first < 0 || day - (days.first + days.rows.length - 1) > KEPT_DAYS) {
    days.first = day;
    days.rows = [];
  }
  if (day < days.first) return null;
  while (days.first + days.rows.length <= day) days.rows.push(new Array<number>(COLUMNS).fill(0));
  while (days.rows.length > KEPT_DAYS) {
    days.rows.shift();
    days.first += 1;
  }
  return days.rows[day - days.first]!;
}

/** What was not counted on its day and is part of what is normal now: so many calls on each day from `first` on, before `until`. */
export function addBefore(days: PrivilegeDays, until: number, column: number, [first, ...calls]: Counted): void {
  for (const [n, count] of calls.entries()) {
    const row = first + n < until ? days.rows[first + n - days.first] : undefined;
    if (row === undefined) continue;
    row[column]! += count;
    row[KEPT]! += count;
  }
}

export const lastDay = ({ first, rows }: PrivilegeDays): number => (first < 0 ? -1 : first + rows.length - 1);

/** Privileged calls of a row from this column on: all, those that execute or reach more, those that reach secrets. */
export const callsFrom = (row: readonly number[], column: number): number => {
  let calls = 0;
  for (let at = column; at <= SECRET; at += 1) calls += row[at]!;
  return calls;
};

/**
 * Weighted privilege in use on a day: class weight x log of the calls, and as much again for each privileged tool: twice the
 * calls of one kind are less of a step than a second kind.
 */
export const privilegeInUse = (row: readonly number[]): number =>
  WEIGHTS.read * Math.log1p(row[READ]!) +
  WEIGHTS.write * Math.log1p(row[WRITE]!) +
  WEIGHTS.execute * Math.log1p(row[EXECUTE]!) +
  WEIGHTS.secret * Math.log1p(row[SECRET]!) +
  0.1 * row[TOOLS]!;

/** A rise that comes by chance less than once in twenty (Mann-Kendall). */
const BEYOND_CHANCE = 1.3;

/** Slope of the weighted privilege in use, a day, over 7, 30 and 90 days, where the days are there. */
export function slopes(rows: readonly (readonly number[])[]): Score['contributors'] {
  const inUse = rows.slice(0, -1).map(privilegeInUse);
  return [30, 90, 7]
    .filter((window) => inUse.length >= window)
    .map((window) => {
      const part = inUse.slice(-window);
      const rises = mannKendall(part) >= BEYOND_CHANCE ? 'rises' : 'no rise';
      return { name: `slope over ${window} d (${rises} beyond chance)`, value: theilSen(part) };
    });
}

/** No more than a tenth of the day's privileged calls was flagged: it may stand for what is normal. */
export const isClean = (row: readonly number[]): boolean => row[KEPT]! >= 0.9 * callsFrom(row, WRITE);

export const total = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
