import { z } from 'zod';
import { changesThings } from '../schemas/alert.ts';
import { counted } from '../schemas/counted.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { hasNewGrant } from './first-seen.ts';
import { fieldsOf, isWaiver, operationOf } from './new-field/given.ts';
import { countHabit, type Habit } from './stats/habit.ts';
import { mix } from './stats/mix.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch, use, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Arguments that an agent never gave to a tool that it knows: alerts closed with a customer and an override, where there
 * had been none; a message with a text of its own in the place of a template. Who works as ever fills in the same form.
 * Judged against how often calls of that tool brought a new field. State: 64 tools and the last 512 fields, and 64 that were told; 22 KB.
 */
interface State extends TimeSpan {
  /** By tool and operation: calls, those of them that brought a new field, and since when. */
  tools: Recent<[...Habit, since: number]>;
  fields: Recent<0>;
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  /** Keys of what the call gave. */
  keys: string[];
  fresh: string[];
  /** One of them says that a check is to be left out. */
  waiver: boolean;
  standing: Standing | null;
}

const [TOOLS, FIELDS] = [64, 512];
const FIELDS_TOLD = 128;
/** Calls that make up a habit. */
const LIMIT = 1_024;
const configSchema = z.object({
  least_calls: z.number().int().min(1).default(20).describe('Calls of a tool before a new field in it is news.'),
  least_days: z.number().min(0).default(7).describe('Days of them.'),
  least_fields: z.number().int().min(1).default(2).describe('New fields in one call from which on it is medium.'),
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const newField = defineDetector<Config, State, never, Observation>({
  id: 'new-field',
  version: 1,
  title: 'Arguments that the agent never gave',
  description:
    'A tool that changes something, and that the agent knows well, is given arguments that neither the agent nor another one ever gave to it: medium where they are two or more at once, or one of them says that a check is to be left out (override, bypass, skip, force); low else.',
  falsePositives: ['A new version of the tool, or a new form for the work, the first time.'],
  blindSpots: [
    'What is done with the usual arguments.',
    'Fields that say why: a reason, a ticket, a comment.',
    'Gateways that log no arguments.',
  ],
  references: ['https://doi.org/10.1093/biomet/40.3-4.237', 'https://attack.mitre.org/techniques/T1565/001/'],
  firstStep: 'See what the new arguments do, and who asked for the work to be done in another way.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02', 'ASI10'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3', 'L7'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  // With twenty calls and nothing new in any of them.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 1.6, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, tools: emptyRecent(), fields: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { event, at, class: name, used, failed, fleet } = seen;
    if (!changesThings(name) || !used || failed) return null;
    const { args } = event.body;
    if (args === undefined) return null;
    const fields = fieldsOf(args);
    const bare = toolOf(event.body);
    const tool = `${bare} ${operationOf(args)}`;
    const keys: string[] = [];
    const unknown: string[] = [];
    for (const field of fields) {
      const key = mix(tool, field);
      keys.push(key);
      if (peek(state.fields, key) === undefined && fleet.holders('new-field', key) === 0) unknown.push(field);
    }
    // Of a thing that is new as a whole, its parts are not counted.
    const fresh = hasNewGrant(seen)
      ? []
      : unknown.filter((field) => !unknown.some((one) => field.startsWith(`${one}.`)));
    const what = `${tool} ${fresh.join()}`.slice(-200);
    return {
      at,
      tool,
      keys,
      fresh,
      waiver: unknown.some(isWaiver),
      standing: fresh.length === 0 ? null : tellOnce(state, what, seen, config.remind_days),
    };
  },

  score(state, { at, tool, fresh, waiver, standing }, config) {
    if (standing === null) return null;
    const [calls, news, since] = peek(state.tools, tool) ?? [0, 0, at];
    if (calls < config.least_calls || at - since < config.least_days * DAY) return null;
    return {
      score: rarityOf(calls, news),
      reason: 'new_field',
      ...again(standing),
      story: `new_field ${tool}`,
      subject: `new_field ${tool} ${fresh.join()}`,
      severity: !standing.reminder && (fresh.length >= config.least_fields || waiver) ? 'medium' : 'low',
      seen: `gave ${tool.trimEnd()} ${fresh.slice(0, 4).join(', ')}, which was never given there before${reminded(standing)}`,
      expected: `the fields that it knows: of ${Math.round(calls)} calls ${news < 0.5 ? 'none' : counted(Math.round(news), 'call')} brought a new one`,
      n: Math.round(calls),
      days: daysOf(state),
      contributors: [{ name: 'new fields', value: fresh.length }],
    };
  },

  learn(state, { at, tool, keys, fresh, waiver, standing }) {
    // A check left out teaches nobody before somebody cleared it; any other new form of the tool is soon everybody's.
    if (waiver && standing?.pending === true) return;
    noteTime(state, at);
    const habit = touch<[...Habit, number]>(state.tools, tool, TOOLS, () => [0, 0, at]);
    // All that the first call brings is new, and says nothing.
    countHabit(habit, fresh.length > 0 && habit[0] > 0, LIMIT);
    for (const key of keys) use(state.fields, key, FIELDS);
  },

  contribute({ fields }, tell) {
    for (const [key] of youngest(fields, FIELDS_TOLD)) tell(key, 1);
  },
});
