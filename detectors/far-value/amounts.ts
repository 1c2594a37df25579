import { DAY } from '../../schemas/durations.ts';
import { remembered } from '../../schemas/remember.ts';
import { wordsOf } from '../../schemas/words.ts';
import { lastName, leavesOf } from '../stats/leaves.ts';

/** A number among a call's arguments that says how much or how long, not which. */
export interface Amount {
  field: string;
  is: 'amount' | 'date';
  /** How much; of a date, how many days it lies ahead, a week at least: what ends tomorrow and what ends on Friday are the same. */
  value: number;
  shown: string;
}

const MOST = 16;
const LONGEST_FIELD = 80;
const LONGEST = 40;
const WEEK = 7;
/** Longer runs of digits name something: an account, a case. */
const NUMBER = /^\d{1,8}(?:\.\d{1,8})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ])/;
/** What names something, is counted up, is a place in a list or on a map, or how long to wait, may be any number. */
const ANY = new Set(
  'id ids nr no num number ref key code version revision build port pid offset page cursor index seq sequence line lat lng lon latitude longitude timestamp ts time epoch year timeout ms bytes hash seed'.split(
    ' ',
  ),
);
const saysHowMuch = remembered((field) => !wordsOf(field).some((word) => ANY.has(word)), 4_096, LONGEST_FIELD);

/** The first of them. */
export function amountsOf(args: unknown, at: number): Amount[] {
  const found: Amount[] = [];
  if (args === undefined) return found;
  for (const [path, value] of leavesOf(args)) {
    if (found.length >= MOST) break;
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    const one = amountOf(path.slice(-LONGEST_FIELD), value, at);
    if (one !== null) found.push(one);
  }
  return found;
}

function amountOf(field: string, given: number | string, at: number): Amount | null {
  const shown = String(given).trim();
  if (shown === '' || shown.length > LONGEST) return null;
  if (typeof given === 'string') {
    const [, year, month, day] = DATE.exec(shown) ?? [];
    if (day !== undefined) {
      const ahead = (Date.UTC(Number(year), Number(month) - 1, Number(day)) - at) / DAY;
      return Number.isFinite(ahead) ? { field, is: 'date', value: Math.max(WEEK, ahead), shown } : null;
    }
    if (!NUMBER.test(shown)) return null;
  }
  const value = Math.abs(Number(shown));
  return Number.isFinite(value) && saysHowMuch(lastName(field)) ? { field, is: 'amount', value, shown } : null;
}
