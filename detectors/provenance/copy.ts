import { isStrange, type Novelty, type Origin } from '../argument-novelty/novelty.ts';
import type { NoveltyObservation } from '../argument-novelty.ts';
import type { Seen } from '../detector.ts';
import { type Held, heldTimes } from '../stats/held.ts';
import { joiner } from '../stats/joiner.ts';
import { perView } from '../stats/per-view.ts';
import { type FreshTally, rateOfNew } from '../stats/rate-of-new.ts';
import { peek, type Recent } from '../stats/recent.ts';

/** A value taken out of a result, and how usual that is. */
export interface Copy {
  field: string;
  kind: string;
  hash: string;
  /** The tally that it counts in: of what comes out of that tool, or of answers to whom its messages are from. */
  way: string;
  /** It is an answer, and one of many: the agent has the habit. */
  habit: boolean;
  source: string;
  eventKey: string;
  strange: boolean;
  /** The delegation root, where it was a result of another session of it; else ''. */
  root: string;
  /** Probability that a value in this place comes out of results of that tool, and that such a value is strange. */
  flowRate: number;
  rate: number;
  n: number;
  holders: number;
}

/** Of each name how often it was met, and how often that was strange. */
export type Tallies = Recent<FreshTally>;

interface Known {
  tallies: Tallies;
  held?: Held;
}

/** A call that changes something or one that looks; whether any argument before it named a value of it. */
export type CallKind = 'act, unrelated' | 'act, related' | 'look, unrelated' | 'look, related';

/** A call that only looks, or that goes on with what went on, says half as much. */
const HALF = 0.5;
/** What is known already and only takes an unusual way says a quarter. */
const QUARTER = 0.25;
export function kindOf({ privileged, unrelated }: NoveltyObservation): CallKind {
  if (privileged) return unrelated ? 'act, unrelated' : 'act, related';
  return unrelated ? 'look, unrelated' : 'look, related';
}

/** How peers are told a tally, and what they told of it. */
export const toldAs = joiner(' ');
const told = perView<FreshTally>((peers, key) => [
  peers.sum('provenance', toldAs('n', key)),
  peers.sum('provenance', toldAs('f', key)),
]);
/** How likely a call of this kind takes over a strange value. */
function rateOf(tallies: Tallies, kind: string, { peers }: Seen, held: number): number {
  const [n, fresh] = peek(tallies, kind) ?? [0, 0];
  return rateOfNew([n + held, fresh + held], rateOfNew(told(peers, kind), 0.1, 4), 4);
}

const metAs = (tallies: Tallies, key: string): number => peek(tallies, key)?.[0] ?? 0;
const shareOf = (place: string, ways: readonly string[], met: (key: string) => number): FreshTally => [
  met(place),
  ways.reduce((n, way) => n + met(way), 0),
];

const flowOf = joiner(' > ', 300);

export function copyOf(state: Known, seen: Seen, value: Novelty, origin: Origin, kind: CallKind): Copy {
  const { tallies } = state;
  const { place, fact, answer, habit } = value;
  const flow = flowOf(origin.tool, place);
  const way = answer === '' ? flow : answer;
  // Without the habit an answer is a copy like any other out of that tool.
  const ways = way === flow || habit ? [way] : [way, flow];
  const strange = isStrange(value);
  // What was held each time is a habit too, once it was told often and nobody contradicted.
  const held = strange ? heldTimes(state, way, seen) : 0;
  const [all, taken] = shareOf(place, ways, (key) => metAs(tallies, key));
  const own: FreshTally = [all + held, taken + held];
  const peers = shareOf(place, ways, (key) => told(seen.peers, key)[0]);
  return {
    field: fact.field,
    kind: fact.kind,
    hash: fact.hash,
    way,
    habit,
    rate: rateOf(tallies, habit ? way : kind, seen, held),
    source: origin.tool,
    eventKey: origin.eventKey,
    strange,
    root: origin.root ?? '',
    flowRate: rateOfNew(own, rateOfNew(peers, 0.2, 2), 2),
    n: all,
    holders: value.holders,
  };
}

export function surprise({ strange, flowRate, rate, habit, holders }: Copy, kind: CallKind): number {
  const acts = kind.startsWith('act');
  const flow = -Math.log10(Math.min(1, flowRate));
  if (!strange) return acts ? QUARTER * flow : 0;
  const score = flow - Math.log10(rate);
  return score * (holders > 0 || habit ? HALF : 1) * (acts ? 1 : HALF) * (kind.endsWith('unrelated') ? 1 : HALF);
}
