/** Those who came lately: who, when, and how surprising that was. Plain data. */
export type Newcomers = [name: string, at: number, surprise: number][];

const LATELY = 14 * 86_400_000;
const KEPT = 8;
/** As surprising as that, one in a hundred: what is less is how the agent meets people. */
const LEAST = 2;
/** Newcomers of one fortnight may have one reason: each further one adds half of what it would add alone. */
const SHARED_REASON = 0.5;

/**
 * How surprising a newcomer is among those of the last fortnight, who are noted in `lately`: each by itself may pass for a
 * new colleague, several of them at once do not.
 */
export function withOthers(lately: Newcomers, name: string, at: number, surprise: number): number {
  if (surprise < LEAST) return surprise;
  const before = lately.filter((one) => at - one[1] < LATELY);
  const others = before.filter((one) => one[0] !== name);
  if (others.length === before.length) before.push([name, at, surprise]);
  lately.splice(0, lately.length, ...before.slice(-KEPT));
  return surprise + SHARED_REASON * others.reduce((sum, one) => sum + one[2], 0);
}
