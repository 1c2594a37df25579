import { z } from 'zod';
import { classRank, isChange } from '../schemas/alert.ts';
import { HOUR } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { type Acting, severityOfChain } from './flow/acting.ts';
import { type ChainReason, saidOfChain, saidOfHabit, subjectOfChain } from './flow/chain-words.ts';
import { confusion } from './flow/confusion.ts';
import { type Depth, noteDepth } from './flow/depth.ts';
import {
  countStranger,
  type Hands,
  handedCalls,
  handsOf,
  noteHands,
  passesOn,
  strangerAmong,
  surpriseOfHand,
  tellHands,
} from './flow/hands.ts';
import { domainOf, type Houses, isOfHouse, noteHouse } from './flow/house.ts';
import { howNew } from './flow/newcomer.ts';
import { principalOf } from './flow/roots.ts';
import { callsOf, gatewayOf, noteServed, type Serving, usualFresh } from './flow/serving.ts';
import { isColleague, newcomerKey, SEVERAL, stepOf, tellTeam } from './flow/team-told.ts';
import { NEWS, type Newcomers, onFirstDay } from './stats/newcomers.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime } from './stats/span.ts';
import { KNOWN, ON_RECORD, remindDays, type Standing, type Told, tellOnce } from './stats/told.ts';
import { fullName } from './stats/tool-of.ts';

/** On whose behalf an agent acts, over how many hands, and through whom. State: at most 664 names, 73 KB. */
interface State extends Serving, Depth, Houses, Hands {
  /** Principals met, and when last. */
  met: Recent<number>;
  /** Principals in the middle of a chain. */
  via: Recent<number>;
  /** New principals, depths and brokers that were told and not learned; absent before the first. */
  told?: Told;
  /** Principals of the last fortnight; absent before the first call for somebody. */
  lately?: Newcomers;
}

/** A call for nobody: it would have been told for whom. */
interface Alone {
  at: number;
  used: boolean;
  principal: undefined;
}

const NAMES = 256;
const NOBODY: readonly string[] = [];
/** First to act for somebody over more hands than ever. */
const DEEPER = 0.5;
const configSchema = z.object({
  shared_by: z.number().int().min(2).default(3).describe('Agents behind one broker from which on it is shared.'),
  known_calls: z.number().int().positive().default(50).describe('Calls from which on its chains are known.'),
  remind_days: remindDays('a step milder'),
});

