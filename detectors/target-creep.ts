import { z } from 'zod';
import type { PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import type { Novelty } from './argument-novelty/novelty.ts';
import { noveltyOf } from './argument-novelty.ts';
import { emptyReach, FORTNIGHT, FRESH, KEPT, MET, type Reach, turn } from './creep/reach.ts';
import { isGround, type Schemas, schemaKey, youngSchema } from './creep/schemas.ts';
import { tablesOf } from './creep/tables.ts';
import { ANY_TOOL, type Fresh, takesGround, widensField } from './creep/widening.ts';
import { defineDetector, type Seen } from './detector.ts';
import { joiner } from './stats/joiner.ts';
import { mix } from './stats/mix.ts';
import { peerShare } from './stats/peer-share.ts';
import { emptyRecent, enter, peek, type Recent, touch, youngest } from './stats/recent.ts';
import { worst } from './stats/worst.ts';

/** Whether a known tool is used on ever more targets. State: 96 fields of tools of 400 bytes each, 512 targets, 64 schemas: 85 KB at most. */
interface State {
  places: Recent<Reach>;
  /** Targets that were counted as new: each is new once, learned or not. */
  counted: Recent<0>;
  /** Absent in what was kept before they were looked at. */
  schemas?: Schemas;
}

interface Observation {
  day: number;
  class: PrivilegeClass;
  fresh: Fresh[];
}

const PLACES = 96;
const COUNTED = 512;
const TOLD = 32;
const LEAST_PEERS = 3;
/** On so many days of a fortnight something new came. */
const WIDENS = 3;
const placeOf = joiner(' ', 200);
const configSchema = z.object({
  least_fresh: z.number().int().min(2).default(6).describe('New targets of a tool within a fortnight, at least.'),
  least_days: z.number().int().min(14).default(28).describe('A tool in use for fewer days is new itself.'),
});

type Config = z.output<typeof configSchema>;

export const targetCreep = defineDetector<Config, State, unknown, Observation>({
  id: 'target-creep',
  version: 1,
  title: 'Known tool on ever more targets',
  description:
    'An agent uses a tool that it knows on more and more things it never touched: other paths, projects, namespaces, accounts. Neither the tool nor the number of calls need be unusual. Each field of a tool is judged by itself, against how often it named something new before: by uses within a fortnight; by days, for a field that is closed brings something new on few of them; secrets by the week, however many are read. Repositories and projects are judged over all tools as well, by days and by how many come on each. Of statements of SQL it is the schema that counts: one that came after weeks and is taken up. What a third of its peers meets as well is low; what was flagged is not learned.',
  falsePositives: [
    'A new project or customer that brings many new things at once, or a migration of some days.',
    'A schema with which the agent was given a new duty.',
  ],
  blindSpots: [
    'Gateways that log no arguments.',
    'Fields that name something new on most days of use: there, more of it is no surprise.',
    'Tables that a statement names without their schema, or behind a comma.',
  ],
  references: ['https://attack.mitre.org/techniques/T1083/', 'https://doi.org/10.1093/biomet/40.3-4.237'],
  shows: 'days',
  firstStep: 'Look at which targets are new and who asked for them; narrow the grant to those it needs.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0085.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 14 }, threshold: 3, severity: 'medium', cooldownMs: 14 * DAY },
  initial: () => ({ places: emptyRecent(), counted: emptyRecent(), schemas: emptyRecent() }),

  observe(state, seen) {
    const named = noveltyOf(seen);
    if (named === undefined || !seen.used || seen.class === 'discover') return null;
    const day = Math.floor(seen.at / DAY);
    const found: Fresh[] = [];
    for (const { fact, entity, embedded, again, fresh, moved, place, key } of named.values) {
      if (again || (entity ? embedded : fact.kind !== 'word')) continue;
      const today = todayOf(state, place, day);
      if (today === undefined) continue;
      today[MET] += 1;
      if ((!fresh && !moved) || peek(state.counted, key) !== undefined) continue;
      enter(state.counted, key, COUNTED, 0);
      today[FRESH] += 1;
      const of = found.find((one) => one.place === place);
      if (of === undefined) found.push({ place, count: 1, shared: sharedBy(seen, `w:${place}`) });
      else of.count += 1;
    }
    const ground = groundOf(state, seen, named.tool, day);
    if (ground !== null) found.push(ground);
    const spread = spreadOf(state, seen, named.values, day);
    if (spread !== null) found.push(spread);
    return { day, class: seen.class, fresh: found };
  },

  score({ places }, { day, class: name, fresh }, config) {
    return worst(
      fresh.map((one) => {
        const reach = peek(places, one.place);
        if (reach === undefined) return null;
        return one.schema === undefined
          ? widensField(reach, one, day, name, config)
          : takesGround(reach, one, day, name, config);
      }),
    );
  },

  learn({ places }, { fresh }) {
    for (const { place, count } of fresh) {
      const today = peek(places, place)?.days.at(-1);
      if (today !== undefined) today[KEPT] += count;
    }
  },

  contribute({ places, schemas }, tell) {
    const told = youngest(places, TOLD);
    const day = Math.max(...told.map(([, { days }]) => days.at(-1)?.[0] ?? 0));
    for (const [place, { days }] of told)
      if (days.filter((row) => row[FRESH] > 0 && row[0] > day - FORTNIGHT).length >= WIDENS) tell(`w:${place}`, 1);
    if (schemas !== undefined) for (const [schema] of youngest(schemas, TOLD)) tell(`s:${schema}`, 1);
  },
});

const sharedBy = ({ peers }: Seen, key: string): number => peerShare(peers, 'target-creep', key, LEAST_PEERS);

/** The field's row of this day; undefined where the day is past. */
function todayOf({ places }: State, place: string, day: number): Reach['days'][number] | undefined {
  const reach = touch<Reach>(places, place, PLACES, () => emptyReach(day));
  return turn(reach, day) ? reach.days.at(-1) : undefined;
}

/** Where it works: a tool that is new to it brings no new repository, and a new one may come by any tool. */
const WORKPLACES = `${ANY_TOOL}repository`;
/** By its name: a branch and a path have the shape of one. */
const IS_WORKPLACE = /(?:^|[._])(?:repo|repos|repository|repositories|repo_?name|repository_?name|project)(?:\[\])?$/i;

function spreadOf(state: State, seen: Seen, values: readonly Novelty[], day: number): Fresh | null {
  const named = values.filter(
    ({ fact, again, embedded }) => fact.kind === 'repository' && !again && !embedded && IS_WORKPLACE.test(fact.field),
  );
  if (named.length === 0) return null;
  const today = todayOf(state, WORKPLACES, day);
  if (today === undefined) return null;
  let count = 0;
  for (const { fact, fresh } of named) {
    today[MET] += 1;
    const key = mix(WORKPLACES, fact.hash);
    if (!fresh || peek(state.counted, key) !== undefined) continue;
    enter(state.counted, key, COUNTED, 0);
    count += 1;
  }
  if (count === 0) return null;
  today[FRESH] += count;
  return { place: WORKPLACES, count, shared: sharedBy(seen, `w:${WORKPLACES}`) };
}

/** The statement works on a schema that came lately: that is counted by the call, as what matters is whether it is taken up. */
function groundOf(state: State, seen: Seen, tool: string, day: number): Fresh | null {
  const { args } = seen.event.body;
  const tables = args === undefined ? [] : tablesOf(args);
  if (tables.length === 0) return null;
  const place = placeOf(tool, 'sql:schema');
  const today = todayOf(state, place, day);
  if (today === undefined) return null;
  today[MET] += 1;
  state.schemas ??= emptyRecent();
  const { since } = peek(state.places, place)!;
  let found: Fresh | null = null;
  for (const table of tables) {
    const young = youngSchema(state.schemas, tool, since, day, table);
    if (young === null) continue;
    const schema = { name: table.schema, ground: isGround(table.schema, young) };
    found = { place, count: 1, shared: sharedBy(seen, `s:${schemaKey(tool, table.schema)}`), schema };
  }
  if (found !== null) today[FRESH] += 1;
  return found;
}
