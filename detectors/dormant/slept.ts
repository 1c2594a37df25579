import type { Seen } from '../detector.ts';
import { emptyRecent, type Recent, use } from '../stats/recent.ts';

/** Grants that the agent made use of, and since when that is noted. 128 of them, 5 KB. */
export interface UsedGrants {
  from: number;
  ids: Recent<0>;
}

const GRANTS = 128;

export const noGrants = (from: number): UsedGrants => ({ from, ids: emptyRecent() });

/** Notes that the grant of this call is used; milliseconds for which it lay there until now, 0 where it was used before. */
export function sleptUntil(used: UsedGrants, { at, scope, grantId, grantSince }: Seen): number {
  if (scope !== 'in' || grantId === '' || use(used.ids, grantId, GRANTS)) return 0;
  return Math.max(0, at - Math.max(used.from, grantSince));
}