export const delegation = defineDetector<z.output<typeof configSchema>, State, never, Alone | Acting>({
  id: 'delegation',
  version: 2,
  title: 'Delegation that does not add up',
  description:
    'An agent used what a principal in its chain of delegation was never granted (confused deputy), acts for somebody it never acted for (or for somebody at all, though others do; once for all agents of one name), over more hands than ever, through an agent that never passed work on to it, or through a broker that many agents share.',
  falsePositives: [
    'An assistant that is rolled out to further people.',
    'A new orchestrator put in front of known agents.',
    'A new colleague: one of the same mail domain or directory as those it knows is told as low, but for secrets and rights.',
  ],
  blindSpots: ['Gateways that do not log the chain or the user.', 'A lent token; a mail domain that strangers share.'],
  references: [
    'https://datatracker.ietf.org/doc/html/rfc8693',
    'https://css.csail.mit.edu/6.858/2015/readings/confused-deputy.html',
  ],
  firstStep: 'Ask the principal named as the origin whether it asked for this call.',
  columns: ['user_id', 'delegation'],
  tags: {
    owasp_asi: ['ASI03', 'ASI07'],
    mitre_atlas: ['AML.T0053', 'AML.T0012'],
    maestro: ['L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // No warm-up: whether the chain was granted the call has nothing to do with what is usual.
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 36 * HOUR },
  initial: () => ({ since: 0, until: 0, met: emptyRecent(), fresh: [0, 0], early: 0, via: emptyRecent(), deepest: 0 }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    const chain = body.delegation?.map(({ sub }) => sub).filter((sub) => sub !== body.agent.id) ?? NOBODY;
    const principal = principalOf(body);
    const { at, used } = seen;
    const gateway = gatewayOf(body.source.kind, body.source.instance);
    if (principal === undefined)
      return seen.fleet.holders('delegation', gateway) < SEVERAL ? null : { at, used, principal };
    const brokers = chain.length > 1 ? chain.slice(0, -1).slice(0, 8) : NOBODY;
    let [broker, shared] = ['', 0];
    for (const name of brokers) {
      const holders = peek(state.via, name) === undefined ? seen.fleet.holders('delegation', `via:${name}`) : 0;
      if (holders > shared) [broker, shared] = [name, holders];
    }
    const known = state.fresh[0] >= config.known_calls;
    const settled = callsOf(state) >= config.known_calls;
    const standingOf = (isNew: boolean, key: string): Standing =>
      isNew ? tellOnce(state, key, { at, class: stepOf(seen.class), used }, config.remind_days) : KNOWN;
    const fresh = peek(state.met, principal) === undefined;
    state.lately ??= [];
    const asNew = fresh ? rarityOf(...usualFresh(state, at)) : onFirstDay(state.lately, principal, at);
    const isNew = settled && asNew > 0;
    const domain = domainOf(body, principal);
    const hands = handsOf(chain, principal, body);
    const beyond = confusion(seen);
    const stranger = handedCalls(state) < config.known_calls ? '' : strangerAmong(state, hands, seen);
    const new_hand = standingOf(stranger !== '', `hand ${stranger}`);
    const counted = new_hand.pending || new_hand.further || new_hand.reminder;
    const strange = stranger === '' ? 0 : surpriseOfHand(state, counted);
    if (stranger !== '' && !counted) countStranger(state);
    return {
      at,
      class: seen.class,
      used,
      tool: fullName(body),
      principal,
      fresh,
      unseen: isNew ? howNew(state, state.lately, seen, principal, asNew) : 0,
      colleague: isNew && (isColleague(seen, principal) || isOfHouse(state, domain, seen)),
      domain,
      depth: chain.length,
      brokers,
      hands,
      stranger,
      strange,
      passesOn: stranger !== '' && passesOn(seen, stranger),
      shared,
      broker,
      standing: {
        confused_deputy: standingOf(beyond.confused !== '', `deputy ${beyond.confused}`),
        new_principal: standingOf(isNew, newcomerKey(principal)),
        new_hand,
        deep_chain: standingOf(known && chain.length > state.deepest + 1, `depth ${chain.length}`),
        shared_broker: standingOf(known && shared >= config.shared_by, `broker ${broker}`),
      },
      ...beyond,
      gateway,
    };
  },

  score(state, seen, config) {
    if (seen.principal === undefined) return null;
    const known = state.fresh[0] >= config.known_calls;
    // A refused call is an attempt: `out-of-scope` counts those.
    const confused = seen.confused !== '' && seen.used;
    const { confused_deputy, new_principal, new_hand, deep_chain, shared_broker } = seen.standing;
    const shared = known && !shared_broker.pending && seen.shared >= config.shared_by && isChange(seen.class);
    const fresh = seen.unseen > 0 && !new_principal.pending;
    const deep = known && seen.depth > state.deepest + 1 && !deep_chain.pending;
    const handed = seen.strange > 0 && !new_hand.pending;
    if (!confused && !shared && !fresh && !handed && !deep) return null;
    const graded = 0.3 * Math.max(0, classRank(seen.class) - classRank('read'));
    const deeper = seen.depth > state.deepest ? DEEPER : 0;
    const parts: { name: ChainReason; value: number }[] = [
      { name: 'confused_deputy', value: confused ? (confused_deputy.pending ? ON_RECORD : 3.5 + graded) : 0 },
      { name: 'shared_broker', value: shared ? 3 + graded : 0 },
      { name: 'new_principal', value: fresh ? seen.unseen + deeper + graded : 0 },
      { name: 'new_hand', value: handed ? seen.strange + deeper + graded : 0 },
      // Two hands more than ever, in calls that change something.
      { name: 'deep_chain', value: deep ? 2.7 + graded : 0 },
    ];
    // Told once each: that a hand is new as well must not stand before a change that nobody was granted.
    const changes = isChange(seen.class);
    const news = confused && changes && !confused_deputy.pending ? 'confused_deputy' : '';
    const top = parts.sort((a, b) => Number(b.name === news) - Number(a.name === news) || b.value - a.value)[0]!;
    if (top.value <= 0.3) return null;
    return {
      score: top.value,
      reason: top.name,
      ...(top.name === 'confused_deputy' && { story: `confused_deputy ${seen.confused}` }),
      ...((top.name === 'new_principal' || top.name === 'new_hand') && { story: top.name }),
      ...severityOfChain(top.name, seen),
      subject: subjectOfChain(top.name, seen),
      seen: saidOfChain(top.name, seen, seen.standing[top.name]),
      expected:
        top.name === 'confused_deputy'
          ? `calls that ${seen.confused} may make too${seen.grantId === '' ? '' : `, of whose grants ${seen.grantId} comes nearest`}`
          : saidOfHabit({ ...state, known: entries(state.met).length, calls: callsOf(state) }),
      n: callsOf(state),
      days: daysOf(state),
      contributors: parts.filter(({ value }) => value > 0),
    };
  },

  learn(state, seen, config) {
    const { at, used } = seen;
    noteTime(state, at);
    if (!used) return;
    if (seen.principal === undefined) {
      state.alone = (state.alone ?? 0) + 1;
      noteHands(state, NOBODY);
      return;
    }
    const { principal, domain, fresh, brokers, hands, depth, standing, gateway } = seen;
    const met = !standing.new_principal.pending;
    noteServed(state, at, gateway, fresh && met, callsOf(state) >= config.known_calls);
    if (met) touch(state.met, principal, NAMES, () => at);
    if (met) noteHouse(state, domain);
    // What came with somebody who is news is no habit yet.
    if (seen.unseen >= NEWS) return;
    if (!standing.shared_broker.pending) for (const broker of brokers) touch(state.via, broker, NAMES, () => at);
    if (!standing.new_hand.pending) noteHands(state, hands);
    const settling = callsOf(state) <= config.known_calls;
    if (!standing.deep_chain.pending) noteDepth(state, depth, settling ? 1 : config.known_calls);
  },

  contribute(state, tell) {
    for (const gateway of state.gateways ?? []) tell(gateway, 1);
    for (const [name] of entries(state.via).slice(0, 100)) tell(`via:${name}`, 1);
    for (const [name] of entries(state.met).slice(0, 64)) tell(`for:${name}`, 1);
    tellHands(state, tell);
    tellTeam(state, tell);
  },
});
