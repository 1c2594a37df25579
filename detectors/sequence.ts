import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { goesOn } from './argument-novelty.ts';
import { defineDetector, NO_PEERS } from './detector.ts';
import { addTo, levelOf, tellFollow, totalsOf } from './sequence/levels.ts';
import { likely, odds, placed, START } from './sequence/said.ts';
import { backOff, type Context, countOf, type Follow } from './stats/back-off.ts';
import { joiner } from './stats/joiner.ts';
import { perPair } from './stats/per-pair.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { isReleased, noteVersion, type Releases } from './stats/releases.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { emptyTable } from './stats/table.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * How unlikely this step is after the two before it, for this agent: contexts of two, one and no calls of its own, backed
 * off to its peers' and the fleet's. State: at most 256 contexts of 48 tools (150 KB when full, 10 KB for a usual agent).
 */
interface State extends TimeSpan {
  n: number;
  follows: Recent<Follow>;
  version?: Releases;
}

interface Session {
  last: string[];
}

interface Observation {
  at: number;
  used: boolean;
  privileged: boolean;
  step: string;
  contexts: readonly string[];
  /** It is the first step of its session. */
  first: boolean;
  related: boolean;
  /** The agent itself is new: a version of it came within the last days. */
  released: boolean;
  version: string;
  /** Probability of this step. */
  p: number;
  /** What else could have come; the counts that say so. */
  symbols: readonly string[];
  levels: Context[];
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
/** A new version of the agent explains a new step, as a grant does. */
const QUARTER = 0.25;
/** Of all steps those that come out of turn, one in twenty: what an agent does every day is no wonder wherever it comes. */
const OUT_OF_TURN = 0.05;
const OTHER = '?';
/** Keys of the contexts of no, one and two steps before, where there were two: `:`, `:one`, `:two\none`. */
const ALWAYS = ':';
const after = joiner(ALWAYS);
const contextsOf = perPair((two, one): readonly string[] => {
  const known = [ALWAYS, after('', one)];
  return two === '' ? known : [...known, `:${two}\n${one}`];
});
const configSchema = z.object({});

export const sequence = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'sequence',
  version: 1,
  title: 'Unlikely step',
  description: 'A call that seldom follows the calls before it, for this agent and for its peers.',
  falsePositives: ['Rare but rightful kinds of work; a new task for an agent that had few.'],
  blindSpots: [
    'Attacks made of usual steps in their usual order.',
    'What is new in the fortnight after a new version of the agent (agent.version) counts a quarter.',
  ],
  references: ['https://doi.org/10.1109/18.87000'],
  tags: { owasp_asi: ['ASI01'], mitre_atlas: ['AML.T0053'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 6, severity: 'low', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, n: 0, follows: emptyRecent() }),
  initialSession: () => ({ last: [START] }),

  observe(state, seen, session) {
    const { body } = seen.event;
    const version = body.agent.version?.slice(0, 80) ?? '';
    const step = toolOf(body);
    const one = session.last.at(-1) ?? START;
    const two = session.last.length > 1 ? session.last[0]! : '';
    const contexts = contextsOf(two, one);
    const always = peek(state.follows, ALWAYS) ?? NOTHING;
    const symbols = symbolsOf(always, step);
    const view = seen.peers.agents > 0 ? seen.peers : seen.fleet;
    const levels = [
      levelOf(always, view, '', symbols),
      levelOf(peek(state.follows, contexts[1]!) ?? NOTHING, view, one, symbols),
    ];
    if (contexts.length > 2) levels.push(levelOf(peek(state.follows, contexts[2]!) ?? NOTHING, NO_PEERS, '', symbols));
    const unknown = 1 / (symbols.length + 1);
    session.last = [one, step];
    return {
      at: seen.at,
      used: seen.used,
      privileged: isChange(seen.class),
      related: goesOn(seen),
      released: seen.scope !== 'in' && isReleased(state.version, version, seen.at),
      version,
      step,
      contexts,
      first: one === START,
      p: Math.max(backOff(levels, step, unknown), OUT_OF_TURN * backOff(levels.slice(0, 1), step, unknown)),
      symbols,
      levels,
      unknown,
    };
  },

  score(state, { step, contexts, first, symbols, levels, unknown, privileged, related, released, p }) {
    const parts = (privileged ? 1 : HALF) * (related ? HALF : 1) * (first ? HALF : 1) * (released ? QUARTER : 1);
    const score = -Math.log10(Math.max(p, 1e-12)) * parts;
    if (score < 0.3) return null;
    return {
      score,
      reason: privileged ? 'unlikely_act' : 'unlikely_step',
      seen: `${step} ${placed(contexts.at(-1)!)}: ${odds(p)}`,
      expected: `rather ${likely(symbols, levels, unknown).join(' or ')}`,
      n: state.n,
      days: daysOf(state),
      contributors: [{ name: 'bits of surprise', value: -Math.log2(p) }],
    };
  },

  learn(state, { at, used, contexts, step, version }) {
    const known = noteVersion(state.version, version, at);
    if (known !== undefined) state.version = known;
    if (!used) return;
    noteTime(state, at);
    state.n += 1;
    for (const context of contexts) {
      const follow = touch<Follow>(state.follows, context, CONTEXTS, emptyTable<number>);
      addTo(follow, countOf(follow, step) > 0 || totalsOf(follow).types < SYMBOLS ? step : OTHER);
    }
  },

  contribute(state, tell) {
    let left = TOLD - tellFollow('', peek(state.follows, ALWAYS) ?? NOTHING, TOLD, tell);
    for (const [key, follow] of entries(state.follows)) {
      if (left <= 0) break;
      if (key !== ALWAYS && !key.includes('\n')) left -= tellFollow(key.slice(1), follow, left, tell);
    }
  },
});

const NOTHING: Follow = {};

/** Everything that this agent is known to do, and this step. */
function symbolsOf(always: Follow, step: string): readonly string[] {
  const { symbols } = totalsOf(always);
  return countOf(always, step) > 0 ? symbols : [...symbols, step];
}
