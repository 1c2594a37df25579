import { cut } from '../../schemas/cut.ts';

/** Longest string and list that are kept, roomiest first. */
const SIZES: readonly [number, number][] = [
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [2_000, 50],
  [500, 20],
  [200, 10],
  [80, 5],
  [40, 3],
];

/**
 * JSON of a value in at most `maxBytes`, its longest strings and lists cut where they must be: what an attacker chose to
 * be long must not keep an alert from arriving. The same value gives the same bytes. Strings of up to 40 characters,
 * as ids and times are, always stay whole.
 */
export function compactJson(value: unknown, maxBytes: number): string {
  let json = '';
  for (const [text, list] of SIZES) {
    json = JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === 'string') return cut(part, text);
      return Array.isArray(part) ? part.slice(0, list) : part;
    });
    if (Buffer.byteLength(json) <= maxBytes) return json;
  }
  return json;
}
