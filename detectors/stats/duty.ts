import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { peek, type Recent } from './recent.ts';

/** The parts of a new duty come one after the other: so long after its first use a grant is new. */
const DUTY_DAYS = 30;
/** Grants that were used in the agent's first days are its old ones. */
const FIRST_DAYS = 7;

/**
 * The call is covered by a grant that came into use lately: a duty that somebody gave. `grants` by time of first use. One that
 * was in force since the agent's first days and is used only now was given for something else, or forgotten.
 */
export function isDuty(grants: Recent<number>, since: number, { scope, grantId, grantSince, at }: Seen): boolean {
  if (scope !== 'in' || grants.n === 0) return false;
  if (Number.isFinite(grantSince) && grantSince - since <= FIRST_DAYS * DAY) return false;
  const first = peek(grants, grantId) ?? at;
  return first - since > FIRST_DAYS * DAY && at - first < DUTY_DAYS * DAY;
}
