import { DAY } from '../../schemas/durations.ts';
import type { Use } from './succession.ts';

/** A credential without a stated end is in use for longer than those before it, which were all replaced in time. */
export interface Unrenewed {
  /** Days since it was issued, and after how many the others had been replaced at the latest. */
  age: number;
  usual: number;
  times: number;
}

export interface Issued extends Use {
  /** When it was issued, as it says; absent where it does not, or that was not kept. */
  issued?: number;
}

/** What lives for shorter is a token of a session. */
const LEAST_LIFE = 3 * DAY;
/** So many were replaced, one as late as the other: the fewer, the more alike. */
const LEAST_TIMES = 2;
const REGULAR = { few: 1.25, many: 1.5 };
const MANY = 4;
const LATE = 1.5;
/** Both are used for so long when one is replaced. */
const OVERLAP = DAY;

/** Whether the one in use was to be replaced by now, by the habit of this agent; null where it works with several at a time. */
export function unrenewed(all: readonly (readonly [string, Issued])[], id: string, at: number): Unrenewed | null {
  const known = all.flatMap(([name, { issued, first, last }]) =>
    issued === undefined ? [] : [{ name, issued, first, last }],
  );
  if (known.length <= LEAST_TIMES || known.length < all.length) return null;
  known.sort((a, b) => a.issued - b.issued);
  const newest = known.at(-1)!;
  if (newest.name !== id) return null;
  const lives: number[] = [];
  for (const [n, one] of known.slice(1).entries()) {
    const before = known[n]!;
    if (before.last > one.first + OVERLAP) return null;
    lives.push(one.issued - before.issued);
  }
  const [shortest, longest] = [Math.min(...lives), Math.max(...lives)];
  if (shortest < LEAST_LIFE || longest > shortest * (lives.length < MANY ? REGULAR.few : REGULAR.many)) return null;
  const age = at - newest.issued;
  return age > LATE * longest ? { age: age / DAY, usual: longest / DAY, times: lives.length } : null;
}
