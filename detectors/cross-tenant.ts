import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { familiesOf } from './cross-tenant/families.ts';
import { FORTNIGHT, KNOWN_DAYS, keyOf, knownOf, NOBODY, strangerOf, type TenantField } from './cross-tenant/place.ts';
import { defineDetector, type Score, type Seen } from './detector.ts';
import { callKey } from './stats/call-key.ts';
import { joiner } from './stats/joiner.ts';
import { TEAM } from './stats/peer-share.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/** Whose records an agent works on, by field. State: 48 fields of 16 families each, 40 KB at most. */
interface State extends TimeSpan {
  places: Recent<TenantField>;
}

interface Found {
  place: string;
  field: string;
  family: string;
  /** The record, by hash. */
  thing: string;
  /** It is of a family that is not known there; of how many different things, this one too. */
  strange: boolean;
  things: number;
  /** Agents of the fleet that work on the family, and the share of the peers that do. */
  holders: number;
  shared: number;
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  found: Found[];
}

const PLACES = 48;
const FAMILIES = 16;
const TOLD = 64;
const placeOf = joiner(' ', 200);
const GENERIC =
  /^(?:ids?|keys?|refs?|reference|number|no|name|uid|code|object|item|items|target|resource|record|entity)(?:_?id)?$/i;
const configSchema = z.object({
  least_values: z.number().int().min(1).default(50).describe('Values of a field before its families are known.'),
  least_things: z.number().int().min(1).default(4).describe('Different things of a new family, at least.'),
});
type Config = z.output<typeof configSchema>;

export const crossTenant = defineDetector<Config, State, never, Observation>({
  id: 'cross-tenant',
  version: 1,
  title: "Work on another tenant's records",
  description:
    'An agent whose calls always named records of the same few tenants (customers, sites, projects: by the letters that ids begin with, or by name) works on several of another one, which is the work of other agents; low where it is nobody’s, as a new tenant is, and where peers work on it.',
  falsePositives: ['An agent that fills in for another one, or takes over a tenant.'],
  blindSpots: ['Ids that do not say whose they are.', 'Gateways that log no arguments.', 'One or two records alone.'],
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],
  firstStep: 'Ask who gave the agent these records, and narrow its grant to the tenants that it is for.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0085.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 14 }, threshold: 3, severity: 'medium', cooldownMs: FORTNIGHT * DAY },
  initial: () => ({ since: 0, until: 0, places: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { event, at, class: name, used } = seen;
    if (!used || name === 'discover' || event.body.args === undefined) return null;
    const families = familiesOf(event.body.args);
    if (families.length === 0) return null;
    const tool = toolOf(event.body);
    const day = Math.floor(at / DAY);
    const found = families.map(({ field, family, record }): Found => {
      const thing = thingOf(seen, record);
      // An `id` is of what the tool is about: its letters say of what kind that is, and another tool's are of another kind.
      const where = placeOf(GENERIC.test(field) ? tool : event.body.server.id, field);
      const place = touch<TenantField>(state.places, where, PLACES, () => ({
        since: day,
        n: 0,
        fresh: 0,
        last: '',
        families: emptyRecent(),
        strange: emptyRecent(),
      }));
      const settled = place.n >= config.least_values && day - place.since >= FORTNIGHT;
      const strange = settled && (peek(place.families, family)?.[0] ?? 0) < KNOWN_DAYS;
      return {
        place: where,
        field,
        family,
        thing,
        strange,
        ...(strange ? strangerOf(place, seen, field, family, thing) : NOBODY),
      };
    });
    return { at, tool, class: name, found };
  },

  score(state, { tool, class: name, found }, config) {
    return worst(
      found.map((one): Score | null => {
        const place = peek(state.places, one.place);
        if (place === undefined || !one.strange || one.things < config.least_things) return null;
        const seldom = rarityOf(place.n, place.fresh);
        const more = Math.min(1, 0.25 * (one.things - config.least_things + 1));
        const graded = 0.3 * Math.max(0, classRank(name) - classRank('read'));
        const families = knownOf(place);
        return {
          score: Math.min(12, seldom + more + graded),
          reason: 'other_tenant',
          story: `other_tenant ${one.field} ${one.family}`,
          subject: `${one.field} ${one.family}`,
          ...((one.holders === 0 || one.shared >= TEAM) && { severity: 'low' as const }),
          seen: `${tool} on ${one.things} things of ${one.family} (${one.field}), whose records it never worked on`,
          expected: `${families.slice(0, 4).join(', ')}${families.length > 4 ? ` and ${families.length - 4} more` : ''} in ${Math.round(place.n)} records; ${one.holders} other agents work on ${one.family}`,
          n: Math.round(place.n),
          days: daysOf(state),
          contributors: [
            { name: 'how seldom it is another one', value: seldom },
            { name: 'different things of it', value: one.things },
            { name: 'share of peers that work on it', value: one.shared },
          ],
        };
      }),
    );
  },

  learn(state, { at, found }) {
    noteTime(state, at);
    for (const { place: where, family, thing, strange } of found) {
      const place = peek(state.places, where);
      if (place === undefined || place.last === thing) continue;
      place.last = thing;
      place.n += 1;
      const known = touch<[number, number]>(place.families, family, FAMILIES, () => [0, -1]);
      const day = Math.floor(at / DAY);
      if (day <= known[1]) continue;
      known[0] += 1;
      known[1] = day;
      if (strange && known[0] === KNOWN_DAYS) place.fresh += 1;
    }
  },

  contribute({ places }, tell) {
    const told = new Set<string>();
    for (const [at, place] of entries(places))
      for (const family of knownOf(place)) told.add(keyOf(at.slice(at.lastIndexOf(' ') + 1), family));
    for (const key of [...told].slice(0, TOLD)) tell(key, 1);
  },
});

/** Where only the tenant is named, each different call is about something else of it. */
const thingOf = (seen: Seen, record: string): string =>
  (record === '' ? undefined : seen.event.facts.args.find(({ field }) => field === record || field === `${record}[]`))
    ?.hash ?? callKey(seen);
