import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { emptyRecent, type Recent, touch, use } from '../stats/recent.ts';

/** Grants that the agent made use of, and since when that is noted. 128 of them, 10 KB. */
export interface UsedGrants {
  from: number;
  ids: Recent<0>;
  /** Last use, days of use, and the agent's days of work before the last of them; absent before that was kept. */
  uses?: Recent<[last: number, days: number, active: number]>;
}

/** How the grant of a call stood until then. */
interface Slept {
  /** Milliseconds for which it lay there and was never used; 0 where it was. */
  never: number;
  /** Milliseconds since its last use; 0 where that is not known. */
  since: number;
  days: number;
  active: number;
}

const GRANTS = 128;
const AWAKE: Slept = { never: 0, since: 0, days: 0, active: 0 };

export const noGrants = (from: number): UsedGrants => ({ from, ids: emptyRecent() });

/** Notes that the grant of this call is used, on a day before which the agent was at work on `active`. */
export function sleptUntil(grants: UsedGrants, { at, scope, grantId, grantSince }: Seen, active: number): Slept {
  if (scope !== 'in' || grantId === '') return AWAKE;
  const known = use(grants.ids, grantId, GRANTS);
  grants.uses ??= emptyRecent();
  const entry = touch<[number, number, number]>(grants.uses, grantId, GRANTS, () => [0, 0, 0]);
  const [last, days, before] = entry;
  if (Math.floor(at / DAY) > Math.floor(last / DAY)) {
    entry[1] += 1;
    entry[2] = active;
  }
  entry[0] = Math.max(last, at);
  const never = known ? 0 : Math.max(0, at - Math.max(grants.from, grantSince));
  return { never, since: last === 0 ? 0 : Math.max(0, at - last), days, active: before };
}
