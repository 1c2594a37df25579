import { CLASSES, classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { PeerView, Score } from '../detector.ts';
import { exposuresOf } from '../stats/exposure.ts';
import { type Growth, type GrowthDay, judgeWindow, scanGrowth, WINDOWS } from '../stats/growth.ts';
import { callsFrom, columnOf, EXECUTE, isClean, type PrivilegeDays, READ, SECRET, total, WRITE } from './days.ts';

/** Logarithm of a growth, and how much is known of it, 0 to 1. */
type Lift = [lift: number, weight: number];

/** Use creep by volume: ever more of the same. Judged once a day, over everything up to yesterday. */
export interface Volume {
  /** The growth that is least likely, and the column of the weakest class that grew; null where none did. */
  found: (Growth & { from: number }) | null;
  /**
   * By window the logarithm of the agent's own growth, as of the last two days it was judged: the newest is what its peers
   * are told, the one before what it had when they told theirs.
   */
  lifts: Lift[][];
}

export interface VolumeConfig {
  least_growth: number;
  least_calls: number;
  least_peers: number;
}

export const emptyVolume = (): Volume => ({ found: null, lifts: [] });

/** A rise of everything alike is more work first: its evidence counts one power of ten less. */
const ALIKE = 1;
/** What one peer may say of the whole group: three times as much. */
const MOST_LIFT = 1.1;
/** Expected calls (over their dispersion) from which on a growth is known. */
const ENOUGH = 20;
/** A growth from which on a peer rose: by a tenth. */
const ROSE = 0.1;

export function judgeVolume(volume: Volume, days: PrivilegeDays, peers: PeerView, config: VolumeConfig): void {
  const { rows, first } = days;
  const exposures = exposuresOf(
    rows.map((row) => row[READ]!),
    first,
  );
  const series = (column: number, exposure: readonly number[]): GrowthDay[] =>
    rows.map((row, n) => ({ count: callsFrom(row, column), exposure: exposure[n]!, clean: isClean(row) }));
  const own = WINDOWS.map((window) => liftOf(judgeWindow(series(WRITE, exposures.byWork), window, 1)));
  const lift = (window: number): number => explained(volume, own, WINDOWS.indexOf(window), peers, config);
  const columns = differing(rows);
  volume.found = null;
  for (const from of columns)
    for (const [exposure, penalty] of [
      [exposures.byWork, 0],
      [exposures.byDay, ALIKE],
    ] as const) {
      const found = scanGrowth(series(from, exposure), lift);
      if (found === null || found.count < config.least_growth * found.expected) continue;
      if (found.count - found.expected < config.least_calls) continue;
      // One class more to look at is one chance more to be wrong.
      const score = Math.min(12, found.score - penalty - Math.log10(columns.length));
      if (score > (volume.found?.score ?? 0)) volume.found = { ...found, score, from };
    }
  volume.lifts = [...volume.lifts, own].slice(-2);
}

/** Write and above; execute and above, secrets, where those are not the same calls. */
function differing(rows: readonly (readonly number[])[]): number[] {
  const sums = [WRITE, EXECUTE, SECRET].map((column) => total(rows, (row) => callsFrom(row, column)));
  return [WRITE, EXECUTE, SECRET].filter((_, n) => sums[n]! > 0 && sums[n] !== sums[n + 1]);
}

function liftOf(found: Growth | null): Lift {
  if (found === null) return [0, 0];
  const weight = Math.min(1, found.expected / (ENOUGH * found.dispersion));
  return [round(Math.log((found.count + 1) / (found.expected + 1))), round(weight)];
}

/** What peers are told: by window the growth, bounded and weighed; the weight; and it again where it rose. */
export function toldLifts({ lifts }: Volume): Record<string, number> {
  const told: Record<string, number> = {};
  for (const [n, [lift, weight]] of (lifts.at(-1) ?? []).entries()) {
    told[`g${WINDOWS[n]}`] = round(weight * bounded(lift));
    told[`w${WINDOWS[n]}`] = weight;
    told[`u${WINDOWS[n]}`] = lift > ROSE ? weight : 0;
  }
  return told;
}

// No -0: JSON does not know it.
const round = (value: number): number => Math.round(1000 * value) / 1000 || 0;
const bounded = (lift: number): number => Math.max(-MOST_LIFT, Math.min(MOST_LIFT, lift));

/**
 * By how much peers explain a growth: the mean of their logarithms, each bounded, by what is known of them. Theirs are two days old: what the
 * agent grew since counts as theirs in the proportion in which its growth up to then was theirs; where most of it came
 * since, all of it does, until their figures are in.
 */
function explained(
  { lifts }: Volume,
  now: readonly Lift[],
  at: number,
  peers: PeerView,
  { least_peers }: VolumeConfig,
): number {
  const window = WINDOWS[at]!;
  if (peers.holders('privilege-creep', `w${window}`) < least_peers) return 1;
  const [then, weight] = lifts[0]?.[at] ?? [0, 0];
  const growth = peers.sum('privilege-creep', `g${window}`) - weight * bounded(then);
  const known = Math.max(0, peers.sum('privilege-creep', `w${window}`) - weight);
  const rose = peers.sum('privilege-creep', `u${window}`) - (then > ROSE ? weight : 0);
  // What a few of them do is their own; what half of them do came to the team.
  const theirs = rose < known / 2 ? 0 : Math.max(0, growth / (known + 0.5));
  const since = Math.max(0, now[at]![0] - then);
  const share = since > then ? 1 : Math.min(1, theirs / Math.max(bounded(then), 0.05));
  return Math.exp(theirs + share * since);
}

/** What an event of this class is told of it. */
export function usedMore({ found }: Volume, name: PrivilegeClass): Omit<Score, 'n' | 'days'> | null {
  if (found === null || classRank(name) < classRank('write') || columnOf(name) < found.from) return null;
  const { score, from, window, count, expected, pastDays, dispersion } = found;
  const times = count / Math.max(expected, 0.1);
  return {
    score,
    reason: 'use_creep',
    severity: from === SECRET || times >= 4 ? 'high' : 'medium',
    seen: `made ${times.toFixed(1)} times the usual calls of class ${CLASSES[from + 1]} and above, rising over ${window} days`,
    expected: `${expected.toFixed(1)} such calls (later days weigh more), by ${pastDays} days of its own and by its peers`,
    contributors: [
      { name: 'times the expected', value: times },
      { name: 'days of the window', value: window },
      { name: 'variance over mean of its days', value: dispersion },
    ],
  };
}
