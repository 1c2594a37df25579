import { DAY } from '../../schemas/durations.ts';
import { perPair } from '../stats/per-pair.ts';
import type { FreshTally } from '../stats/rate-of-new.ts';
import type { TimeSpan } from '../stats/span.ts';

/** How often an agent acts for somebody, how often for somebody new, and how often for nobody. */
export interface Serving extends TimeSpan {
  /** When it first acted for somebody; absent where it did so from its first call on. */
  served?: number;
  /** Calls on behalf of somebody; principals met, and how often one was new. */
  fresh: FreshTally;
  /** Of the new ones those of the first week, when everybody is new. */
  early: number;
  /** Calls for nobody, through gateways that name those for whom others act. */
  alone?: number;
  /** Gateways through which it acted for somebody. */
  gateways?: string[];
}

const GATEWAYS = 4;
const WEEK = 7 * DAY;
/** So many make a habit. */
const LEAST_CAME = 3;

/** Key of a gateway that names principals: of what came through another nobody knows for whom it was. */
export const gatewayOf = perPair((kind, instance) => `at:${kind}/${instance}`);

/** Calls of which it is known whether they were for somebody. */
export const callsOf = ({ fresh, alone = 0 }: Serving): number => fresh[0] + alone;

/** How often a principal is new: those of the first week say less of it by half with every further week. */
export const usualFresh = (state: Serving, at: number): FreshTally => [
  callsOf(state),
  state.fresh[1] - state.early * (1 - 0.5 ** Math.max(0, (at - beganAt(state)) / WEEK - 1)),
];

/**
 * The habit of an agent to which somebody new comes once a fortnight or more often, in the weeks between its first and the
 * last two: `count` in `exposure` days; null where it has none. `others`: who came and is no part of `fresh` (told and not
 * learned), less those of `fresh` who came in the last two weeks.
 */
export function habitOfNew(state: Serving, at: number, others: number): { count: number; exposure: number } | null {
  const count = state.fresh[1] - state.early + others;
  const exposure = Math.max(1, (at - beganAt(state) - 3 * WEEK) / DAY);
  return count >= LEAST_CAME && 14 * count >= exposure ? { count, exposure } : null;
}

const beganAt = ({ served, since }: Serving): number => served ?? since;

/** `isNew`: for somebody it never acted for; `known`: enough calls of it to say that this is news. */
export function noteServed(state: Serving, at: number, gateway: string, isNew: boolean, known: boolean): void {
  if (state.fresh[0] === 0 && state.alone !== undefined) state.served = at;
  // The first one of who serves from its first call on is new to everybody: it says nothing of how often a new one comes.
  if (isNew && (state.fresh[0] > 0 || known)) {
    state.fresh[1] += 1;
    if (at - beganAt(state) < WEEK) state.early += 1;
  }
  state.fresh[0] += 1;
  if (state.gateways?.includes(gateway) === true) return;
  state.gateways = [...(state.gateways ?? []), gateway].slice(-GATEWAYS);
}
