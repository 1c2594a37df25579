/** Times as gateways write them: RFC 3339 of any precision, or an epoch in s, ms, us or ns, as number or text. */

/** Beyond these a time is a mistake: no clock that lies is to reach the store's partitions. */
const EARLIEST = 0;
const LATEST = Date.UTC(2262, 0, 1);

/** Epoch milliseconds, or NaN. */
export function toMillis(value: unknown): number {
  const ms = typeof value === 'number' ? fromEpoch(value) : typeof value === 'string' ? fromText(value) : Number.NaN;
  return ms >= EARLIEST && ms < LATEST ? ms : Number.NaN;
}

/** Epoch milliseconds of a time in the canonical form (2026-11-20T14:02:11.250Z), or NaN: read in a tenth of the time. */
export function canonicalMillis(text: string): number {
  if (text.length !== 24 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return Number.NaN;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== '.' || text[23] !== 'Z') return Number.NaN;
  const day = dayOf(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  return (((day * 24 + hour) * 60 + minute) * 60 + second) * 1000 + digits(text, 20, 23);
}

/** Days since 1970 of a date, or NaN where there is no such day. */
function dayOf(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  if (day > DAYS_UNTIL[month]! - DAYS_UNTIL[month - 1]! + (month === 2 ? leap : 0)) return Number.NaN;
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leaps + DAYS_UNTIL[month - 1]! + (month > 2 ? leap : 0) + day - DAYS_TO_1970;
}

/** Days of a common year until the end of its nth month. */
const DAYS_UNTIL = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
/** From the first day of the year 1, and one more, since days are counted from 1. */
const DAYS_TO_1970 = 719_163;

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function fromText(text: string): number {
  const ms = canonicalMillis(text);
  if (!Number.isNaN(ms)) return ms;
  if (/^\d{1,19}(?:\.\d{1,9})?$/.test(text)) return fromEpoch(Number(text));
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?([.,]\d{1,12})?\s?([Zz]|[+-]\d\d:?\d\d)?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, day, minute, second = ':00', fraction = '', zone = 'Z'] = match;
  const millis = fraction === '' ? '' : `.${`${fraction.slice(1)}00`.slice(0, 3)}`;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  return Date.parse(`${day}T${minute}${second === ':60' ? ':59' : second}${millis}${offset}`);
}

/** The unit is told by the size: seconds until the year 5138, then milliseconds, microseconds, nanoseconds. */
function fromEpoch(value: number): number {
  if (value < 1e11) return Math.floor(value * 1000);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1e3 : value / 1e6);
}

/** The canonical form: UTC with milliseconds. Undefined where the value is no time. */
export function toIso(value: unknown): string | undefined {
  const ms = toMillis(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
