import { z } from 'zod';
import { isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { A_DAY, type Count, countOne, emptyCount } from './rights/count.ts';
import { GRAVITY, isRight, lastWords } from './rights/field.ts';
import { mix } from './stats/mix.ts';
import { perPair } from './stats/per-pair.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Fields that decide who may do what (role, group, permission, visibility) and that had the same few values in all calls
 * of a tool: how likely another one is follows from how many of these were met once only (Good 1953). State: 64 fields of
 * at most five values, 25 KB.
 */
interface State extends TimeSpan {
  fields: Recent<Field>;
  /** Values that were told; absent before the first. */
  told?: Told;
}

interface Field extends Count {
  /** Hashes of its values, and how often each was met, at most twice; null where they are many. */
  values: [hash: string, times: number][] | null;
}

interface Value {
  place: string;
  field: string;
  hash: string;
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  used: boolean;
  values: Value[];
  /** One that was not met there before, where one is. */
  fresh: Fresh | null;
}

interface Fresh {
  value: Value;
  standing: Standing;
  /** Calls that knew others, how many others, and how many of these were met once. */
  n: number;
  met: number;
  once: number;
  /** Peers that gave it there. */
  holders: number;
}

const FIELDS = 64;
const FEW = 5;
const configSchema = z.object({
  least_calls: z.number().int().min(10).default(100).describe('Calls with the same few values before another is news.'),
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

/** Key of the field where it decides who may do what, else ''. */
const placeOf = perPair((tool, field) => (isRight(lastWords(field)) ? mix(tool, field) : ''));

export const newRight = defineDetector<Config, State, never, Observation>({
  id: 'new-right',
  version: 1,
  title: 'Right that was never given before',
  description:
    'In a call that changes something, a field that decides who may do what (a role, a group, a permission, a visibility) has a value that it never had, where hundreds of calls knew the same few.',
  falsePositives: ['A new role or group that somebody introduced.'],
  blindSpots: [
    'Fields with more than five values, and those whose names do not tell what they decide.',
    'A right that is given by a value known there, to somebody else: see argument-novelty.',
    'Gateways that send no arguments.',
  ],
  references: ['https://doi.org/10.1093/biomet/40.3-4.237', 'https://attack.mitre.org/techniques/T1098/'],
  firstStep: 'Ask who wanted that right given, and take it back if nobody did.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3', 'L6'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, fields: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    if (!isChange(seen.class) || body.target.name === undefined) return null;
    const tool = fullName(body);
    const values: Value[] = [];
    for (const { field, hash } of seen.event.facts.args) {
      const place = placeOf(tool, field);
      if (place !== '') values.push({ place, field, hash });
    }
    if (values.length === 0) return null;
    const { at, class: name, used } = seen;
    const fresh = values.flatMap((value) => look(state, value, seen, config));
    return {
      at,
      tool,
      class: name,
      used,
      values,
      fresh: fresh.find((one) => !one.standing.pending) ?? fresh[0] ?? null,
    };
  },

  score(state, { tool, class: name, used, fresh }) {
    if (fresh === null || fresh.holders > 0) return null;
    const { value, n, met, once, standing } = fresh;
    const rarity = rarityOf(n, once);
    return {
      score: rarity + GRAVITY[name],
      reason: 'new_value',
      ...again(fresh.standing),
      story: `new_value ${value.place}`,
      subject: `new_value ${value.place} ${value.hash}`,
      ...((!used || standing.reminder) && { severity: 'low' as const }),
      seen: `${used ? 'called' : 'tried to call'} ${tool} (class ${name}) with a value of ${value.field} that it never had${reminded(standing)}`,
      expected: `${met === 1 ? 'the one value' : `one of the ${met} values`} that it had in ${n} calls, those of a day counted up to ${A_DAY}`,
      n,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom another value comes', value: rarity },
        { name: `class ${name}`, value: GRAVITY[name] },
      ],
    };
  },

  learn(state, { at, used, values, fresh }) {
    if (!used || fresh?.standing.pending === true) return;
    noteTime(state, at);
    for (const { place, hash } of values) {
      const field = touch<Field>(state.fields, place, FIELDS, () => ({ ...emptyCount(at), values: [] }));
      countOne(field, at);
      meet(field, hash);
    }
  },

  contribute({ fields }, tell) {
    for (const [place, { values }] of entries(fields)) for (const [hash] of values ?? []) tell(mix(place, hash), 1);
  },
});

/** What there is to say of a value that is new to its field, where that is a closed set. */
function look(state: State, value: Value, seen: Seen, config: Config): Fresh[] {
  const { n, values } = peek(state.fields, value.place) ?? { n: 0, values: null };
  if (values === null || n < config.least_calls || values.some(([hash]) => hash === value.hash)) return [];
  const key = mix(value.place, value.hash);
  const standing = tellOnce(state, key, seen, config.remind_days);
  const once = values.filter(([, times]) => times === 1).length;
  return [{ value, standing, n, met: values.length, once, holders: seen.peers.holders('new-right', key) }];
}

/** Takes the value in; more than a few are no closed set, and which ones they are is forgotten. */
function meet(field: Field, hash: string): void {
  const known = field.values?.find(([one]) => one === hash);
  if (known !== undefined) known[1] = 2;
  else if (field.values !== null && field.values.length < FEW) field.values.push([hash, 1]);
  else field.values = null;
}
