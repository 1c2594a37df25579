import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { asOneOfMany, type Newcomers, othersOf, withOthers } from '../stats/newcomers.ts';
import { peek } from '../stats/recent.ts';
import { habitOfNew, type Serving } from './serving.ts';
import { isColleague, type Telling, toldBefore } from './team-told.ts';

const FORTNIGHT = 14 * DAY;

/**
 * How surprising somebody new is, with whoever else came lately. Calls come in clumps: where somebody new comes every
 * week, thousands of calls between them make none of them news, and it is how many came that tells. `asNew`: by the
 * calls alone.
 */
export function howNew(
  state: Serving & Telling,
  lately: Newcomers,
  seen: Seen,
  principal: string,
  asNew: number,
): number {
  const { at } = seen;
  const learned = othersOf(lately, principal, at).filter(([name]) => peek(state.met, name) !== undefined).length;
  const habit = habitOfNew(state, at, toldBefore(state, at - FORTNIGHT) - learned);
  return habit === null
    ? withOthers(lately, principal, at, asNew, (name) => isColleague(seen, name))
    : asOneOfMany(lately, principal, at, habit);
}
