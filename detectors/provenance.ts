import { z } from 'zod';
import { type NoveltyObservation, noveltyOf } from './argument-novelty.ts';
import { isStrange, type Novelty, type Origin, PLAIN } from './arguments/novelty.ts';
import { defineDetector, type Seen } from './detector.ts';
import { inOther } from './flow/words.ts';
import { joiner } from './stats/joiner.ts';
import { perView } from './stats/per-view.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Arguments copied out of an earlier result of the session or its delegation root. How much that says is the product of two
 * shares: how often a value in that place comes out of results of that tool, and how often calls of this kind take over a
 * value that nobody met before: not in the agent's arguments, nor in results of its earlier sessions. What the agent knows
 * is told by `argument-novelty`, which stands before it in the list. State: 60 KB an agent when full.
 */
interface State {
  since: number;
  until: number;
  /**
   * By place and by `source > place`: values met. By kind of call: calls met, and those that took over a strange value.
   */
  tallies: Recent<Tally>;
}

interface Copy {
  field: string;
  kind: string;
  flow: string;
  source: string;
  eventKey: string;
  strange: boolean;
  /** The delegation root, where it was a result of another session of it; else ''. */
  root: string;
  /** Probability that a value in this place comes out of results of that tool. */
  flowRate: number;
  n: number;
  holders: number;
}

/** A call that changes something or one that looks; whether any argument before it named a value of it. */
type CallKind = 'act, unrelated' | 'act, related' | 'look, unrelated' | 'look, related';

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  kind: CallKind;
  /** Probability that a call of this kind takes over a strange value. */
  rate: number;
  copies: Copy[];
  /** Places of all values, copied or not. */
  places: string[];
}

const PLACES = 384;
/** A call that only looks, or that goes on with what went on, says half as much. */
const HALF = 0.5;
/** What is known already and only takes an unusual way says a quarter. */
const QUARTER = 0.25;
const DAY = 86_400_000;
const REASONS: Record<CallKind, string> = {
  'act, unrelated': 'copied_unrelated',
  'act, related': 'copied_new',
  'look, unrelated': 'copied_look',
  'look, related': 'copied_look',
};
const configSchema = z.object({});

export const provenance = defineDetector<z.output<typeof configSchema>, State, undefined, Observation>({
  id: 'provenance',
  version: 2,
  title: 'Argument copied out of a result',
  description:
    'A call takes a value out of what a tool returned earlier in the session, or in another one under the same delegation root, in a place that seldom gets its values from there, and that value is new: neither the agent nor its peers ever used it, nor did results of earlier sessions hold it.',
  falsePositives: ['Work whose task is to follow up what was found, such as answering a first-time sender.'],
  blindSpots: ['Gateways that send no results.', 'Values that a model rewrites before it uses them.'],
  references: ['https://arxiv.org/abs/2503.18813'],
  tags: { owasp_asi: ['ASI01'], mitre_atlas: ['AML.T0051'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 4, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, tallies: emptyRecent() }),

  observe(state, seen) {
    const novelty = noveltyOf(seen);
    if (novelty === undefined) return null;
    const copies: Copy[] = [];
    const places: string[] = [];
    for (const value of novelty.values) {
      if (value.again || PLAIN.has(value.fact.kind)) continue;
      places.push(value.place);
      if (value.origin !== null) copies.push(copyOf(state, seen, value, value.origin));
    }
    if (places.length === 0) return null;
    const kind = kindOf(novelty);
    const { server, target, method } = seen.event.body;
    return {
      at: seen.at,
      tool: fullName(server.id, target.name ?? method),
      used: seen.used,
      kind,
      rate: rateOfNew(peek(state.tallies, kind), rateOfNew(told(seen.peers, kind), 0.1, 4), 4),
      copies,
      places,
    };
  },

  score(state, { tool, copies, kind, rate }) {
    if (copies.length === 0) return null;
    const found = copies
      .map((copy) => ({ copy, score: surprise(copy, kind, rate) }))
      .filter(({ score }) => score > 0.05)
      .sort((a, b) => Number(b.copy.strange) - Number(a.copy.strange) || b.score - a.score);
    const top = found[0];
    if (top === undefined) return null;
    const { copy, score } = top;
    return {
      score,
      reason: copy.strange ? REASONS[kind] : 'unusual_flow',
      seen: `${copy.kind} in ${copy.field} of ${tool} copied out of a result of ${copy.source}${copy.root === '' ? '' : inOther(copy.root)}${copy.strange ? ', never met before' : ''}`,
      expected: `${Math.round(copy.flowRate * 100)} % of the values there come from that tool${copy.strange ? `; ${Math.round(rate * 100)} % of such calls take over a value never met` : ''}`,
      n: copy.n,
      days: (state.until - state.since) / DAY,
      contributors: found
        .slice(0, 5)
        .map((one) => ({ name: `${one.copy.field} from ${one.copy.source}`, value: one.score })),
      eventKeys: [...new Set(found.map((one) => one.copy.eventKey))].slice(0, 20),
    };
  },

  learn(state, { at, used, kind, copies, places }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    if (!used) return;
    for (const place of places) count(state.tallies, place, false);
    for (const { flow } of copies) count(state.tallies, flow, false);
    count(
      state.tallies,
      kind,
      copies.some(({ strange }) => strange),
    );
  },

  contribute(state, tell) {
    for (const [key, [n, fresh]] of entries(state.tallies).slice(0, 192)) {
      tell(toldAs('n', key), n);
      if (fresh > 0) tell(toldAs('f', key), fresh);
    }
  },
});

function kindOf({ privileged, unrelated }: NoveltyObservation): CallKind {
  if (privileged) return unrelated ? 'act, unrelated' : 'act, related';
  return unrelated ? 'look, unrelated' : 'look, related';
}

/** How peers are told a tally, and what they told of it. */
const toldAs = joiner(' ');
const told = perView<Tally>((peers, key) => [
  peers.sum('provenance', toldAs('n', key)),
  peers.sum('provenance', toldAs('f', key)),
]);
const flowOf = joiner(' > ', 300);

function copyOf(state: State, seen: Seen, value: Novelty, origin: Origin): Copy {
  const { place, fact } = value;
  const flow = flowOf(origin.tool, place);
  const own: Tally = [peek(state.tallies, place)?.[0] ?? 0, peek(state.tallies, flow)?.[0] ?? 0];
  const peers: Tally = [told(seen.peers, place)[0], told(seen.peers, flow)[0]];
  return {
    field: fact.field,
    kind: fact.kind,
    flow,
    source: origin.tool,
    eventKey: origin.eventKey,
    strange: isStrange(value),
    root: origin.root ?? '',
    flowRate: rateOfNew(own, rateOfNew(peers, 0.2, 2), 2),
    n: own[0],
    holders: value.holders,
  };
}

function surprise({ strange, flowRate, holders }: Copy, kind: CallKind, rate: number): number {
  const acts = kind.startsWith('act');
  const flow = -Math.log10(Math.min(1, flowRate));
  if (!strange) return acts ? QUARTER * flow : 0;
  const score = flow - Math.log10(rate);
  return score * (holders > 0 ? HALF : 1) * (acts ? 1 : HALF) * (kind.endsWith('unrelated') ? 1 : HALF);
}

function count(tallies: Recent<Tally>, key: string, fresh: boolean): void {
  const tally = touch<Tally>(tallies, key, PLACES, () => [0, 0]);
  tally[0] += 1;
  if (fresh) tally[1] += 1;
}
