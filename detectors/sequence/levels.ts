import type { PeerView } from '../detector.ts';
import { countOf, type Follow, type Level } from '../stats/back-off.ts';
import { joiner } from '../stats/joiner.ts';
import { perView } from '../stats/per-view.ts';

/** Sums over a context's counts, kept beside the state so that no event counts them anew; they are no part of it. */
export interface Totals {
  n: number;
  symbols: string[];
  share: Share | null;
}

/** What peers add to a context of an agent, for as long as neither they nor the lists of symbols change. */
interface Share {
  peers: number;
  symbols: readonly string[];
  asked: number;
  kinds: number;
  /** Counts above zero, in the order of the symbols; and how many of them this agent has none of. */
  counts: number[];
  more: number;
}

const known = new WeakMap<Follow, Totals>();

export function totalsOf(follow: Follow): Totals {
  let totals = known.get(follow);
  if (totals === undefined) {
    const n = Object.values(follow).reduce((sum, count) => sum + count, 0);
    totals = { n, symbols: Object.keys(follow), share: null };
    known.set(follow, totals);
  }
  return totals;
}

/** The name under which peers are told how often a step followed a context. */
export const toldAs = joiner('>');

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
export function levelOf(own: Follow, view: PeerView, context: string, symbols: readonly string[]): Level {
  const totals = totalsOf(own);
  const types = totals.symbols.length;
  if (view.agents === 0) return { of: (symbol) => countOf(own, symbol), n: totals.n, types };
  const peers = peersFollow(view, context);
  const peersOf = (symbol: string): number => {
    let told = peers.counts.get(symbol);
    if (told === undefined) {
      told = view.sum('sequence', toldAs(context, symbol)) / view.agents;
      if (peers.counts.size >= MOST_SYMBOLS) peers.counts.clear();
      peers.counts.set(symbol, told);
    }
    return told;
  };
  let { share } = totals;
  if (
    share?.peers !== peers.id ||
    share.symbols !== symbols ||
    share.asked !== symbols.length ||
    share.kinds !== types
  ) {
    share = { peers: peers.id, symbols, asked: symbols.length, kinds: types, ...shareOf(own, symbols, peersOf) };
    totals.share = share;
  }
  let { n } = totals;
  for (const count of share.counts) n += count;
  return {
    of: (symbol) => countOf(own, symbol) + Math.max(0, peersOf(symbol)),
    n,
    types: types + share.more,
  };
}

function shareOf(
  own: Follow,
  symbols: readonly string[],
  peersOf: (symbol: string) => number,
): Pick<Share, 'counts' | 'more'> {
  const counts: number[] = [];
  let more = 0;
  for (const symbol of symbols) {
    const told = peersOf(symbol);
    if (told <= 0) continue;
    counts.push(told);
    if (countOf(own, symbol) === 0) more += 1;
  }
  return { counts, more };
}
