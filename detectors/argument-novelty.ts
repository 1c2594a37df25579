import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { ENTITY_KINDS, type Fact } from '../schemas/event.ts';
import { defineDetector, type PeerView, type Score, type Seen } from './detector.ts';
import { type AgeingSet, add, emptyAgeingSet, has } from './stats/ageing-set.ts';
import { mix } from './stats/mix.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { peek, type Recent, touch } from './stats/recent.ts';

/**
 * Values new to the agent in calls that change, run or open something, weighted by how seldom that field of that tool
 * sees new values. State: at most 60 KB an agent: one ageing set (24 KB), 256 tallies, 256 hashes to tell peers.
 */
interface State {
  since: number;
  until: number;
  /** Values in a place (tool and field) and, with the place left out, entities anywhere. */
  known: AgeingSet;
  /** By tool and field: how often the value was new there; by kind: in any field. */
  tallies: Recent<Tally>;
  /** Entities met last, for the peers. */
  entities: Recent<number>;
}

/** One value of one argument, and what the agent knows of it. */
export interface Novelty {
  fact: Fact;
  place: string;
  entity: boolean;
  /** New in this place; for an entity: new to the agent anywhere. */
  fresh: boolean;
  /** An entity known from elsewhere, in this place for the first time. */
  moved: boolean;
  /** Probability that a value is new in this place. */
  rate: number;
  holders: number;
  n: number;
}

export interface NoveltyObservation {
  tool: string;
  class: PrivilegeClass;
  at: number;
  used: boolean;
  values: Novelty[];
}

const PLACES = 256;
const ENTITIES = 256;
const TOLD = 192;
const DAY = 86_400_000;
const configSchema = z.object({
  min_class: z.enum(['read', 'write', 'execute', 'secret', 'identity']).default('write').describe('Weakest class of call that is judged.'),
});
type Config = z.output<typeof configSchema>;

export const argumentNovelty = defineDetector<Config, State, unknown, NoveltyObservation>({
  id: 'argument-novelty',
  version: 1,
  title: 'Argument new to the agent',
  description:
    'A call that writes, runs or opens something names a recipient, place or account that neither the agent nor its peers ever named, in a field that seldom sees new values.',
  falsePositives: ['A new customer, repository or project that the agent is rightly sent to for the first time.'],
  blindSpots: ['Attacks that only use values the agent already works with.', 'Gateways that send no arguments.'],
  references: ['https://doi.org/10.1109/TIT.1981.1056331'],
  tags: { owasp_asi: ['ASI01', 'ASI02'], mitre_atlas: ['AML.T0053'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, known: emptyAgeingSet(), tallies: {}, entities: {} }),

  observe(state, seen) {
    const { body, facts } = seen.event;
    if (facts.args.length === 0 || body.target.name === undefined) return null;
    const tool = `${body.server.id}/${body.target.name}`;
    const values = facts.args.map((fact) => look(state, seen.peers, tool, fact));
    return { tool, class: seen.class, at: seen.at, used: seen.used, values };
  },

  score(state, { tool, class: privilege, values }, config) {
    if (classRank(privilege) < classRank(config.min_class)) return null;
    const found = values
      .map((value) => ({ value, score: surprise(value) }))
      .filter(({ score }) => score > 0.05)
      .sort((a, b) => b.score - a.score);
    const top = found[0];
    if (top === undefined) return null;
    const { value } = top;
    const what = value.entity ? value.fact.kind : 'value';
    return {
      score: top.score,
      reason: value.entity && value.fresh ? 'new_entity' : 'new_value',
      seen: `${what} in ${value.fact.field} of ${tool} that ${value.moved ? 'was never used there' : 'this agent never named before'}`,
      expected: `${Math.round(value.rate * 100)} % of the values there are new; ${value.holders} peers know this one`,
      n: value.n,
      days: (state.until - state.since) / DAY,
      contributors: found.slice(0, 5).map(({ value: v, score }) => ({ name: `${v.fact.field} (${v.fact.kind})`, value: score })),
    } satisfies Score;
  },

  learn(state, { at, used, values }) {
    if (!used) return;
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    for (const { fact, place, entity, fresh, moved } of values) {
      count(state.tallies, place, fresh || moved);
      count(state.tallies, kindKey(fact, true), fresh || moved);
      count(state.tallies, kindKey(fact, false), fresh);
      add(state.known, mix(place, fact.hash));
      if (!entity) continue;
      add(state.known, fact.hash);
      touch(state.entities, fact.hash, ENTITIES, () => 0);
    }
  },

  contribute(state) {
    const told: Record<string, number> = {};
    for (const [key, [n, fresh]] of Object.entries(state.tallies).slice(-96)) {
      told[`n ${key}`] = n;
      told[`f ${key}`] = fresh;
    }
    for (const hash of Object.keys(state.entities).slice(-TOLD)) told[`e ${hash}`] = 1;
    return told;
  },
});

function look(state: State, peers: PeerView, tool: string, fact: Fact): Novelty {
  const place = `${tool} ${fact.field}`.slice(0, 200);
  const entity = ENTITY_KINDS.has(fact.kind);
  const here = has(state.known, mix(place, fact.hash));
  const anywhere = here || (entity && has(state.known, fact.hash));
  const fresh = !anywhere;
  const moved = anywhere && !here;
  const kind = rateOfNew(peek(state.tallies, kindKey(fact, true)), 0.5);
  const peerTally: Tally = [peers.sum('argument-novelty', `n ${place}`), peers.sum('argument-novelty', `f ${place}`)];
  const prior = rateOfNew(peerTally, kind, 2);
  const own = peek(state.tallies, place);
  return {
    fact,
    place,
    entity,
    fresh,
    moved,
    rate: rateOfNew(own, prior, 2),
    holders: entity ? peers.holders('argument-novelty', `e ${fact.hash}`) : 0,
    n: own?.[0] ?? 0,
  };
}

/** An entity that peers name, or that the agent names elsewhere, is half as surprising. */
function surprise({ fresh, moved, rate, holders }: Novelty): number {
  if (!fresh && !moved) return 0;
  const bits = -Math.log10(Math.max(rate, 1e-9));
  return holders > 0 || moved ? bits * 0.5 : bits;
}

const kindKey = ({ kind }: Fact, here: boolean): string => `${here ? '*' : '**'} ${kind}`;

function count(tallies: Recent<Tally>, key: string, fresh: boolean): void {
  const tally = touch<Tally>(tallies, key, PLACES, () => [0, 0]);
  tally[0] += 1;
  if (fresh) tally[1] += 1;
}
