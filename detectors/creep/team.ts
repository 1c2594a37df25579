import type { PeerView } from '../detector.ts';
import { callsFrom, type PrivilegeDays, total, WRITE } from './days.ts';

/**
 * What the team's use did from day to day: a release changes everybody's. Each agent tells its peers its privileged calls of
 * a day over what was to be expected of it; the mean of the others' is the team's factor of the day, a day late.
 */

/** An agent with fewer privileged calls an ordinary day says little of a day. */
const LEAST_RATE = 2;
/** What one agent may say of a day: three times as much. */
const MOST = 3;
/** Half a peer that did as usual stands against those that did not. */
const PULL = 0.5;
/** Days that are told: the scan looks back no further. */
const TOLD_DAYS = 130;

/** By row the calls over what was to be expected, to a tenth; null where that is nothing, or too little to say. */
function levels({ rows }: PrivilegeDays, exposure: readonly number[]): (number | null)[] {
  const counts = rows.map((row) => callsFrom(row, WRITE));
  const known = total(exposure, (one) => one);
  const rate = total(counts, (count) => count) / Math.max(1, known);
  if (rate < LEAST_RATE || known < 7) return rows.map(() => null);
  // A tenth: what hardly changes is not told again every day.
  return counts.map((count, n) =>
    exposure[n]! <= 0 ? null : Math.round(10 * Math.min(MOST, count / (rate * exposure[n]!))) / 10,
  );
}

/** What peers are told of everything up to yesterday. */
export function toldLevels(days: PrivilegeDays, exposure: readonly number[]): Record<string, number> {
  const told: Record<string, number> = {};
  for (const [n, level] of levels(days, exposure).entries())
    if (level !== null && n >= days.rows.length - TOLD_DAYS) told[`d${days.first + n}`] = level;
  return told;
}

/**
 * By row the factor of the day for the whole team but this agent. Where there is a team, a day of which it did not tell yet
 * says nothing (0): what came to all must not be held against the first.
 */
export function teamFactors(
  days: PrivilegeDays,
  exposure: readonly number[],
  peers: PeerView,
  least: number,
): number[] {
  let last = 1;
  return levels(days, exposure).map((own, n) => {
    const key = `d${days.first + n}`;
    const holders = peers.holders('privilege-creep', key);
    const mine = own !== null && n < days.rows.length - 1;
    const others = holders - (mine ? 1 : 0);
    if (others < least - 1) return n === days.rows.length - 1 && last !== 1 ? 0 : last;
    const sum = peers.sum('privilege-creep', key) - (mine ? own : 0);
    last = Math.max(0.2, (sum + PULL) / (others + PULL));
    return last;
  });
}
