import { DAY } from '../../schemas/durations.ts';

/** The agent's version as its calls say it, and when versions came lately, oldest first. */
export interface Releases {
  name: string;
  came: number[];
}

/** A new version of the agent does new things for some days. */
const NEW_DAYS = 14;
/** So many within a month, and it changes all the time: that explains nothing. */
const MOST = 4;
const MONTH_DAYS = 30;

/** A version of the agent came within the last days. The first one that was seen is no new one, nor is '': it says none. */
export function isReleased(known: Releases | undefined, name: string, at: number): boolean {
  if (known === undefined || known.came.length >= MOST) return false;
  const came = name === '' || name === known.name ? known.came.at(-1) : at;
  return came !== undefined && at - came < NEW_DAYS * DAY;
}

/** What is known after a call of this version ('' where it says none). */
export function noteVersion(known: Releases | undefined, name: string, at: number): Releases | undefined {
  if (name === '') return known;
  if (known === undefined) return { name, came: [] };
  while (known.came.length > 0 && at - known.came[0]! >= MONTH_DAYS * DAY) known.came.shift();
  if (name !== known.name) {
    known.name = name;
    known.came = [...known.came, at].slice(-MOST);
  }
  return known;
}
