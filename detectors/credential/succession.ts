import { DAY } from '../../schemas/durations.ts';
import { mix } from '../stats/mix.ts';
import { perPair } from '../stats/per-pair.ts';
import { peek, type Recent } from '../stats/recent.ts';

/** When a credential was used, and for what. */
export interface Use {
  first: number;
  last: number;
  calls: number;
  /** Its longest silence between two uses; absent in what was kept before that was counted. */
  gap?: number;
  /** Servers and users it served, as keys, at most 16. */
  served?: string[];
}

/** One that another had replaced was used again. */
export interface Return {
  id: string;
  /** Which one had replaced it. */
  by: string;
  at: number;
  /** How long it had been silent, milliseconds. */
  silent: number;
  eventKey: string;
}

const SERVED = 16;
/** So long, and by so many calls, one is used before it is the one in use. */
const SETTLED_MS = 2 * DAY;
const LEAST_CALLS = 20;
/** Both are used for so long when one is replaced, or put back. */
const OVERLAP_MS = DAY / 2;

export const servedBy = perPair((server, user) => mix(server, user));

/** Used once more, for that server and user. */
export function noteUse(use: Use, at: number, served: string): void {
  use.gap = Math.max(use.gap ?? use.last - use.first, at - use.last);
  use.last = Math.max(use.last, at);
  use.calls += 1;
  use.served ??= [];
  if (use.served.length < SERVED && !use.served.includes(served)) use.served.push(served);
}

/**
 * Which one had replaced it, where one that was silent for a day, and far longer than it ever was, is used again: the one
 * used last, new since, for what this one was used for. Who works with several at a time, or in turns, has replaced none.
 */
export function replacedBy(all: readonly (readonly [string, Use])[], id: string, use: Use, at: number): string | null {
  const silent = at - use.last;
  if (silent < Math.max(DAY, 2 * (use.gap ?? Number.POSITIVE_INFINITY)) || !isSettled(use)) return null;
  let newest: readonly [string, Use] | null = null;
  for (const other of all) {
    const [name, { first, last }] = other;
    if (name === id) continue;
    const since = first > use.last - OVERLAP_MS;
    if (!since && last > use.first + OVERLAP_MS) return null;
    if (since && last > (newest?.[1].last ?? 0)) newest = other;
  }
  if (newest === null) return null;
  const [name, { first, last, calls, served = [] }] = newest;
  const taken = use.served?.filter((one) => served.includes(one)).length ?? 0;
  const settled = last - Math.max(first, use.last) >= DAY && calls >= LEAST_CALLS;
  return settled && taken > 0 && 2 * taken >= use.served!.length ? name : null;
}

const isSettled = ({ first, last, calls }: Use): boolean => last - first >= SETTLED_MS && calls >= LEAST_CALLS;

/**
 * The one that came back after this one, used now, had replaced it, where this one goes on beside it: told once, when half
 * a day of overlap is over. Where the older one did the work alone for a day it was put back in its place.
 */
export function besideIt(
  state: { credentials: Recent<Use>; returned?: Return | null },
  id: string,
  at: number,
): Return | null {
  const { credentials, returned: back } = state;
  if (back?.by !== id || at - back.at < OVERLAP_MS) return null;
  state.returned = null;
  const [old, by] = [peek(credentials, back.id), peek(credentials, id)];
  return old !== undefined && by !== undefined && old.last - Math.max(by.last, back.at) < DAY ? back : null;
}
