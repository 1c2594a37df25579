import { emptyRecent, type Recent, take, touch } from '../stats/recent.ts';
import type { Counted } from './days.ts';

/**
 * What came new is no growth of what there was, until it is old. Its calls are counted beside the days meanwhile, and then
 * are part of them: what began long ago and went on as it was did not grow on the day it came to count.
 */
export type Young = Recent<Counted>;

/** As long as days are kept (days.ts), so that all of a young tool's days are there when it is old. */
const YOUNG_DAYS = 120;
const MOST_TOOLS = 32;

export const emptyYoung = (): Young => emptyRecent();

/** `came`: the day, or -1 for what was there from the beginning. */
export const isYoung = (came: number, day: number): boolean => came >= 0 && day - came < YOUNG_DAYS;

/** One call more of a young tool on that day. */
export function countYoung(young: Young, tool: string, day: number): void {
  const counted = touch<Counted>(young, tool, MOST_TOOLS, () => [day]);
  const at = 1 + day - counted[0];
  // What comes late may be of a day before the first.
  if (at < 1 || at > YOUNG_DAYS) return;
  while (counted.length <= at) counted.push(0);
  counted[at]! += 1;
}

/** The days of a tool that is young no more, once; undefined where there are none. */
export const grownUp = (young: Young, tool: string): Counted | undefined => take(young, tool);
