import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { joiner } from '../stats/joiner.ts';
import { peerShare } from '../stats/peer-share.ts';
import { entries, type Recent, touch } from '../stats/recent.ts';

/** Whose records one field of a server's tools named. */
export interface TenantField {
  since: number;
  /** Values that followed on another one, and families that became known since there were enough of them. */
  n: number;
  fresh: number;
  last: string;
  /** On how many days the agent worked on it, and on which last. */
  families: Recent<[days: number, last: number]>;
  /** Of families that are not known. */
  strange: Recent<Stranger>;
}

interface Stranger {
  /** How many others worked on it when it was first met: a tenant that was new to all stays so, however soon they do. */
  holders: number;
  /** Things of it, by hash, and the day on which each came first. */
  things: [thing: string, day: number][];
}

export const FORTNIGHT = 14;
/** Worked on for so many days a family is known. */
export const KNOWN_DAYS = 4;
const STRANGE = 8;
const THINGS = 8;
const LEAST_PEERS = 2;

/** Under what others hear of a family: fields of one name mean the same at every server. */
export const keyOf = joiner(' ', 60);

/** Families that the agent works on, the most usual first. */
export const knownOf = ({ families }: TenantField): string[] =>
  entries(families)
    .filter(([, [days]]) => days >= KNOWN_DAYS)
    .sort(([, a], [, b]) => b[0] - a[0])
    .map(([family]) => family);

export const NOBODY = { things: 0, holders: 0, shared: 0 };

/** Of how many different things of a family that is not known it was asked, and who else works on it. */
export function strangerOf(
  place: TenantField,
  { at, peers, fleet }: Seen,
  field: string,
  family: string,
  thing: string,
): typeof NOBODY {
  const day = Math.floor(at / DAY);
  const key = keyOf(field, family);
  const { holders, things } = touch<Stranger>(place.strange, family, STRANGE, () => ({
    holders: fleet.holders('cross-tenant', key),
    things: [],
  }));
  if (things.length < THINGS && !things.some(([one]) => one === thing)) things.push([thing, day]);
  // Few in a fortnight are looked at by the way.
  while (things[0] !== undefined && things[0][1] <= day - FORTNIGHT) things.shift();
  // Peers explain it where they share their tenants: where each has its own, that one of them works on it explains nothing.
  const share = (name: string): number => peerShare(peers, 'cross-tenant', keyOf(field, name), LEAST_PEERS);
  const own = knownOf(place)[0];
  return { things: things.length, holders, shared: own === undefined ? 0 : Math.min(share(family), share(own)) };
}
