/** How long a credential lives, as it says. */
export interface Lived {
  /** Days from its issue to its stated end, -1 where it states none; absent where it says no issue, or that was not kept. */
  life?: number;
}

/** So many of them, all with an end, are how the agent is given them. */
const LEAST = 5;
/** So many times as long is another kind: a key for a token. */
const TIMES = 30;
const LEAST_DAYS = 7;

/**
 * After how many days those before it had ended at the latest, where this one, new to the agent, lives on for far longer or
 * states no end at all; null where not, or where the agent works with such as well.
 */
export function outlives(all: readonly (readonly [string, Lived])[], life: number): number | null {
  const lives = all.flatMap(([, one]) => (one.life === undefined ? [] : [one.life]));
  if (lives.length < LEAST || lives.length < all.length || lives.some((one) => one < 0)) return null;
  const usual = Math.max(...lives);
  return life < 0 || life > Math.max(LEAST_DAYS, TIMES * usual) ? usual : null;
}
