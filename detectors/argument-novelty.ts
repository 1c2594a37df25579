import { z } from 'zod';
import { classRank, isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { ENTITY_KINDS, type Fact } from '../schemas/event.ts';
import { noteAnswer } from './argument-novelty/answers.ts';
import { type Brought, bringAll } from './argument-novelty/brought.ts';
import { isUnrelated, type Named, nameAll } from './argument-novelty/named.ts';
import { isStrange, known, type Novelty, type Origin, PLAIN } from './argument-novelty/novelty.ts';
import { defineDetector, type Score, type Seen } from './detector.ts';
import { hasNewGrant } from './first-seen.ts';
import { elsewhere, type Values } from './flow/roots.ts';
import { type AgeingSet, emptyAgeingSet, has, meet } from './stats/ageing-set.ts';
import { type Held, hold } from './stats/held.ts';
import { inField } from './stats/in-field.ts';
import { joiner } from './stats/joiner.ts';
import { mix } from './stats/mix.ts';
import { perView } from './stats/per-view.ts';
import { type FreshTally, rateOfNew } from './stats/rate-of-new.ts';
import { emptyRecent, peek, type Recent, touch, use, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Values new to the agent in calls that change, run or open something, weighted by how seldom that field of that tool
 * sees new values. State: at most 90 KB an agent: one ageing set (24 KB), 256 tallies, 256 hashes to tell peers, 28 KB of
 * values that came under delegation roots.
 */
interface State extends TimeSpan {
  /** Values in a place (tool and field) and, with the place left out, entities anywhere. */
  known: AgeingSet;
  /**
   * By tool and field, and by kind over all fields: values met (once a session each) and how many of them were met in
   * one session only. By field and tool of which it answers the senders: how many.
   */
  tallies: Recent<FreshTally>;
  /** Values met in results of earlier sessions. */
  results: AgeingSet;
  /** Those that content of strangers, or a secret, brought last: for other sessions under the same root. */
  elsewhere: Values;
  /** Entities met last, for the peers. */
  entities: Recent<number>;
  /** Answers that were told and are not learned; absent before the first. */
  held?: Held;
}

interface Session extends Brought {
  /** Values by place, so that each counts once. What was refused was not met: were it let in later, that is the first time. */
  met: Recent<0>;
  /** Values that arguments named so far. */
  named: Recent<Named>;
}

export interface NoveltyObservation {
  tool: string;
  class: PrivilegeClass;
  privileged: boolean;
  at: number;
  used: boolean;
  /** No value of this call was named by an argument before it: it does not go on with what went on. */
  unrelated: boolean;
  /** Results are seen of this agent: what came out of none of them came from whom it works for. */
  informed: boolean;
  /** Hashes of what this call's own result brought. */
  result: string[];
  values: Novelty[];
}

const PLACES = 256;
const ENTITIES = 256;
const MET = 256;
const TOLD = 192;
/** For how many values of a place peers count, and for how many of theirs the kind of value. */
const PRIOR = 8;
const [HALF, QUARTER] = [0.5, 0.25];
/** Fields that the agent fills because somebody gave it a new duty are bound to hold new values at first. */
const NEW_PLACE = 0.5;
const placeOf = joiner(' ', 200);
const joined = joiner(' ', 200);
/** Keys of what peers are told of a place: `n`, values met, and `f`, of them new; an entity's key is its hash. */
const toldKey = joiner(' ');
const configSchema = z.object({
  min_class: z
    .enum(['read', 'write', 'execute', 'secret', 'identity'])
    .default('read')
    .describe('Weakest class of call that is judged.'),
});
type Config = z.output<typeof configSchema>;

/** What was found of the call's arguments, for the detectors that stand behind this one in the list. */
export const noveltyOf = ({ earlier }: Seen): NoveltyObservation | undefined =>
  earlier.get('argument-novelty') as NoveltyObservation | undefined;

/** The call goes on with something that an argument before it named. */
export const goesOn = (seen: Seen): boolean => noveltyOf(seen)?.unrelated === false;

export const argumentNovelty = defineDetector<Config, State, Session, NoveltyObservation>({
  id: 'argument-novelty',
  version: 3,
  title: 'Argument new to the agent',
  description:
    'A call that writes, runs or opens something names a recipient, place or account that neither the agent nor its peers ever named, in a field that seldom sees new values.',
  falsePositives: ['A new customer, repository or project that the agent is rightly sent to for the first time.'],
  blindSpots: ['Attacks that only use values the agent already works with.', 'Gateways that send no arguments.'],
  references: ['https://doi.org/10.1109/TIT.1981.1056331'],
  tags: { owasp_asi: ['ASI01', 'ASI02'], mitre_atlas: ['AML.T0053'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 5, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({
    since: 0,
    until: 0,
    known: emptyAgeingSet(),
    results: emptyAgeingSet(),
    elsewhere: emptyRecent(),
    tallies: emptyRecent(),
    entities: emptyRecent(),
  }),
  initialSession: () => ({ met: emptyRecent(), named: emptyRecent(), brought: emptyRecent() }),

  observe(state, seen, session) {
    const { body, facts } = seen.event;
    if (body.target.name === undefined) return null;
    const tool = fullName(body);
    const privileged = isChange(seen.class);
    const values: Novelty[] = [];
    for (const fact of facts.args) values.push(look(state, session, seen, tool, fact, privileged));
    const unrelated = isUnrelated(session.named, values);
    if (seen.used) nameAll(session.named, values, privileged);
    const result = bringAll(state, session, seen, tool);
    const informed = session.cut !== true && (session.brought.n > 0 || state.results.count > 0);
    return { tool, class: seen.class, privileged, at: seen.at, used: seen.used, unrelated, informed, result, values };
  },

  complete(state, seen, session) {
    const { body } = seen.event;
    if (body.target.name === undefined) return null;
    const tool = fullName(body);
    const result = bringAll(state, session, seen, tool);
    if (result.length === 0) return null;
    const { class: name, at, used } = seen;
    return { tool, class: name, privileged: false, at, used, unrelated: false, informed: true, result, values: [] };
  },

  score(state, observation, config) {
    const { tool, class: privilege, privileged, values } = observation;
    if (classRank(privilege) < classRank(config.min_class)) return null;
    const found: { value: Novelty; score: number }[] = [];
    for (const value of values) {
      const score = surprise(value, observation);
      if (score > 0.05) found.push({ value, score });
    }
    const top = found.sort((a, b) => b.score - a.score)[0];
    if (top === undefined) return null;
    const { entity, fact, fresh, moved, rate, holders, n } = top.value;
    return {
      // Fields of one call move together: each further one counts by half.
      score: top.score + HALF * found.slice(1).reduce((s, f) => s + f.score, 0),
      reason: !privileged ? 'new_in_read' : entity && fresh ? 'new_entity' : 'new_value',
      seen: `${inField(entity ? fact.kind : 'value', fact.field)} of ${tool} that ${moved ? 'was never used there' : 'this agent never named before'}`,
      expected: `${Math.round(rate * 100)} % of the values there are new; ${holders} peers know this one`,
      n,
      days: daysOf(state),
      contributors: found
        .slice(0, 5)
        .map(({ value: v, score }) => ({ name: `${v.fact.field} (${v.fact.kind})`, value: score })),
    } satisfies Score;
  },

  learn(state, { at, used, privileged, result, values }) {
    for (const hash of result) meet(state.results, hash);
    if (!used) return;
    noteTime(state, at);
    for (const value of values) {
      const { fact, place, key, entity, answer, again } = value;
      if (again) continue;
      if (answer !== '') touch(state.tallies, answer, PLACES, untallied)[0] += 1;
      const times = timesMet(state.known, key);
      count(state.tallies, place, times);
      count(state.tallies, kindKey(fact, privileged), times);
      count(state.tallies, allKey(entity, privileged), times);
      // To look at what a stranger named is not to know it.
      if (!entity || (!privileged && isStrange(value))) continue;
      timesMet(state.known, fact.hash);
      touch(state.entities, fact.hash, ENTITIES, uncounted);
    }
  },

  hold(state, { at, used, values }, session) {
    if (!used) return;
    for (const value of values)
      if (value.answer !== '' && isStrange(value)) hold(state, value.answer, value.fact.hash, at, session);
  },

  contribute(state, tell) {
    for (const [key, [n, fresh]] of youngest(state.tallies, 96)) {
      tell(toldKey('n', key), n);
      tell(toldKey('f', key), fresh);
    }
    for (const [hash] of youngest(state.entities, TOLD)) tell(hash, 1);
  },
});

/** Most values are known: what is asked of a new one alone is left out for them. */
function look(state: State, session: Session, seen: Seen, tool: string, fact: Fact, privileged: boolean): Novelty {
  const place = placeOf(tool, fact.field);
  const key = mix(place, fact.hash);
  const entity = ENTITY_KINDS.has(fact.kind);
  const again = seen.used ? use(session.met, key, MET) : peek(session.met, key) !== undefined;
  const plain = again || PLAIN.has(fact.kind);
  const origin = plain ? null : (peek(session.brought, fact.hash) ?? null);
  const found = known(fact, place, key, entity, again, origin);
  if (!plain) noteAnswer(found, state, seen);
  if (plain || has(state.known, key)) return found;
  const { peers, event } = seen;
  const named = peek(session.named, fact.hash);
  const anywhere = entity && has(state.known, fact.hash);
  const kindly = kindKey(fact, privileged);
  const all = rateOfNew(peek(state.tallies, allKey(entity, privileged)), 0.5);
  const kind = rateOfNew(peek(state.tallies, kindly), rateOfNew(told(peers, kindly), all, 4), 4);
  const own = peek(state.tallies, place);
  const prior = rateOfNew(told(peers, place), kind, PRIOR);
  found.embedded = entity && event.facts.args.some((other) => other.kind === 'text' && other.field === fact.field);
  found.named = named !== undefined && (named.acted || !privileged);
  found.origin = originOf(state, seen, fact, origin);
  found.seen = found.origin === null ? has(state.results, fact.hash) : found.origin.old;
  found.fresh = !anywhere;
  found.moved = anywhere;
  found.rate = rateOfNew(own, hasNewGrant(seen) ? Math.max(prior, NEW_PLACE) : prior, PRIOR);
  found.holders = entity ? peers.holders('argument-novelty', fact.hash) : 0;
  found.n = own?.[0] ?? 0;
  return found;
}

/** A result of this session, where it was the first to bring the value; else one of another session of the root. */
function originOf(state: State, seen: Seen, { hash }: Fact, origin: Origin | null): Origin | null {
  const found = origin === null || origin.old ? elsewhere(state.elsewhere, hash, seen) : undefined;
  return found === undefined ? origin : { ...found, old: false };
}

/**
 * -log10 of how often that place sees new values. What peers name, what results of earlier sessions held, and what the
 * agent names elsewhere is half as surprising; something in the world that nobody knows says more than a plain value.
 * By half again: content that is passed on, a sender who is answered by habit, and what a call takes that goes on with
 * what went on. By a quarter: what no result brought where results are seen, for then it came from whom the agent works
 * for (a secret cannot be told: results hold it unmarked). What an earlier call named was told there.
 */
function surprise(value: Novelty, { privileged, unrelated, informed }: NoveltyObservation): number {
  const { fact, entity, embedded, fresh, moved, again, named, origin, habit, seen, rate, holders } = value;
  if (again || named || PLAIN.has(fact.kind) || (!fresh && !moved)) return 0;
  let score = -Math.log10(Math.max(rate, 1e-9));
  if (moved || seen || holders > 0) score *= HALF;
  else if (entity) score += Math.min(0.5, 2 * score);
  if (embedded || habit) score *= HALF;
  if (!unrelated) score *= HALF;
  if (informed && origin === null && fact.kind !== 'secret') score *= QUARTER;
  return privileged ? score : score * QUARTER;
}

const told = perView<FreshTally>((peers, key) => [
  peers.sum('argument-novelty', toldKey('n', key)),
  peers.sum('argument-novelty', toldKey('f', key)),
]);

const allKey = (entity: boolean, privileged: boolean): string =>
  privileged ? (entity ? '! entity' : '!') : entity ? '* entity' : '*';
const kindKey = ({ kind }: Fact, privileged: boolean): string => joined(privileged ? '!' : '*', kind);

/** How often it was met before: 0, 1, or 2 for more; and now once more, so that what is met again and again stays known. */
const timesMet = (known: AgeingSet, key: string): 0 | 1 | 2 => (!meet(known, key) ? 0 : meet(known, key, '2') ? 2 : 1);

/** Good and Turing (1953): the share of what was met once tells how likely the next one is new. */
function count(tallies: Recent<FreshTally>, key: string, times: 0 | 1 | 2): void {
  const tally = touch(tallies, key, PLACES, untallied);
  tally[0] += 1;
  if (times === 0) tally[1] += 1;
  // A place that was forgotten in between knows nothing of the first time.
  else if (times === 1) tally[1] = Math.max(0, tally[1] - 1);
}

const untallied = (): FreshTally => [0, 0];
const uncounted = (): number => 0;
