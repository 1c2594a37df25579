import { sum } from 'simple-statistics';
import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY, HOUR } from '../schemas/durations.ts';
import { utcMinute } from '../schemas/utc.ts';
import { defineDetector, type Score } from './detector.ts';
import { type Counts, countIn, isGuess } from './rate/hour.ts';
import { type Loop, timesOnEnd } from './rate/loop.ts';
import { tailAbove } from './stats/count-tail.ts';
import { addRatio, emptyRatios, type Ratios, ratioTail } from './stats/ratio-tail.ts';
import { noteTime, type TimeSpan } from './stats/span.ts';
import { isWeekend } from './stats/weekend.ts';

/**
 * Calls an hour against the agent's own hours. What is normal: the mean of its active hours; of an hour of workdays or
 * weekend days in which it works nearly every day, that hour's own mean; how much hours differ from it, as the dispersion
 * of a negative binomial; and for work in clumps the tail of its own ratios. Flagged calls do not count, so that a burst
 * adds to the baseline only what was still normal. State: 150 numbers.
 */
interface State extends TimeSpan {
  /** Active days learned, and calls by hour of the day: workdays, weekend days. Halved at LIMIT days. */
  days: [workdays: number, weekends: number];
  hours: [number[], number[]];
  /** On how many of those days there were calls in that hour. */
  active: [number[], number[]];
  /** Days of either kind that passed, active or not. */
  passed: [workdays: number, weekends: number];
  /** Calls in all. */
  total: number;
  /** Sum over active hours of squared errors over means, and their number; and their ratios. */
  spread: [sum: number, n: number];
  ratios: Ratios;
  /** Longest silence so far, in calls that were to be expected in it; and how many silences were counted. */
  silence: [longest: number, n: number];
  /** The present: the hour that runs, its calls, changes and those of them that are only guessed; the day that was learned of last, its calls by hour, the last one closed. */
  hour: number;
  count: number;
  acts: number;
  guessed?: number;
  /** The same of the hour before it: clocks of gateways differ by minutes. */
  before?: Counts;
  loop?: Loop;
  day: number;
  today: number[];
  closed: number;
  last: number;
  /** The silence that was told, by its beginning. */
  told: number;
}

interface Observation {
  at: number;
  hour: number;
  count: number;
  /** Of them, those that change something; and of those, where it is not seen whether they do. */
  acts: number;
  guessed: number;
  /** How often this very call, which changes something, came on end. */
  onEnd: number;
  /** Calls that were to be expected since the call before; 0 where that was a drop, or less than an hour ago. */
  missed: number;
}

const LIMIT = 56;
/** An hour is judged by itself from so many days on, where it is busy on such a share of them. */
const STEADY_DAYS = 5;
const STEADY_SHARE = 0.8;
/** The same change so many times on end is a loop. */
const ON_END = 20;
const configSchema = z.object({
  least_calls: z.number().int().min(2).default(30).describe('Fewer calls in an hour are never a burst.'),
  least_times: z.number().min(1).default(3).describe('A burst is at least so many times what was expected.'),
  least_missed: z.number().positive().default(40).describe('Expected calls that a silence must swallow to be a drop.'),
});
type Config = z.output<typeof configSchema>;

