import { z } from 'zod';
import { changesThings } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Score } from './detector.ts';
import { type Amount, amountsOf } from './far-value/amounts.ts';
import { joiner } from './stats/joiner.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * An amount many times larger than any that the agent ever gave there, or a date that lies as much further ahead: a limit
 * lifted to fifty thousand, an exception until 2099. How much it says follows from how many were smaller, and from how
 * many times the largest of them it is. State: 128 fields, 10 KB.
 */
interface State extends TimeSpan {
  /** By tool and field: values met, the largest, and when the first came. */
  fields: Recent<[met: number, most: number, since: number]>;
}

interface Observation {
  at: number;
  tool: string;
  amounts: (Amount & { place: string })[];
}

const FIELDS = 128;
const placeOf = joiner(' ', 200);
const configSchema = z.object({
  least_values: z.number().int().min(5).default(20).describe('Amounts in a field before one is far from them.'),
  least_dates: z.number().int().min(5).default(10).describe('Dates in a field before one is.'),
  least_days: z.number().min(0).default(7).describe('Days of them.'),
  least_times: z.number().min(2).default(5).describe('So many times the largest, at least; dates twice as many.'),
});
type Config = z.output<typeof configSchema>;

export const farValue = defineDetector<Config, State, never, Observation>({
  id: 'far-value',
  version: 1,
  title: 'An amount or a date far beyond any before',
  description:
    'A tool that changes something is given an amount many times the largest that the agent ever gave in that field, or a date that lies many times further ahead: a payment, a limit, an exception without an end.',
  falsePositives: ['The first large order or payment of an agent that had only small ones.'],
  blindSpots: [
    'An amount that rises step by step, or stays below five times the largest.',
    'What is too small: a price or a fee of nothing.',
    'Gateways that log no arguments.',
  ],
  references: ['https://doi.org/10.1214/aos/1176343247', 'https://attack.mitre.org/techniques/T1657/'],
  firstStep: 'Ask who ordered this amount or this date, and hold it until somebody answers for it.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02', 'ASI10'],
    mitre_atlas: ['AML.T0053', 'AML.T0048.000'],
    maestro: ['L3', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // One in three hundred of the heaviest tail.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 2.5, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, fields: emptyRecent() }),

  observe(_state, { event, at, class: name, used, failed }) {
    if (!changesThings(name) || !used || failed) return null;
    const amounts = amountsOf(event.body.args, at);
    if (amounts.length === 0) return null;
    const tool = toolOf(event.body);
    return { at, tool, amounts: amounts.map((one) => ({ ...one, place: placeOf(tool, one.field) })) };
  },

  score(state, { at, tool, amounts }, config) {
    return worst(
      amounts.map(({ place, field, is, value, shown }): Score | null => {
        const [met, most, since] = peek(state.fields, place) ?? [0, 0, at];
        if (most <= 0 || at - since < config.least_days * DAY) return null;
        if (met < (is === 'date' ? config.least_dates : config.least_values)) return null;
        const times = value / most;
        if (times < config.least_times * (is === 'date' ? 2 : 1)) return null;
        return {
          // The next is the largest of all once in n, and so many times as large as rarely as in the tail of Pareto's law with exponent 1.
          score: Math.min(12, Math.log10(met + 1) + Math.log10(times)),
          reason: is === 'date' ? 'far_date' : 'far_amount',
          story: `far ${tool}`,
          subject: `far ${place}`,
          seen: `${tool} was given ${field} ${shown}, ${times < 100 ? times.toFixed(1) : Math.round(times)} times ${is === 'date' ? 'as far ahead as ' : ''}any before`,
          expected: is === 'date' ? `at most ${most.toFixed(0)} days ahead` : `at most ${most}`,
          n: met,
          days: daysOf(state),
          contributors: [{ name: `times the largest ${field}`, value: times }],
        };
      }),
    );
  },

  learn(state, { at, amounts }) {
    noteTime(state, at);
    for (const { place, value } of amounts) {
      const field = touch<[number, number, number]>(state.fields, place, FIELDS, () => [0, 0, at]);
      field[0] += 1;
      field[1] = Math.max(field[1], value);
    }
  },
});
