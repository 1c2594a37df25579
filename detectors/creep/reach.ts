/** Targets that one field of a tool named, by days: how many, and how many of them for the first time. */
export interface Reach {
  /** First day of its use. */
  since: number;
  /** Before the last fortnight, faded by half a month's halves; what was flagged is left out. */
  met: number;
  fresh: number;
  /** Days of use before the last fortnight, without the first ones; those of them that brought something new; of the first how many. Absent in what was kept before they were counted. */
  past?: [days: number, hits: number, first: number];
  /** The last fortnight, oldest day first; `kept` as `fresh`, without what was flagged. */
  days: Day[];
}
type Day = [day: number, met: number, fresh: number, kept: number];

export const FORTNIGHT = 14;
const FIRST_DAYS = 7;
/** What is left of the past after a day: half of it after a month. */
const FADES = 0.5 ** (1 / 30);
/** Days of use on which whatever is named is new. */
const FIRST_USES = 3;

export const emptyReach = (day: number): Reach => ({ since: day, met: 0, fresh: 0, past: [0, 0, 0], days: [] });

export const [MET, FRESH, KEPT] = [1, 2, 3] as const;
export const sum = (days: readonly Day[], column: 1 | 2 | 3): number =>
  days.reduce((total, row) => total + row[column], 0);

/** How many days before the fortnight count, faded as what they brought. */
export const fadedDays = ({ since }: Reach, day: number): number =>
  (1 - FADES ** (day - FORTNIGHT - since - FIRST_DAYS)) / (1 - FADES);

/** Makes the day the last one of the fortnight: what is older is past. False for a day before it. */
export function turn(reach: Reach, day: number): boolean {
  const last = reach.days.at(-1);
  if (last?.[0] === day) return true;
  if (last !== undefined && day < last[0]) return false;
  reach.past ??= [0, 0, 0];
  const { past } = reach;
  const fade = FADES ** (day - (last?.[0] ?? day));
  reach.met *= fade;
  reach.fresh *= fade;
  past[0] *= fade;
  past[1] *= fade;
  while (reach.days.length > 0 && reach.days[0]![0] <= day - FORTNIGHT) {
    const gone = reach.days.shift()!;
    if (past[2] < FIRST_USES) past[2] += 1;
    else count(past, gone);
    const [when, met, fresh, kept] = gone;
    // Of a new tool every target is new: its first days say nothing of later ones.
    if (when - reach.since < FIRST_DAYS) continue;
    reach.met += met - (fresh - kept);
    reach.fresh += kept;
  }
  reach.days.push([day, 0, 0, 0]);
  return true;
}

/** Days of use before the n-th of the fortnight, and those of them that brought something new. */
export function before({ past, days }: Reach, n: number): { days: number; hits: number } {
  const [used, hits, first] = past ?? [0, 0, 0];
  const told: [number, number] = [used, hits];
  for (const day of days.slice(FIRST_USES - first, Math.max(FIRST_USES - first, n))) count(told, day);
  return { days: told[0], hits: told[1] };
}

/** A day all of whose news was flagged says nothing of what is usual. */
function count(past: [days: number, hits: number, ...rest: number[]], [, , fresh, kept]: Day): void {
  if (fresh > 0 && kept === 0) return;
  past[0] += 1;
  if (kept > 0) past[1] += 1;
}
