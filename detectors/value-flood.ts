import { z } from 'zod';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { addDistinct, type Distinct, estimate, noneDistinct } from './stats/distinct.ts';

/**
 * An agent that sends ever other values: it tries out what there is, carries something away bit by bit, or drives out of
 * every memory what it was used to. Half of what is allowed a day is only counted, so that this costs nothing with most
 * agents; from there on different values are estimated. How many are usual is learned a day at a time, at most twofold,
 * so that what began as a flood is usual only after days. State: 2 KB, 100 bytes of an agent that never came near.
 */
interface State {
  day: number;
  /** Values of the day, each as often as it came, until they are half of what is allowed. */
  values: number;
  distinct: Distinct;
  /** Different values of the last day before, not learned yet. */
  over: number;
  /** The most that is usual. */
  usual: number;
  days: number;
}

interface Observation {
  distinct: number;
  tool: string;
  /** Nothing but the turn of the day is to be learned. */
  turned: boolean;
}

/** So many times what is usual is told. */
const FAR = 3;
/**
 * How fast it grows unlikely that a day is so many times the largest before: 3 at three times, which is the threshold. A
 * score doubles, and so is told again, at 9 and at 81 times.
 */
const TAIL = 3 / Math.log10(FAR);
const configSchema = z.object({
  daily: z.number().int().positive().default(10_000).describe('Different values a day up to which nothing is told.'),
});
type Config = z.output<typeof configSchema>;

const usualOf = ({ usual }: State, { daily }: Config): number => Math.max(usual, daily / FAR);

export const valueFlood = defineDetector<Config, State, never, Observation>({
  id: 'value-flood',
  version: 1,
  title: 'Flood of different values',
  description:
    'An agent names far more different values in its arguments within a day than it ever did: it tries out what there is, carries data away in small pieces, or fills what is remembered of it.',
  falsePositives: ['A first large import, migration or export that somebody asked for.'],
  blindSpots: ['Floods that are spread over agents, or over many days.', 'Gateways that send no arguments.'],
  references: ['https://doi.org/10.46298/dmtcs.3545'],
  shows: 'hours',
  firstStep: 'Ask the owner whether a bulk job was started; if not, hold the agent at the gateway.',
  tags: {
    owasp_asi: ['ASI02', 'ASI08'],
    mitre_atlas: ['AML.T0034.002', 'AML.T0086'],
    maestro: ['L3', 'L5'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  // No warm-up: an agent that begins with a flood has nothing else to be held against.
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 1.5 * DAY },
  learnsFailed: true,
  initial: () => ({ day: 0, values: 0, distinct: noneDistinct(), over: 0, usual: 0, days: 0 }),

  observe(state, { event: { body, facts }, at }, _, config) {
    const day = Math.floor(at / DAY);
    const turned = day > state.day;
    if (turned) {
      // Of a day that stayed below the half no more is known than that.
      state.over = state.distinct.registers.length === 0 ? 0 : estimate(state.distinct);
      state.day = day;
      state.values = 0;
      if (state.distinct.registers.length > 0) state.distinct = noneDistinct();
    }
    const most = FAR * usualOf(state, config);
    if (state.values * 2 < most) state.values += facts.args.length;
    else for (const { hash } of facts.args) addDistinct(state.distinct, hash);
    const distinct = state.distinct.registers.length === 0 ? 0 : estimate(state.distinct);
    return turned || distinct > most ? { distinct, tool: body.target.name ?? body.method, turned } : null;
  },

  score(state, { distinct, tool }, config) {
    const usual = usualOf(state, config);
    if (distinct <= FAR * usual) return null;
    return {
      score: TAIL * Math.log10(distinct / usual),
      reason: 'value_flood',
      story: 'values',
      seen: `more than ${rounded(distinct)} different values in arguments within one day, now of ${tool}`,
      expected: `at most ${rounded(FAR * usual)} a day`,
      n: state.days,
      days: state.days,
      contributors: [{ name: 'times what is usual', value: distinct / usual }],
    };
  },

  learn(state, { turned }, config) {
    if (!turned) return;
    state.days += 1;
    state.usual = Math.max(state.usual, Math.min(state.over, 2 * usualOf(state, config)));
    state.over = 0;
  },
});

/** To two digits: it is an estimate. */
const rounded = (count: number): number => Number(count.toPrecision(2));
