import { z } from 'zod';
import { changesThings } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { type Novelty, PLAIN } from './argument-novelty/novelty.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector, type Score, type Seen } from './detector.ts';
import { hasNewGrant } from './first-seen.ts';
import { isThing, type Lately, type Part, pairsOf, type Together, tryOf, youngOf } from './new-manner/lately.ts';
import { isAsker, isMatter } from './one-party/no-party.ts';
import { emptyAgeingSet, meet } from './stats/ageing-set.ts';
import { countHabit, type Habit } from './stats/habit.ts';
import { joiner } from './stats/joiner.ts';
import { mix } from './stats/mix.ts';
import { onEnd } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * Many things changed in the same new way: claims approved one after the other for one provider over one amount, cases
 * coded with one diagnosis and one price, orders of one drug raised to one quantity. Each may be ordinary, and a new
 * value in one field as well: a new tariff, a new colleague. That two fields take a new value together, thing after
 * thing, is not, where new values seldom came again so soon. What is learned of each field is how often they do. State: 64
 * tools, 128 fields, 24 KB of numbers met, and of the last days 256 values and 128 pairs of them: 80 KB at most.
 */
interface State extends TimeSpan, Lately {
  /** When the agent was first seen to use a tool. */
  tools: Recent<number>;
  /** By field: changes that named a value there, and those of them whose value was new in these days and came again. */
  fields: Recent<Habit>;
}

interface Observation {
  at: number;
  tool: string;
  /** Fields that were given, and whether with a value that is new in these days and came again; none of a tool that is new. */
  places: Map<string, boolean>;
  numbers: string[];
  /** Keys of values that came again. */
  again: string[];
  pairs: Together[];
}

const [TOOLS, FIELDS] = [64, 128];
/** Values of one change that are paired. */
const PAIRED = 8;
/** Changes that make up a habit. */
const LIMIT = 512;
/** Where new values come again more often, they are no news. */
const [USUAL, OFTEN] = [0.25, 0.5];
/** A tool is new for so long: everything in it is, and says nothing of how it goes on. */
const NEW_TOOL = 7 * DAY;
const placeOf = joiner(' ', 200);
const configSchema = z.object({
  least_things: z.number().int().min(3).default(4).describe('Things changed in the same new way, at least.'),
  new_days: z.number().positive().default(7).describe('Days for which a value is new.'),
  least_changes: z.number().int().min(1).default(10).describe('Changes with one of the fields before it can tell.'),
});
type Config = z.output<typeof configSchema>;

export const newManner = defineDetector<Config, State, never, Observation>({
  id: 'new-manner',
  version: 1,
  title: 'Many things changed in the same new way',
  description:
    'A tool that the agent knows changes one thing after the other (claims, cases, orders, devices), and two fields of it take the same new values together each time, which were never there before: one amount for one provider, one quantity for one reason. Judged against how often new values in these fields came again so soon.',
  falsePositives: [
    'A new tariff, form or kind of case that begins without a grant that says so.',
    'A correction of many records.',
  ],
  blindSpots: [
    'Values that the agent gave before, or that change each time.',
    'Fewer than four things, one field alone, or texts that are the same.',
    'Gateways that log no arguments.',
  ],
  references: ['https://attack.mitre.org/techniques/T1565/001/'],
  firstStep:
    'Look at what the things have in common and who gains by it, and hold the rest until somebody answers for them.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02', 'ASI10'],
    mitre_atlas: ['AML.T0053', 'AML.T0048.000'],
    maestro: ['L3', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  awaits: 'outcome',
  initial: () => ({
    since: 0,
    until: 0,
    tools: emptyRecent(),
    fields: emptyRecent(),
    plain: emptyAgeingSet(),
    values: emptyRecent(),
    pairs: emptyRecent(),
  }),

  observe(state, seen, _session, config) {
    const { event, at, class: name, used, failed } = seen;
    if (!changesThings(name) || !used) return null;
    const all = noveltyOf(seen)?.values ?? [];
    const values = all.filter((value) => saysHow(seen, value));
    if (values.length === 0) return null;
    if (failed) {
      for (const value of values) tryOf(state, value, at, config.new_days);
      return null;
    }
    const tool = toolOf(event.body);
    const known = at - touch(state.tools, tool, TOOLS, () => at) >= NEW_TOOL;
    const thing = mix(...all.flatMap(({ fact, embedded }) => (isThing(fact.kind) && !embedded ? [fact.hash] : [])));
    const places = new Map<string, boolean>();
    const numbers: string[] = [];
    const again: Part[] = [];
    for (const value of values) {
      const { fact, key } = value;
      const place = placeOf(value.place, '');
      if (PLAIN.has(fact.kind)) numbers.push(key);
      const young = youngOf(state, value, at, config.new_days, thing);
      if (known) places.set(place, places.get(place) === true || (young !== undefined && young[2] > 0));
      if (young !== undefined && young[2] > 0 && again.length < PAIRED)
        again.push({ key, field: fact.field, place, own: young[3], kind: fact.kind });
    }
    const pairs = known ? pairsOf(state, again, at, config.new_days, thing) : [];
    return { at, tool, places, numbers, again: again.map(({ key }) => key), pairs: hasNewGrant(seen) ? [] : pairs };
  },

  score(state, { tool, pairs }, config) {
    return worst(
      pairs.map(({ parts, things }): Score | null => {
        if (things < config.least_things) return null;
        const [rarer, other] = parts
          .map((part) => rateOf(state, part))
          .sort(
            (a, b) => (b.n >= config.least_changes ? 1 : 0) - (a.n >= config.least_changes ? 1 : 0) || a.rate - b.rate,
          );
        if (rarer === undefined || other === undefined) return null;
        if (rarer.n < config.least_changes || rarer.rate > USUAL || other.rate > OFTEN) return null;
        return {
          score: Math.min(12, onEnd(things, rarer.rate)),
          reason: 'new_manner',
          story: `new_manner ${tool}`,
          seen: `${things} things that ${tool} changed were given the same ${rarer.part.field} and the same ${other.part.field}, neither of which was ever given there before`,
          expected: `of ${Math.round(rarer.n)} changes with ${rarer.part.field} ${Math.round(rarer.again)} took up a value that had come within ${config.new_days} days`,
          n: Math.round(rarer.n),
          days: daysOf(state),
          contributors: [
            { name: 'things', value: things },
            { name: `new ${rarer.part.field} comes again`, value: rarer.rate },
            { name: `new ${other.part.field} comes again`, value: other.rate },
          ],
        };
      }),
    );
  },

  learn(state, { at, places, numbers, again }) {
    noteTime(state, at);
    for (const key of again) {
      const young = peek(state.values, key);
      if (young !== undefined) young[3] += 1;
    }
    for (const key of numbers) meet(state.plain, key);
    for (const [place, again] of places)
      countHabit(
        touch<Habit>(state.fields, place, FIELDS, () => [0, 0]),
        again,
        LIMIT,
      );
  },
});

/** A text is a letter's, or a note's. Under what it is filed, and for whom it is done, work has in common anyway. */
const saysHow = (seen: Seen, { fact: { field, kind }, embedded }: Novelty): boolean =>
  !embedded && kind !== 'time' && kind !== 'text' && !isMatter(field) && !isAsker(seen, field);

/** How often a new value comes again in that field, but for this one. */
function rateOf(state: State, part: Part) {
  const [met, all] = peek(state.fields, part.place) ?? [0, 0];
  const n = Math.max(0, met - part.own);
  const again = Math.max(0, all - part.own);
  return { part, n, again, rate: (again + 0.5) / (n + 5) };
}
