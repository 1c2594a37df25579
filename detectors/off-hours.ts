import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY, HOUR } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { rarityOf } from './stats/rarity.ts';
import { addAngle, type Circle, emptyCircle, regularity } from './stats/regularity.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { isWeekend } from './stats/weekend.ts';

/**
 * Activity at an hour of the week in which this agent is never at work. Counted in hours in which it did anything, once
 * a day each, so that a busy hour weighs no more than a quiet one. Agents without a rhythm, and those that run on a
 * timetable, are not judged. State: 4 KB.
 */
interface State extends TimeSpan {
  /** Days on which the agent was active, on workdays and at weekends; and of them, by hour (UTC), those active then. Halved at LIMIT days. */
  days: [workdays: number, weekends: number];
  hours: [number[], number[]];
  /** Last day and the hours already counted of it. */
  day: number;
  done: number;
  minutes: Circle;
  /** Days of the last four weeks with activity at a quiet hour, oldest first, and on which of them it changed something. */
  nights: [day: number, acted: 0 | 1][];
}

export interface OffHoursObservation {
  at: number;
  hour: number;
  weekend: 0 | 1;
  /** The hour and those next to it are never used, by an agent with a rhythm. */
  quiet: boolean;
  days: number;
  /** What follows is counted at quiet hours only. Share of the hours of such a day in which the agent is never seen. */
  idle: number;
  /** Days of the last week, and of four, with activity at a quiet hour; those on which it changed something. */
  nights: number;
  month: number;
  acted: number;
}

/** Halves are whole: an hour met once in so many days was a slip, and is none that the agent works at. */
const LIMIT = 84;
const configSchema = z.object({
  least_days: z
    .number()
    .int()
    .min(3)
    .default(10)
    .describe('Active days (of workdays, or of weekends) before an hour is judged.'),
  least_hours: z
    .number()
    .int()
    .min(24)
    .default(40)
    .describe(
      'Active hours of such days before one is judged: work spread over the day would have met nearly every hour.',
    ),
  idle_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.35)
    .describe('Share of hours an agent must never be active in to have a rhythm.'),
  regular: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('Regularity within the hour from which on an agent runs on a timetable.'),
  nights: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('Days of a week with activity at quiet hours from which on it is no slip.'),
  nights_of_month: z
    .number()
    .int()
    .min(2)
    .default(5)
    .describe('The same of four weeks: what comes twice a week is no slip either.'),
});
type Config = z.output<typeof configSchema>;

export const offHours = defineDetector<Config, State, unknown, OffHoursObservation>({
  id: 'off-hours',
  version: 2,
  title: 'At work at an hour it never is',
  description:
    'An agent with a daily rhythm is active at an hour, and next to hours, at which it is never seen, or was once in four months; graded medium where that happens on several days of a week or month.',
  falsePositives: ['A night shift, a release, another time zone of its users.'],
  blindSpots: ['Agents that work around the clock, or on a timetable.'],
  references: ['https://attack.mitre.org/techniques/T1078/'],
  tags: { owasp_asi: ['ASI10'], mitre_atlas: ['AML.T0012'], maestro: ['L3', 'L5'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 14 }, threshold: 1.5, severity: 'low', cooldownMs: 7 * DAY },
  learnsFailed: true,
  initial: () => ({
    since: 0,
    until: 0,
    days: [0, 0],
    hours: [new Array<number>(24).fill(0), new Array<number>(24).fill(0)],
    day: -1,
    done: 0,
    minutes: emptyCircle(),
    nights: [],
  }),

  observe(state, { at, class: name }, _session, config) {
    const weekend = isWeekend(Math.floor(at / DAY)) ? 1 : 0;
    const hour = Math.floor((at % DAY) / HOUR);
    const hours = state.hours[weekend];
    const near = hours[(hour + 23) % 24]! + hours[hour]! + hours[(hour + 1) % 24]!;
    const days = state.days[weekend];
    if (near !== 0) return { at, hour, weekend, quiet: false, days, idle: 0, nights: 0, month: 0, acted: 0 };
    const idle = hours.filter((n) => n === 0).length / 24;
    const regular = state.minutes.n >= 24 && regularity(state.minutes) >= config.regular;
    const known = hours.reduce((sum, n) => sum + n, 0) >= config.least_hours && days >= config.least_days;
    const quiet = !regular && known && idle >= config.idle_share;
    const today = Math.floor(at / DAY);
    if (quiet) note(state, today, isChange(name) ? 1 : 0);
    const nights = state.nights.filter(([night]) => night > today - 7).length;
    const acted = state.nights.filter(([, did]) => did === 1).length;
    return { at, hour, weekend, quiet, days, idle, nights, month: state.nights.length, acted };
  },

  score(state, { hour, weekend, quiet, days, idle, nights, month, acted }, config) {
    if (!quiet) return null;
    // Three hours on none of `days` days: the estimator of Krichevsky and Trofimov, and the share of hours that are quiet.
    const score = rarityOf(days) + Math.log10(idle / config.idle_share);
    const kind = weekend === 1 ? 'weekend days' : 'workdays';
    return {
      score,
      reason: 'quiet_hour',
      story: 'quiet_hour',
      severity: nights >= config.nights || month >= config.nights_of_month ? 'medium' : 'low',
      seen: `active at ${clock(hour)} UTC${month > 1 ? `; at hours at which it never works on ${nights} of the last 7 days and ${month} of the last 28` : ''}`,
      expected: `never within an hour of ${clock(hour)} on ${days} ${kind}; ${Math.round(24 * (1 - idle))} hours of the day are its own`,
      n: days,
      days: daysOf(state),
      contributors: [
        { name: 'days without', value: days },
        { name: 'days of the last 7 at quiet hours', value: nights },
        { name: 'of the last 28', value: month },
        { name: 'of them, days on which it changed something', value: acted },
      ],
    };
  },

  learn(state, { at, hour, weekend }) {
    noteTime(state, at);
    const day = Math.floor(at / DAY);
    if (day > state.day) {
      state.day = day;
      state.done = 0;
      state.days[weekend] += 1;
      if (state.days[weekend] >= LIMIT) {
        state.days[weekend] >>= 1;
        state.hours[weekend] = state.hours[weekend].map((days) => days >> 1);
      }
    }
    if (day < state.day || (state.done & (1 << hour)) !== 0) return;
    state.done |= 1 << hour;
    state.hours[weekend][hour]! += 1;
    addAngle(state.minutes, (at % HOUR) / HOUR);
  },
});

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

function note(state: State, day: number, acted: 0 | 1): void {
  state.nights = state.nights.filter(([night]) => night > day - 28);
  const today = state.nights.find(([night]) => night === day);
  if (today === undefined) state.nights.push([day, acted]);
  else if (acted === 1) today[1] = 1;
}
