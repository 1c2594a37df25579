import type { PeerView, Tell } from '../detector.ts';
import { perPair } from '../stats/per-pair.ts';
import { perView } from '../stats/per-view.ts';
import { callsFrom, isClean, type PrivilegeDays, total, WRITE } from './days.ts';

/**
 * What the team's use did from day to day: a release changes everybody's. Each agent tells its peers how its privileged calls
 * of a day compare with what was to be expected of it; the mean of the middle half of them is the team's factor of that
 * day, a day late. The middle half, because some who grow are no release.
 */

/** Steps of an octave in which levels are told, and the most of them up or down. */
const STEPS = 8;
const MOST = 16;
/** Fewer calls to expect say little; days are taken together for them, so many on either side. */
const LEAST_CALLS = 10;
const MOST_DAYS = 3;
/** A team that differs less than this from what it was did not change. */
const STEADY = 0.15;
/** Days on either side that are taken together. */
const AROUND = 3;

/**
 * By row the level of the days around it, in steps: of that day alone where it says enough, else of as many on both sides
 * as it takes; null where not even the week does, and of days that were flagged: who creeps must not make it the team's.
 */
function levels({ rows }: PrivilegeDays, exposures: readonly number[]): (number | null)[] {
  const clean = rows.map(isClean);
  const counts = rows.map((row, n) => (clean[n] ? callsFrom(row, WRITE) : 0));
  const exposure = exposures.map((one, n) => (clean[n] ? one : 0));
  const known = total(exposure, (one) => one);
  if (known < 7) return [];
  const rate = total(counts, (count) => count) / known;
  return rows.map((_, n) => {
    if (!clean[n]) return null;
    let [count, expected] = [counts[n]!, rate * exposure[n]!];
    for (let far = 1; expected < LEAST_CALLS; far += 1) {
      if (far > MOST_DAYS || n - far < 0 || n + far >= rows.length) return null;
      count += counts[n - far]! + counts[n + far]!;
      expected += rate * (exposure[n - far]! + exposure[n + far]!);
    }
    return Math.max(-MOST, Math.min(MOST, Math.round(STEPS * Math.log2((count + 1) / (expected + 1)))));
  });
}

/** By which exposure levels are told: use against the other work, and use a day. What comes to all may be either. */
type Measure = 'd' | 'w';

/** What peers are told of everything up to yesterday. */
export function tellLevels(days: PrivilegeDays, exposure: readonly number[], by: Measure, tell: Tell): void {
  for (const [n, level] of levels(days, exposure).entries())
    if (level !== null) tell(levelKey(dayKey(by, days.first + n), level), 1);
}

/** Every agent tells of the same days in the same steps: names are made once. */
const dayKey = perPair((by: Measure, day: number) => `${by}${day}`);
const levelKey = perPair((day: string, level: number) => `${day}:${level}`);

/** The mean of the middle half of what was told of a day, and by how many it was told. */
const factorOf = perView<{ agents: number; factor: number }>((peers, day) => {
  const told: { step: number; agents: number }[] = [];
  for (let step = -MOST; step <= MOST; step += 1)
    told.push({ step, agents: peers.holders('privilege-creep', levelKey(day, step)) });
  const agents = total(told, (one) => one.agents);
  let [below, sum] = [0, 0];
  for (const one of told) {
    const within = Math.min(below + one.agents, 0.75 * agents) - Math.max(below, 0.25 * agents);
    if (within > 0) sum += within * one.step;
    below += one.agents;
  }
  return { agents, factor: agents === 0 ? 1 : 2 ** (sum / (0.5 * agents) / STEPS) };
});

/**
 * By row the factor of the day for the whole team. Where the team changed, a day of which it did not tell yet says nothing
 * (0): what came to all must not be held against the first.
 */
export function teamFactors({ rows, first }: PrivilegeDays, peers: PeerView, least: number, by: Measure): number[] {
  let last = 1;
  let told = -1;
  const factors = rows.map((_, n) => {
    const { agents, factor } = factorOf(peers, dayKey(by, first + n));
    if (agents < least) return last;
    told = n;
    last = factor;
    return factor;
  });
  const steady = told < 0 || Math.abs(Math.log(last)) < STEADY;
  return factors.map((_, n) => (steady || n <= told ? around(factors, n) : 0));
}

/** Of the days around one: few agents on one day say as much of chance as of the team, and what comes to a team stays. */
function around(factors: readonly number[], n: number): number {
  const days = factors.slice(Math.max(0, n - AROUND), n + AROUND + 1);
  return Math.exp(total(days, Math.log) / days.length);
}