export const rate = defineDetector<Config, State, unknown, Observation>({
  id: 'rate',
  version: 2,
  title: 'Far more or far fewer calls than usual',
  description:
    'An agent makes far more calls in an hour than it does at this hour of such days, graded medium where it is one change over and over, or falls silent where it never is.',
  falsePositives: ['A migration, a backlog, a busy day beyond all earlier ones.', 'A holiday, for the silence.'],
  blindSpots: ['A slow rise: see privilege-creep.', 'A burst below the absolute floor.'],
  references: ['https://doi.org/10.1201/b16018', 'https://attack.mitre.org/techniques/T1499/'],
  firstStep:
    'A burst: see which calls make it, and stop the agent where they change things or read in bulk. A silence: ask the owner whether the agent was stopped, or goes around the gateway.',
  shows: 'hours',
  tags: {
    owasp_asi: ['ASI02', 'ASI08', 'ASI10'],
    mitre_atlas: ['AML.T0034.002', 'AML.T0085.001'],
    maestro: ['L3', 'L5'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 4, severity: 'low', cooldownMs: DAY },
  learnsFailed: true,
  initial: () => ({
    since: 0,
    until: 0,
    days: [0, 0],
    hours: [zeros(), zeros()],
    active: [zeros(), zeros()],
    passed: [0, 0],
    total: 0,
    spread: [0, 0],
    ratios: emptyRatios(),
    silence: [0, 0],
    hour: -1,
    count: 0,
    acts: 0,
    day: -1,
    today: zeros(),
    closed: -1,
    last: 0,
    told: 0,
  }),

  observe(state, seen) {
    const { at, class: name, classRule } = seen;
    const hour = Math.floor(at / HOUR);
    const silent = state.last > 0 && at - state.last >= HOUR && state.told !== state.last;
    const missed = silent ? expectedBetween(state, state.last, at) : 0;
    const act = isChange(name) ? 1 : 0;
    const [count, acts, guessed = 0] = countIn(state, hour, act, act === 1 && isGuess(classRule) ? 1 : 0);
    state.last = Math.max(state.last, at);
    return { at, hour, count, acts, guessed, onEnd: timesOnEnd(state, hour, seen), missed };
  },

  score(state, { at, hour, count, acts, guessed, onEnd }, config) {
    const days = state.days[0] + state.days[1];
    if (days === 0 || count < config.least_calls) return null;
    const { mean, n } = expected(state, hour);
    if (count < config.least_times * mean) return null;
    const dispersion = 1 + dispersionOf(state) * mean;
    const rare = tailAbove(count, 1, { count: mean * n, exposure: n }, dispersion);
    const score = Math.min(12, rare, ratioTail(state.ratios, count / mean));
    const far = count >= 4 * config.least_times * Math.max(mean, 1);
    return {
      score,
      reason: 'burst',
      story: 'burst',
      severity: far && 2 * acts >= count ? 'high' : far || onEnd >= ON_END ? 'medium' : 'low',
      seen: `${count} calls by ${clockOf(at)} in the hour from ${utcMinute(hour * HOUR)}, ${acts - guessed} of them changing something${guessed === 0 ? '' : `, of ${guessed} it is not seen whether they do`}${onEnd < ON_END ? '' : `, the last ${onEnd} of them the same`}`,
      expected: `about ${mean.toFixed(1)} at this hour of such days`,
      n: days,
      days: (at - state.since) / DAY,
      contributors: [
        { name: 'times the expected', value: count / Math.max(mean, 0.1) },
        { name: 'calls in this hour', value: count },
        { name: 'expected', value: mean },
        { name: 'variance over mean of its hours', value: dispersion },
      ],
    };
  },

  learn(state, { at, hour, missed }) {
    noteTime(state, at);
    // The first call that is learned ends the day before, whatever came of those ahead of it.
    const day = Math.floor(at / DAY);
    if (day > state.day) {
      if (state.day >= 0) closeDay(state);
      state.day = day;
      state.today = zeros();
    }
    if (day === state.day && hour >= state.hour - 1) state.today[hour % 24]! += 1;
    if (missed >= 1) {
      state.silence[1] += 1;
      state.silence[0] = Math.max(state.silence[0], missed);
    }
  },

  due(state, until, config) {
    const found = silentSince(state, until, config);
    return found === null ? [] : [found];
  },

  settle(state, until, config) {
    if (silentSince(state, until, config) !== null) state.told = state.last;
  },
});

const zeros = (): number[] => new Array<number>(24).fill(0);
const kindOf = (day: number): 0 | 1 => (isWeekend(day) ? 1 : 0);

/**
 * Calls to expect of an hour in which the agent works, and on how many hours' knowledge. Work that comes in sessions
 * at no fixed hour is judged by its active hours; an hour that is busy day by day by itself.
 */
function expected(state: State, hour: number): { mean: number; n: number } {
  const kind = kindOf(Math.floor(hour / 24));
  const [calls, active, days] = [state.hours[kind][hour % 24]!, state.active[kind][hour % 24]!, state.days[kind]];
  if (days >= STEADY_DAYS && active >= STEADY_SHARE * days) return { mean: calls / days, n: days };
  const hours = sum(state.active[0]) + sum(state.active[1]);
  return { mean: (state.total + 1) / (hours + 1), n: hours + 1 };
}

/** Calls to expect in an hour of any such day, active or not. */
function atWork(state: State, hour: number): number {
  const kind = kindOf(Math.floor(hour / 24));
  return state.hours[kind][hour % 24]! / Math.max(1, state.passed[kind]);
}

/** The share of the squared mean by which hours differ beyond chance: 1/size of the negative binomial, 1/4 at least. */
const dispersionOf = ({ spread: [total, n] }: State): number => Math.max(0.25, total / (n + 1));

function closeDay(state: State): void {
  const { day, today: hours } = state;
  const kind = kindOf(day);
  const known = state.days[kind] >= 3;
  state.days[kind] += 1;
  const from = state.closed < 0 ? day : Math.max(state.closed + 1, day - 366);
  for (let one = from; one <= day; one += 1) state.passed[kindOf(one)] += 1;
  state.closed = day;
  // A silence of long ago, or before weekends were known, says less and less.
  state.silence[0] *= 0.98;
  for (let hour = 0; hour < 24; hour += 1) {
    const count = hours[hour]!;
    if (count === 0) continue;
    const { mean } = expected(state, day * 24 + hour);
    // Method of moments: (variance - mean) over mean squared.
    if (known) {
      state.spread[0] += Math.min(9, ((count - mean) ** 2 - mean) / mean ** 2);
      state.spread[1] += 1;
      addRatio(state.ratios, count / mean);
    }
    state.active[kind][hour]! += 1;
    state.hours[kind][hour]! += count;
    state.total += count;
  }
  if (state.days[kind] < LIMIT) return;
  state.days[kind] /= 2;
  state.passed[kind] /= 2;
  state.hours[kind] = state.hours[kind].map((count) => count / 2);
  state.active[kind] = state.active[kind].map((count) => count / 2);
  state.total = sum(state.hours[0]) + sum(state.hours[1]);
  state.spread = [state.spread[0] / 2, state.spread[1] / 2];
}

/** Calls to expect between two times, weekends and nights as they are; at most four weeks are looked at. */
function expectedBetween(state: State, from: number, to: number): number {
  const last = Math.min(to, from + 28 * DAY);
  let calls = 0;
  for (let at = from; at < last; at = nextHour(at)) calls += expectedUntilNext(state, at, last);
  return calls;
}

const nextHour = (at: number): number => (Math.floor(at / HOUR) + 1) * HOUR;

/** Calls to expect from a time on until its hour ends, or until `last`. */
const expectedUntilNext = (state: State, at: number, last: number): number =>
  atWork(state, Math.floor(at / HOUR)) * ((Math.min(last, nextHour(at)) - at) / HOUR);

/** The silence that runs now, as of the hour in which it became a drop; null where it is none or was told. */
function silentSince(state: State, until: number, config: Config): { at: number; score: Score } | null {
  if (until - state.last < HOUR || state.last === 0 || state.told === state.last || state.silence[1] < 10) return null;
  const bound = Math.max(config.least_missed, 3 * state.silence[0]);
  const last = Math.min(until, state.last + 28 * DAY);
  let missed = 0;
  for (let at = state.last; at < last; at = nextHour(at)) {
    missed += expectedUntilNext(state, at, last);
    const ended = nextHour(at);
    if (missed >= bound && ended <= until) return { at: ended, score: drop(state, ended, missed) };
  }
  return null;
}

/** Three times the longest of n silences: an exponential tail falls with the cube of what it is at the longest. */
function drop(state: State, at: number, missed: number): Score {
  const [longest, n] = state.silence;
  const ratio = missed / Math.max(1, longest);
  return {
    score: Math.min(12, Math.log10(2 * (n + 1)) * Math.min(3, ratio)),
    reason: 'drop',
    severity: 'low',
    seen: `silent since ${utcMinute(state.last)}`,
    expected: `about ${Math.round(missed)} calls in that time; in its longest silence before, ${Math.round(longest)} were missing`,
    n,
    days: (at - state.since) / DAY,
    contributors: [
      { name: 'expected calls that did not come', value: missed },
      { name: 'of the longest silence before', value: longest },
    ],
  };
}

const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 16);
