/** Those who came lately: who, when, and how surprising that was. Plain data. */
export type Newcomers = [name: string, at: number, surprise: number][];

const DAY = 86_400_000;
const LATELY = 14 * DAY;
const KEPT = 8;
/** As surprising as that, one in a hundred, somebody is news: what is less is how the agent meets people. */
export const NEWS = 2;
/** Newcomers of one fortnight may have one reason: each further one adds half of what it would add alone. */
const SHARED_REASON = 0.5;

/**
 * How surprising a newcomer is among those of the last fortnight, who are noted in `lately`: each by itself may pass for a
 * new colleague, several of them at once do not.
 */
export function withOthers(lately: Newcomers, name: string, at: number, surprise: number): number {
  if (surprise < NEWS) return surprise;
  const before = lately.filter((one) => at - one[1] < LATELY);
  const others = before.filter((one) => one[0] !== name);
  if (others.length === before.length) before.push([name, at, surprise]);
  lately.splice(0, lately.length, ...before.slice(-KEPT));
  return surprise + SHARED_REASON * others.reduce((sum, one) => sum + one[2], 0);
}

/**
 * How surprising it was when somebody came, who came within a day and whom `lately` notes; 0 otherwise. Whether the first
 * call for them reads or changes something is chance: all of their first day is what is new.
 */
export function onFirstDay(lately: Newcomers, name: string, at: number): number {
  const one = lately.find(([who]) => who === name);
  return one !== undefined && at - one[1] < DAY ? one[2] : 0;
}
