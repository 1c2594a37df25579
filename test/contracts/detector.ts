import type { Detector, PeerView, Score, Seen } from '../../detectors/detector.ts';
import { detectors } from '../../detectors/index.ts';
import { CLASSES, OUTSIDE, SCOPES } from '../../schemas/alert.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { type Event, type Fact, OUTCOMES } from '../../schemas/event.ts';
import { toldOf } from '../support/shares.ts';

/** One call of a random stream; numbers choose among names, so that streams shrink to small ones. */
export interface Call {
  /** Minutes since the call before it; negative: it comes late. */
  wait: number;
  server: number;
  tool: number;
  session: number;
  principal: number;
  credential: number;
  value: number;
  class: number;
  scope: number;
  outcome: number;
  bytes: number;
  kind: 'call' | 'list' | 'resource';
}

export interface Told {
  detector: string;
  score: Score;
}

const START = Date.parse('2026-10-05T09:00:00Z');
const DEFAULTS = new Map(detectors.map((one) => [one, one.config.parse({})]));
const PEERS: PeerView = { agents: 7, holders: (_, key) => key.length % 5, sum: (_, key) => key.length % 11 };
const NOBODY: PeerView = { agents: 0, holders: () => 0, sum: () => 0 };

/**
 * Folds calls through the whole list as the engine does, holding each detector to its contract at every step; what
 * breaks it is thrown with the detector's name. With `restarts` all state goes through JSON between any two calls;
 * without `held` it only folds, for streams so long that looking at all state at each step would take minutes.
 */
export function fold(calls: readonly Call[], names: readonly string[], { restarts = false, held = true } = {}) {
  let states = new Map(detectors.map((one) => [one.id, one.initial()]));
  let sessions = new Map<string, Map<string, unknown>>();
  const told: (Told | null)[] = [];
  let at = START;
  calls.forEach((call, n) => {
    at = Math.max(at, at + call.wait * MINUTE);
    const seen = seenOf(call, n, call.wait < 0 ? at + call.wait * MINUTE : at, names);
    const own = sessions.get(seen.session) ?? freshSession();
    sessions.set(seen.session, own);
    for (const one of detectors)
      told.push((held ? step : plainStep)(one, states.get(one.id), own.get(one.id), seen, at));
    if (restarts) {
      states = again(states);
      sessions = new Map([...sessions].map(([key, inner]) => [key, again(inner)]));
    }
  });
  return { told, states, sessions };
}

function step(one: Detector, state: unknown, session: unknown, seen: Seen, clock: number): Told | null {
  const hold = (what: string, fine: boolean): void => {
    if (!fine) throw new Error(`${one.id}: ${what}`);
  };
  const config = DEFAULTS.get(one)!;
  const before = JSON.stringify(state);
  for (const { at, score } of one.due?.(state, clock, config) ?? []) {
    hold('what falls due is due by then, and scores like the rest', at <= clock && isSound(score));
  }
  hold('due changes nothing', JSON.stringify(state) === before);
  one.settle?.(state, clock, config);
  // Every other call comes in two pieces, for those who take in its result by itself.
  const apart = one.complete !== undefined && seen.event.position.offset % 2 === 1;
  const observed = one.observe(state, apart ? unanswered(seen) : seen, session, config);
  if (observed !== null) (seen.earlier as Map<string, unknown>).set(one.id, observed);
  const told = judge(one, state, session, observed, hold);
  return apart ? (judge(one, state, session, one.complete!(state, seen, session, config), hold) ?? told) : told;
}

const unanswered = (seen: Seen): Seen => ({
  ...seen,
  event: { ...seen.event, facts: { ...seen.event.facts, result: [], tools: [] } },
});

function judge(
  one: Detector,
  state: unknown,
  session: unknown,
  observation: unknown,
  hold: (what: string, fine: boolean) => void,
): Told | null {
  if (observation === null) return null;
  const config = DEFAULTS.get(one)!;
  const observed = JSON.stringify([state, session]);
  const score = one.score(state, observation, config);
  hold('score changes nothing', JSON.stringify([state, session]) === observed);
  hold('a score is a finite number of at least 0 with its reason', score === null || isSound(score));
  // As the engine reads it: a score may be made of the state as it stands, and that goes on.
  const told = structuredClone(score);
  if (score === null || score.score < one.defaults.threshold) one.learn(state, observation, config);
  hold('state is plain data', isPlain(state) && isPlain(session ?? null));
  const shares = toldOf(one, state);
  hold('peers are told a few hundred numbers at most', Object.keys(shares).length <= 500 && isPlain(shares));
  return told === null ? null : { detector: one.id, score: told };
}

