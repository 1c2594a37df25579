import type { Seen } from '../detector.ts';
import { type Held, heldTimes } from '../stats/held.ts';
import { joiner } from '../stats/joiner.ts';
import type { FreshTally } from '../stats/rate-of-new.ts';
import { peek, type Recent } from '../stats/recent.ts';
import type { Novelty } from './novelty.ts';

/** Answers, in one place to whom one tool's messages are from, from which on they are the agent's habit. */
const HABIT = 3;

const answerOf = joiner(' answers ', 300);
/** To write to others of a sender's domain is not to answer senders. */
const kindOfTool = joiner(' of ');

/** Notes whether the value, its origin known, answers a message's sender, and whether the agent was seen to do that. */
export function noteAnswer(found: Novelty, state: { tallies: Recent<FreshTally>; held?: Held }, seen: Seen): void {
  const { origin, place, fact } = found;
  if (origin?.sender !== true) return;
  found.answer = answerOf(place, kindOfTool(fact.kind, origin.tool));
  const learned = peek(state.tallies, found.answer)?.[0] ?? 0;
  found.habit = learned >= HABIT || learned + heldTimes(state, found.answer, seen) >= HABIT;
}
