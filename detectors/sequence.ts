import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import { goesOn } from './argument-novelty.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { backOff, countOf, type Follow, type Level } from './stats/back-off.ts';
import { joiner } from './stats/joiner.ts';
import { perView } from './stats/per-view.ts';
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
  related: boolean;
  /** Probability of this step. */
  p: number;
  /** What else could have come; the counts that say so. */
  symbols: readonly string[];
  levels: Level[];
  unknown: number;
}

const CONTEXTS = 256;
const SYMBOLS = 48;
const TOLD = 256;
/**
 * Half as much say: a step that only looks; one that goes on with what went on; and the first of a session, which nothing
 * that was read can have brought about.
 */
const HALF = 0.5;
const DAY = 86_400_000;
const START = '^';
const OTHER = '?';
const stepOf = joiner('/', 160);
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
    const step = stepOf(body.server.id, body.target.name ?? body.method);
    const [two, one = START] = session.last.length > 1 ? session.last : [undefined, session.last[0]];
    const contexts = ['', one, ...(two === undefined ? [] : [`${two}\n${one}`])];
    const symbols = symbolsOf(peek(state.follows, ':'), step);
    const view = seen.peers.agents > 0 ? seen.peers : seen.fleet;
    const levels = contexts.map((context, order) =>
      levelOf(peek(state.follows, `:${context}`) ?? NOTHING, order < 2 ? view : NO_VIEW, context, symbols),
    );
    const unknown = 1 / (symbols.length + 1);
    session.last = [one, step];
    return {
      at: seen.at,
      used: seen.used,
      privileged: isPrivileged(seen),
      related: goesOn(seen),
      step,
      contexts,
      p: backOff(levels, step, unknown),
      symbols,
      levels,
      unknown,
    };
  },

  score(state, { step, contexts, symbols, levels, unknown, privileged, related, p }) {
    const first = contexts.at(-1) === START;
    const score = -Math.log10(Math.max(p, 1e-12)) * (privileged ? 1 : HALF) * (related ? HALF : 1) * (first ? HALF : 1);
    if (score < 0.3) return null;
    return {
      score,
      reason: privileged ? 'unlikely_act' : 'unlikely_step',
      seen: `${step} ${placed(contexts.at(-1)!)}: ${odds(p)}`,
      expected: `rather ${likely(symbols, levels, unknown).join(' or ')}`,
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
      const totals = totalsOf(follow);
      const symbol = Object.hasOwn(follow, step) || totals.symbols.length < SYMBOLS ? step : OTHER;
      if (!Object.hasOwn(follow, symbol)) totals.symbols.push(symbol);
      totals.n += 1;
      follow[symbol] = countOf(follow, symbol) + 1;
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

/** What would rather have come, the likeliest first. */
const likely = (symbols: readonly string[], levels: readonly Level[], unknown: number): string[] =>
  symbols
    .map((symbol) => [symbol, backOff(levels, symbol, unknown)] as const)
    .sort((x, y) => y[1] - x[1])
    .slice(0, 3)
    .map(([symbol]) => symbol);

/** Two figures are all that a tail is worth. */
const odds = (p: number): string =>
  p > 0.1 ? 'not its usual step' : `about 1 in ${grouped(Number((1 / Math.max(p, 1e-12)).toPrecision(2)))} steps`;

/** 12,000: as `toLocaleString` writes it, which takes longer than all the rest of the step. */
const grouped = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

const isPrivileged = (seen: Seen): boolean => classRank(seen.class) >= classRank('write');

const NOTHING: Follow = {};
const NO_VIEW: PeerView = { agents: 0, holders: () => 0, sum: () => 0 };

/** Sums over a context's counts, kept beside the state so that no event counts them anew; they are no part of it. */
const totals = new WeakMap<Follow, { n: number; symbols: string[] }>();
function totalsOf(follow: Follow): { n: number; symbols: string[] } {
  let known = totals.get(follow);
  if (known === undefined) {
    known = { n: Object.values(follow).reduce((sum, n) => sum + n, 0), symbols: Object.keys(follow) };
    totals.set(follow, known);
  }
  return known;
}

/** Everything that this agent is known to do, and this step. */
function symbolsOf(all: Follow | undefined, step: string): readonly string[] {
  if (all === undefined) return [step];
  const { symbols } = totalsOf(all);
  return Object.hasOwn(all, step) ? symbols : [...symbols, step];
}

/** What followed a context at one peer's, on the average: by symbol, as far as was asked. */
const MOST_SYMBOLS = 1024;
const peersFollow = perView(() => new Map<string, number>());

/** Own counts, and those of all peers together weighed as one agent. */
function levelOf(own: Follow, view: PeerView, context: string, symbols: readonly string[]): Level {
  let { n, symbols: kinds } = totalsOf(own);
  let types = kinds.length;
  if (view.agents === 0) return { of: (symbol) => countOf(own, symbol), n, types };
  const known = peersFollow(view, context);
  const peersOf = (symbol: string): number => {
    let told = known.get(symbol);
    if (told === undefined) {
      told = view.sum('sequence', `${context}>${symbol}`) / view.agents;
      if (known.size >= MOST_SYMBOLS) known.clear();
      known.set(symbol, told);
    }
    return told;
  };
  for (const symbol of symbols) {
    const told = peersOf(symbol);
    if (told <= 0) continue;
    n += told;
    if (!Object.hasOwn(own, symbol)) types += 1;
  }
  return { of: (symbol) => countOf(own, symbol) + Math.max(0, peersOf(symbol)), n, types };
}
