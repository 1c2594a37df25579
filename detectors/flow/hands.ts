import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Seen, Tell } from '../detector.ts';
import { rarityOf } from '../stats/rarity.ts';
import type { FreshTally } from '../stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, use } from '../stats/recent.ts';

/**
 * The hands between an agent and those for whom it acts: other agents that pass their work on to it. They change far
 * less often than the people behind them. 64 names of 80 characters: 6 KB.
 */
export interface Hands {
  /** Absent before the first. */
  hands?: Recent<0>;
  /** Calls of which it is known through whom they came, and how often a hand was new since there were enough of them. */
  handed?: FreshTally;
}

const MOST = 64;
const LONGEST = 80;

/** `chain`: without the agent itself. Whoever it all is done for is no hand, by whatever name they stand in the chain. */
export const handsOf = (chain: readonly string[], principal: string, { user }: CanonicalEvent): readonly string[] =>
  chain.length === 0
    ? chain
    : chain
        .filter((name) => name !== principal && name !== user?.email && name !== user?.id)
        .slice(0, 8)
        .map((name) => name.slice(0, LONGEST));

/**
 * One of them that never passed anything on to this agent, first one that passes nothing on to others either; '' where all
 * did.
 */
export function strangerAmong({ hands }: Hands, names: readonly string[], seen: Seen): string {
  const strangers = names.filter((name) => hands === undefined || peek(hands, name) === undefined);
  return strangers.find((name) => !passesOn(seen, name)) ?? strangers[0] ?? '';
}

/** How surprising this one is, as -log10. `counted`: it is among those that were new. */
export function surpriseOfHand({ handed: [calls, fresh] = [0, 0] }: Hands, counted: boolean): number {
  return rarityOf(calls, counted ? fresh - 1 : fresh);
}

/** It passes work on to others too. */
export const passesOn = ({ fleet }: Seen, hand: string): boolean => fleet.holders('delegation', keyOf(hand)) > 0;

export const handedCalls = ({ handed }: Hands): number => handed?.[0] ?? 0;

export function countStranger(state: Hands): void {
  if (state.handed !== undefined) state.handed[1] += 1;
}

/** Hands of one more call, none where it came straight from whom it is for. */
export function noteHands(state: Hands, names: readonly string[]): void {
  state.handed ??= [0, 0];
  state.handed[0] += 1;
  if (names.length === 0) return;
  state.hands ??= emptyRecent();
  for (const name of names) use(state.hands, name, MOST);
}

export function tellHands({ hands }: Hands, tell: Tell): void {
  if (hands !== undefined) for (const [name] of entries(hands)) tell(keyOf(name), 1);
}

const keyOf = (hand: string): string => `hand:${hand}`;
