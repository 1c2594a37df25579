import { DAY } from '../../schemas/durations.ts';
import type { JudgedEvent } from './store.ts';

/** The engine refuses, whole, an insert that touches more partitions of a table than this. */
const MAX_PARTITIONS = 100;
/** Times as near to each other as this cannot touch so many, however they lie: the usual case, told without calendars. */
export const SAFE_MS = 80 * 28 * DAY;
/** Months that a row's partition may be away from its receipt. */
const CLAMP_MONTHS = 13;

/** Rows that may be one insert, with the earliest and latest time in them, epoch milliseconds. */
interface Group {
  rows: readonly JudgedEvent[];
  from: number;
  to: number;
}

/** Rows in groups that may each be one insert: nearly always a single one. */
export function byPartitions(rows: readonly JudgedEvent[]): Group[] {
  if (rows.length === 0) return [];
  const all = spanOf(rows);
  return all.to - all.from <= SAFE_MS ? [all] : byMonths(rows).map(spanOf);
}

function spanOf(rows: readonly JudgedEvent[]): Group {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { event } of rows) {
    from = Math.min(from, event.occurredAt, event.receivedAt);
    to = Math.max(to, event.occurredAt, event.receivedAt);
  }
  return { rows, from, to };
}

function byMonths(rows: readonly JudgedEvent[]): JudgedEvent[][] {
  const months = new Map<number, JudgedEvent[]>();
  for (const row of rows) {
    const month = partitionOf(row.event);
    const known = months.get(month);
    if (known === undefined) months.set(month, [row]);
    else known.push(row);
  }
  const groups: JudgedEvent[][] = [];
  const all = [...months.values()];
  for (let from = 0; from < all.length; from += MAX_PARTITIONS)
    groups.push(all.slice(from, from + MAX_PARTITIONS).flat());
  return groups;
}

/** The partition of the table: the month of occurred_at, clamped to months around the one of receipt. */
function partitionOf({ occurredAt, receivedAt }: JudgedEvent['event']): number {
  const received = monthOf(receivedAt);
  return Math.min(Math.max(monthOf(occurredAt), received - CLAMP_MONTHS), received + CLAMP_MONTHS);
}

function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
