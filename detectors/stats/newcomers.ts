import { DAY } from '../../schemas/durations.ts';
import { tailAbove } from './count-tail.ts';

/** Those who came lately: who, when, and how surprising that was. Plain data. */
export type Newcomers = [name: string, at: number, surprise: number][];

const LATELY_DAYS = 14;
const KEPT = 16;
/** As surprising as that, one in a hundred, somebody is news: what is less is how the agent meets people. */
export const NEWS = 2;
/** Newcomers of one fortnight may have one reason: each further one adds half of what it would add alone. */
const SHARED_REASON = 0.5;

/**
 * How surprising a newcomer is among those of the last fortnight, who are noted in `lately`: each by itself may pass for a
 * new colleague, several of them at once do not, unless by now they are known to be colleagues.
 */
export function withOthers(
  lately: Newcomers,
  name: string,
  at: number,
  surprise: number,
  isColleague: (name: string) => boolean,
): number {
  if (surprise < NEWS) return surprise;
  const strangers = othersOf(lately, name, at).filter(([other]) => !isColleague(other));
  note(lately, name, at, surprise);
  return surprise + SHARED_REASON * strangers.reduce((sum, one) => sum + one[2], 0);
}

/** Of an agent that often meets somebody new: how surprising it is that so many came within a fortnight. */
export function asOneOfMany(
  lately: Newcomers,
  name: string,
  at: number,
  habit: { count: number; exposure: number },
): number {
  const surprise = tailAbove(othersOf(lately, name, at).length + 1, LATELY_DAYS, habit);
  note(lately, name, at, surprise);
  return surprise;
}

/** Who came within the last fortnight, but for this one. */
export const othersOf = (lately: Newcomers, name: string, at: number): Newcomers =>
  lately.filter((one) => one[0] !== name && at - one[1] < LATELY_DAYS * DAY);

/** The first time counts. */
function note(lately: Newcomers, name: string, at: number, surprise: number): void {
  const before = lately.filter((one) => at - one[1] < LATELY_DAYS * DAY);
  if (!before.some((one) => one[0] === name)) before.push([name, at, surprise]);
  lately.splice(0, lately.length, ...before.slice(-KEPT));
}

/**
 * How surprising it was when somebody came, who came within a day and whom `lately` notes; 0 otherwise. Whether the first
 * call for them reads or changes something is chance: all of their first day is what is new.
 */
export function onFirstDay(lately: Newcomers, name: string, at: number): number {
  const one = lately.find(([who]) => who === name);
  return one !== undefined && at - one[1] < DAY ? one[2] : 0;
}
