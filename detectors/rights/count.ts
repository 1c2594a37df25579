import { DAY } from '../../schemas/durations.ts';

/** Calls of a day that count: a loop is one decision. */
export const A_DAY = 20;

/** How often something was done; `today`: how often on its last day. */
export interface Count {
  n: number;
  day: number;
  today: number;
}

export const emptyCount = (at: number): Count => ({ n: 0, day: Math.floor(at / DAY), today: 0 });

/** Once more: of one day at most 20 count. */
export function countOne(count: Count, at: number): void {
  const day = Math.floor(at / DAY);
  if (count.day !== day) {
    count.day = day;
    count.today = 0;
  }
  count.today += 1;
  if (count.today <= A_DAY) count.n += 1;
}