function plainStep(one: Detector, state: unknown, session: unknown, seen: Seen, clock: number): null {
  const config = DEFAULTS.get(one)!;
  one.settle?.(state, clock, config);
  const observation = one.observe(state, seen, session, config);
  if (observation !== null) {
    (seen.earlier as Map<string, unknown>).set(one.id, observation);
    one.learn(state, observation, config);
  }
  return null;
}

const freshSession = (): Map<string, unknown> => new Map(detectors.map((one) => [one.id, one.initialSession?.()]));
const again = (states: Map<string, unknown>): Map<string, unknown> =>
  new Map([...states].map(([id, state]) => [id, state === undefined ? undefined : JSON.parse(JSON.stringify(state))]));

const isSound = ({ score, reason, seen, expected, n, days, contributors }: Score): boolean =>
  Number.isFinite(score) &&
  score >= 0 &&
  reason !== '' &&
  [seen, expected].every((text) => typeof text === 'string') &&
  [n, days].every((count) => Number.isFinite(count) && count >= 0) &&
  contributors.length <= 5 &&
  contributors.every(({ value }) => Number.isFinite(value));

/** What JSON gives back as it was: no undefined, no NaN, nothing with a prototype of its own. */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isPlain);
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain);
}

function seenOf(call: Call, n: number, at: number, names: readonly string[]): Seen {
  const named = (index: number): string => names[index % names.length]!;
  const iso = new Date(at).toISOString();
  const outcome = OUTCOMES[call.outcome % OUTCOMES.length]!;
  const scope = SCOPES[call.scope % SCOPES.length]!;
  const hash = call.value.toString(16).padStart(16, '0');
  const facts: Fact[] = [
    { field: named(call.value), kind: 'email', hash },
    { field: 'path', kind: 'path', hash: hash.replaceAll('0', 'f') },
  ];
  const event: Event = {
    key: n.toString(16).padStart(32, '0'),
    contentHash: n.toString(16).padStart(16, '0'),
    position: { source: 'contract', partition: 0, offset: n, index: 0 },
    occurredAt: at,
    receivedAt: at,
    effectiveAt: at,
    body: {
      event_id: `e${n}`,
      occurred_at: iso,
      received_at: iso,
      source: { kind: 'native', instance: named(call.principal) },
      agent: { id: named(0), id_basis: 'service_account', name: named(1), version: named(call.credential) },
      user: { id: named(call.principal) },
      delegation: [{ sub: named(call.principal), iss: named(call.server) }],
      credential: { id: named(call.credential), kind: 'oauth', expires_at: iso },
      session_id: named(call.session),
      task: { id: named(call.tool) },
      server: { id: named(call.server) },
      method: call.kind === 'list' ? 'tools/list' : call.kind === 'resource' ? 'resources/read' : 'tools/call',
      target: call.kind === 'list' ? { type: 'none' } : { type: 'tool', name: named(call.tool) },
      args: { [named(call.value)]: named(call.tool) },
      args_state: 'full',
      outcome: { status: outcome },
      ...(outcome === 'denied' ? { decision: { effect: 'deny', policy: named(call.tool) } } : {}),
      phase: 'complete',
      bytes_out: call.bytes,
      src: { ip: `10.0.0.${call.principal % 250}`, user_agent: named(call.credential) },
    },
    facts: {
      args: call.kind === 'list' ? [] : facts,
      result: facts,
      redacted: call.value % 7 === 0 ? ['args.password'] : [],
      tools: call.kind === 'list' ? [{ name: named(call.tool), hash }] : [],
    },
  };
  return {
    event,
    at,
    class: CLASSES[call.class % CLASSES.length]!,
    classFrom: 'builtin',
    classRule: named(call.tool),
    stores: call.value % 3 === 0 ? [{ kind: named(call.tool), place: named(call.value) }] : [],
    sentTo: call.value % 9 === 0 ? named(call.session) : '',
    scope,
    grantId: scope === 'in' ? named(call.tool) : '',
    grantSince: scope === 'in' && call.value % 2 === 0 ? at - 1000 * call.value : Number.NEGATIVE_INFINITY,
    scopeWhy: scope === 'out' ? 'no grant covers it' : '',
    outside: scope === 'out' ? OUTSIDE[call.class % OUTSIDE.length]! : '',
    via: scope === 'out' && call.value % 3 === 0 ? named(call.session) : '',
    governed: scope !== 'ungoverned',
    granted: () => [],
    compromised: () => false,
    charter: call.scope % 9 === 0 ? 'outside of its charter' : '',
    used: outcome !== 'denied',
    failed: outcome === 'protocol_error' || outcome === 'transport_error',
    session: named(call.session),
    sessionFrom: 'gateway',
    peers: call.session % 2 === 0 ? PEERS : NOBODY,
    fleet: PEERS,
    earlier: new Map(),
  };
}
