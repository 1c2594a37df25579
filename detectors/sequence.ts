import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { backOff, type Follow } from './stats/back-off.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';

/**
 * How unlikely this step is after the two before it, for this agent: contexts of two, one and no calls of its own, backed
 * off to its peers' and the fleet's. State: at most 256 contexts of 48 tools (150 KB when full, 10 KB for a usual agent).
 */
interface State {
  since: number;
  until: number;
  n: number;
  follows: Recent<Follow>;
}

interface Session {
  last: string[];
}

interface Observation {
  at: number;
  used: boolean;
  privileged: boolean;
  step: string;
  contexts: string[];
  /** Probability of this step, and of all that are at most as likely: the tail. */
  p: number;
  tail: number;
  likely: string[];
}

const CONTEXTS = 256;
const SYMBOLS = 48;
const TOLD = 256;
const DAY = 86_400_000;
const START = '^';
const OTHER = '?';
const configSchema = z.object({});

export const sequence = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'sequence',
  version: 1,
  title: 'Unlikely step',
  description: 'A call that seldom follows the calls before it, for this agent and for its peers.',
  falsePositives: ['Rare but rightful kinds of work; a new task for an agent that had few.'],
  blindSpots: ['Attacks made of usual steps in their usual order.'],
  references: ['https://doi.org/10.1109/18.87000'],
  tags: { owasp_asi: ['ASI01'], mitre_atlas: ['AML.T0053'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 6, severity: 'low', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, n: 0, follows: emptyRecent() }),
  initialSession: () => ({ last: [START] }),

  observe(state, seen, session) {
    const { body } = seen.event;
    const step = `${body.server.id}/${body.target.name ?? body.method}`.slice(0, 160);
    const [two, one = START] = session.last.length > 1 ? session.last : [undefined, session.last[0]];
    const contexts = ['', one, ...(two === undefined ? [] : [`${two}\n${one}`])];
    const { symbols, p } = distribution(state, seen.peers, seen.fleet, contexts, step);
    const own = p[symbols.indexOf(step)]!;
    let tail = 0;
    for (const value of p) if (value <= own * 1.0001) tail += value;
    const likely = symbols
      .map((symbol, i) => [symbol, p[i]!] as const)
      .sort((x, y) => y[1] - x[1])
      .slice(0, 3)
      .map(([symbol]) => symbol);
    session.last = [one, step];
    return {
      at: seen.at,
      used: seen.used,
      privileged: isPrivileged(seen),
      step,
      contexts,
      p: own,
      tail: Math.min(1, tail),
      likely,
    };
  },

  score(state, { tail, step, contexts, likely, privileged, p }) {
    const score = -Math.log10(Math.max(tail, 1e-12));
    if (score < 0.3) return null;
    return {
      score,
      reason: privileged ? 'unlikely_act' : 'unlikely_step',
      seen: `${step} ${placed(contexts.at(-1)!)}: ${odds(p)}`,
      expected: `rather ${likely.join(' or ')}`,
      n: state.n,
      days: (state.until - state.since) / DAY,
      contributors: [{ name: 'bits of surprise', value: -Math.log2(p) }],
    };
  },

  learn(state, { at, contexts, step }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    state.n += 1;
    for (const context of contexts) {
      const follow = touch<Follow>(state.follows, `:${context}`, CONTEXTS, () => ({}));
      const symbol = Object.hasOwn(follow, step) || Object.keys(follow).length < SYMBOLS ? step : OTHER;
      follow[symbol] = (Object.hasOwn(follow, symbol) ? follow[symbol]! : 0) + 1;
    }
  },

  contribute(state) {
    const told: Record<string, number> = {};
    let left = TOLD;
    const contexts = entries(state.follows).filter(([key]) => !key.includes('\n'));
    for (const [context, follow] of contexts.sort(([one]) => (one === ':' ? -1 : 0)))
      for (const [step, n] of Object.entries(follow)) if (left-- > 0) told[`${context.slice(1)}>${step}`] = n;
    return told;
  },
});

/** Where in the session a step stands. */
function placed(context: string): string {
  const [before, one] = context.includes('\n') ? context.split('\n') : [undefined, context];
  if (one === START) return 'as the first step of the session';
  return before === undefined || before === START ? `as the second step, after ${one}` : `after ${before}, ${one}`;
}

/** Two figures are all that a tail is worth. */
const odds = (p: number): string =>
  p > 0.1
    ? 'not its usual step'
    : `about 1 in ${Number((1 / Math.max(p, 1e-12)).toPrecision(2)).toLocaleString('en-US')} steps`;

const isPrivileged = (seen: Seen): boolean => classRank(seen.class) >= classRank('write');

/** Contexts of no, one and two calls, each with what peers tell of it added to the own counts. */
function distribution(
  state: State,
  peers: PeerView,
  fleet: PeerView,
  contexts: string[],
  step: string,
): { symbols: string[]; p: number[] } {
  const vocabulary = Object.keys(peek(state.follows, ':') ?? {});
  const symbols = vocabulary.includes(step) ? vocabulary : [...vocabulary, step];
  const view = peers.agents > 0 ? peers : fleet;
  const levels = contexts.map((context, order) => {
    const own = peek(state.follows, `:${context}`) ?? {};
    return order < 2 ? joined(own, view, context, symbols) : own;
  });
  return { symbols, p: backOff(levels, symbols, 1 / (symbols.length + 1)) };
}

/** Own counts, and those of all peers together weighed as one agent. */
function joined(own: Follow, view: PeerView, context: string, symbols: string[]): Follow {
  const follow: Follow = { ...own };
  if (view.agents === 0) return follow;
  for (const symbol of symbols) {
    const n = view.sum('sequence', `${context}>${symbol}`) / view.agents;
    if (n > 0) follow[symbol] = (Object.hasOwn(follow, symbol) ? follow[symbol]! : 0) + n;
  }
  return follow;
}
