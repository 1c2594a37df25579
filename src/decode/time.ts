import { canonicalMillis } from '../../schemas/canonical-time.ts';

/**
 * Times as gateways write them: RFC 3339 of any precision, an epoch in s, ms, us or ns, as number or text, or as logs of
 * web servers (28/Nov/2026:10:00:00 +0100), headers (Sat, 28 Nov 2026 10:00:00 GMT) and AWS (20261128T100000Z) have them.
 */

/** Beyond these a time is a mistake: no clock that lies is to reach the store's partitions. */
const EARLIEST = 0;
const LATEST = Date.UTC(2262, 0, 1);

/** Epoch milliseconds, or NaN. */
export function toMillis(value: unknown): number {
  const ms = typeof value === 'number' ? fromEpoch(value) : typeof value === 'string' ? fromText(value) : Number.NaN;
  return ms >= EARLIEST && ms < LATEST ? ms : Number.NaN;
}

function fromText(text: string): number {
  const ms = canonicalMillis(text);
  if (!Number.isNaN(ms)) return ms;
  // Nanoseconds have more digits than a number keeps; to cut them is exact.
  if (/^[1-9]\d{17,18}$/.test(text)) return Number(text.slice(0, -6));
  const [, whole, fraction = ''] = /^(\d{1,19})(?:\.(\d{1,30}))?$/.exec(text) ?? [];
  if (whole !== undefined) return fromEpoch(Number(whole)) + (isSeconds(Number(whole)) ? thousandths(fraction) : 0);
  if (/^\d(?:\.\d{1,30})?e\+?\d\d?$/i.test(text)) return fromEpoch(Number(text));
  const match =
    /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?([.,]\d{1,12})?\s?(?:UTC|([Zz]|[+-]\d\d(?::?\d\d)?)(?: [A-Z]{3,5})?)?$/.exec(
      asRfc3339(text),
    );
  if (match === null) return Number.NaN;
  const [, day, minute, second = ':00', part = '', zone = 'Z'] = match;
  // To `Date.parse` the 30th of February is the 2nd of March.
  if (Number.isNaN(canonicalMillis(`${day}T00:00:00.000Z`))) return Number.NaN;
  const millis = part === '' ? '' : `.${`${part.slice(1)}00`.slice(0, 3)}`;
  // `+0200`, and PostgreSQL's `+02`; BigQuery writes ` UTC`, Go a name behind the offset.
  const offset = zone.length > 1 ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : zone.toUpperCase();
  return Date.parse(`${day}T${minute}${second === ':60' ? ':59' : second}${millis}${offset}`);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NAMED =
  /^(?:[A-Z][a-z]{2}, )?(\d\d?)[/ -]([A-Z][a-z]{2})[/ -](\d{4})[: ](\d\d:\d\d:\d\d) (?:(?:GMT|UTC|Z)|([+-]\d{4}))$/;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Forms of others, as the common one has them; what is in none of them, as it is. */
function asRfc3339(text: string): string {
  const [, day, name = '', year, time, offset = 'Z'] = NAMED.exec(text) ?? [];
  if (day === undefined) return text.replace(BASIC, '$1-$2-$3T$4:$5:$6Z');
  const month = String(MONTHS.indexOf(name) + 1).padStart(2, '0');
  return `${year}-${month}-${day.padStart(2, '0')}T${time}${offset}`;
}

const isSeconds = (value: number): boolean => value < 1e11;
const thousandths = (fraction: string): number => Number(`${fraction}00`.slice(0, 3));
/** What a decimal, or a number of nanoseconds, may lose on its way into a number and through a product. */
const ROUNDING = 1 + Number.EPSILON;

/** The unit is told by the size: seconds until the year 5138, then milliseconds, microseconds, nanoseconds. */
function fromEpoch(value: number): number {
  // 1.001 s is 1000.9999999999999 ms to a computer.
  if (isSeconds(value)) return Math.floor(value * 1000 * ROUNDING);
  if (value < 1e14) return Math.floor(value);
  if (value < 1e17) return Math.floor(value / 1e3);
  return Math.floor((value / 1e6) * ROUNDING);
}

/** The canonical form: UTC with milliseconds. Undefined where the value is no time. */
export function toIso(value: unknown): string | undefined {
  const ms = toMillis(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
