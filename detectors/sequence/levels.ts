import type { PeerView, Tell } from '../detector.ts';
import { type Context, countOf, type Follow } from '../stats/back-off.ts';
import { joiner } from '../stats/joiner.ts';
import { perView } from '../stats/per-view.ts';

/** Sums over a context's counts, kept beside the state so that no event counts them anew; they are no part of it. */
interface Totals {
  n: number;
  /** The different symbols, the names under which peers are told of them as far as they were, and their number. */
  symbols: string[];
  names: string[];
  types: number;
  /** What peers add, for as long as neither they nor the lists of symbols change: what it was made of ... */
  peers: number;
  asked: readonly string[];
  askedNumber: number;
  ownTypes: number;
  /** ... and their counts above zero, in the order of the symbols; and how many of them this agent has none of. */
  counts: number[];
  more: number;
}

const known = new WeakMap<Follow, Totals>();

export function totalsOf(follow: Follow): Totals {
  let totals = known.get(follow);
  if (totals === undefined) {
    const symbols = Object.keys(follow);
    const n = Object.values(follow).reduce((sum, count) => sum + count, 0);
    const none = { peers: 0, asked: symbols, askedNumber: 0, ownTypes: 0, counts: [], more: 0 };
    totals = { n, symbols, names: [], types: symbols.length, ...none };
    known.set(follow, totals);
  }
  return totals;
}

/** Counts the symbol once more. */
export function addTo(follow: Follow, symbol: string): void {
  const totals = totalsOf(follow);
  const before = countOf(follow, symbol);
  follow[symbol] = before + 1;
  totals.n += 1;
  if (before > 0) return;
  totals.symbols.push(symbol);
  totals.types += 1;
}

/** The name under which peers are told how often a step followed a context. */
const toldAs = joiner('>');

/** Tells how often each step followed the context; no more than `most` of them. Answers how many were told. */
export function tellFollow(context: string, follow: Follow, most: number, tell: Tell): number {
  const { symbols, names } = totalsOf(follow);
  const count = Math.min(most, symbols.length);
  for (let n = 0; n < count; n += 1) {
    const step = symbols[n]!;
    names[n] ??= toldAs(context, step);
    tell(names[n]!, follow[step]!);
  }
  return count;
}

/** What followed a context at one peer's, on the average: by symbol, as far as was asked; numbered, as views come and go. */
interface PeersFollow {
  id: number;
  counts: Map<string, number>;
}

const MOST_SYMBOLS = 1024;
let made = 0;
const peersFollow = perView((): PeersFollow => {
  made += 1;
  return { id: made, counts: new Map() };
});

/** Own counts, and those of all peers together weighed as one agent. */
export function levelOf(own: Follow, view: PeerView, context: string, symbols: readonly string[]): Context {
  const totals = totalsOf(own);
  if (view.agents === 0) return { of: (symbol) => countOf(own, symbol), n: totals.n, types: totals.types };
  const peers = peersFollow(view, context);
  const peersOf = (symbol: string): number => {
    let told = peers.counts.get(symbol);
    if (told === undefined) {
      told = view.sum('sequence', `${context}>${symbol}`) / view.agents;
      if (peers.counts.size >= MOST_SYMBOLS) peers.counts.clear();
      peers.counts.set(symbol, told);
    }
    return told;
  };
  if (
    totals.peers !== peers.id ||
    totals.asked !== symbols ||
    totals.askedNumber !== symbols.length ||
    totals.ownTypes !== totals.types
  )
    ask(own, totals, peers.id, symbols, peersOf);
  let { n } = totals;
  for (const count of totals.counts) n += count;
  return {
    of: (symbol) => countOf(own, symbol) + Math.max(0, peersOf(symbol)),
    n,
    types: totals.types + totals.more,
  };
}

function ask(
  own: Follow,
  totals: Totals,
  peers: number,
  symbols: readonly string[],
  peersOf: (symbol: string) => number,
): void {
  totals.peers = peers;
  totals.asked = symbols;
  totals.askedNumber = symbols.length;
  totals.ownTypes = totals.types;
  totals.counts = [];
  totals.more = 0;
  for (const symbol of symbols) {
    const told = peersOf(symbol);
    if (told <= 0) continue;
    totals.counts.push(told);
    if (countOf(own, symbol) === 0) totals.more += 1;
  }
}
