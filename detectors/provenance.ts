import { z } from 'zod';
import { DAY } from '../schemas/durations.ts';
import { PLAIN } from './argument-novelty/novelty.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector } from './detector.ts';
import { inOther } from './flow/words.ts';
import { type CallKind, type Copy, copyOf, kindOf, surprise, type Tallies, toldAs } from './provenance/copy.ts';
import { type Held, hold } from './stats/held.ts';
import { inField } from './stats/in-field.ts';
import type { FreshTally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Arguments copied out of an earlier result of the session or its delegation root. How much that says is the product of two
 * shares: how often a value in that place comes out of results of that tool, and how often calls of this kind take over a
 * value that nobody met before: not in the agent's arguments, nor in results of its earlier sessions. What the agent knows
 * is told by `argument-novelty`, which stands before it in the list. Where the agent is known to answer whoever wrote, with
 * that tool, a message's sender in that place has shares of its own. State: 60 KB an agent when full.
 */
interface State extends TimeSpan {
  /**
   * By place and by `source > place`: values met. By kind of call: calls met, and those that took over a strange value. By
   * `place answers source`: senders of messages that came to stand there, and how many of them were strange.
   */
  tallies: Tallies;
  /** Strange copies that were told and are not learned, by where they came from; absent before the first. */
  held?: Held;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  kind: CallKind;
  copies: Copy[];
  /** Places of all values, copied or not. */
  places: string[];
}

const PLACES = 384;
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
  falsePositives: [
    'Work whose task is to follow up what was found; the first few answers of an agent to whoever writes, until it is known to answer.',
  ],
  blindSpots: [
    'Gateways that send no results.',
    'Values that a model rewrites before it uses them.',
    'An attacker who writes from an address of his own, to an agent that answers whoever writes: it says half.',
  ],
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
    const kind = kindOf(novelty);
    for (const value of novelty.values) {
      if (value.again || PLAIN.has(value.fact.kind)) continue;
      places.push(value.place);
      if (value.origin !== null) copies.push(copyOf(state, seen, value, value.origin, kind));
    }
    if (places.length === 0) return null;
    return {
      at: seen.at,
      tool: fullName(seen.event.body),
      used: seen.used,
      kind,
      copies,
      places,
    };
  },

  score(state, { tool, copies, kind }) {
    if (copies.length === 0) return null;
    const found = copies
      .map((copy) => ({ copy, score: surprise(copy, kind) }))
      .filter(({ score }) => score > 0.05)
      .sort((a, b) => Number(b.copy.strange) - Number(a.copy.strange) || b.score - a.score);
    const top = found[0];
    if (top === undefined) return null;
    const { copy, score } = top;
    return {
      score,
      reason: copy.strange ? REASONS[kind] : 'unusual_flow',
      seen: `${inField(copy.kind, copy.field)} of ${tool} ${copy.habit ? 'taken from the sender in' : 'copied out of'} a result of ${copy.source}${copy.root === '' ? '' : inOther(copy.root)}${copy.strange ? ', never met before' : ''}`,
      expected: `${Math.round(copy.flowRate * 100)} % of the values there come from that tool${copy.strange ? `; ${Math.round(copy.rate * 100)} % of ${copy.habit ? 'senders that it answers were' : 'such calls take over a value'} never met` : ''}`,
      n: copy.n,
      days: daysOf(state),
      contributors: found
        .slice(0, 5)
        .map((one) => ({ name: `${one.copy.field} from ${one.copy.source}`, value: one.score })),
      eventKeys: [...new Set(found.map((one) => one.copy.eventKey))].slice(0, 20),
    };
  },

  learn(state, { at, used, kind, copies, places }) {
    noteTime(state, at);
    if (!used) return;
    for (const place of places) count(state.tallies, place, false);
    for (const { way, strange } of copies) count(state.tallies, way, strange);
    // Whom it answers by habit says nothing of how it takes over what a message says.
    const taken = copies.some(({ strange, habit }) => strange && !habit);
    count(state.tallies, kind, taken);
  },

  hold(state, { at, used, copies }, session) {
    if (!used) return;
    for (const { strange, way, hash } of copies) if (strange) hold(state, way, hash, at, session);
  },

  contribute(state, tell) {
    for (const [key, [n, fresh]] of entries(state.tallies).slice(0, 192)) {
      tell(toldAs('n', key), n);
      if (fresh > 0) tell(toldAs('f', key), fresh);
    }
  },
});

function count(tallies: Tallies, key: string, fresh: boolean): void {
  const tally = touch<FreshTally>(tallies, key, PLACES, () => [0, 0]);
  tally[0] += 1;
  if (fresh) tally[1] += 1;
}
