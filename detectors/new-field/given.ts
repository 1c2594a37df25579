import { remembered } from '../../schemas/remember.ts';
import { spaced, wordsOf } from '../../schemas/words.ts';
import { isMatter } from '../one-party/no-party.ts';
import { lastName, leavesOf } from '../stats/leaves.ts';

const MOST = 48;
const LONGEST = 120;

/**
 * The fields that a call fills, with those that they lie in, outer ones first; not those that say why or under what it is
 * filed, as whoever documents more does nothing else.
 */
export function fieldsOf(args: unknown): string[] {
  const fields = new Set<string>();
  if (args === undefined) return [];
  for (const [path, value] of leavesOf(args)) {
    if (fields.size >= MOST) break;
    if (value === '' || value === null || value === false || path.length > LONGEST || saysWhy(path)) continue;
    for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) fields.add(path.slice(0, dot));
    fields.add(path);
  }
  return [...fields];
}

const WHY =
  / (?:reason|comment|comments|note|notes|description|message|purpose|rationale|justification|memo|remark|remarks|summary|title|subject|resolution|label|labels|tag|tags|locale|language|timeout|ms) $/;
/** That nothing is to be said of it is no word of why. */
const saysWhy = remembered(
  (path) => (isMatter(path) || WHY.test(spaced(lastName(path)))) && !isWaiver(path),
  4_096,
  LONGEST,
);

const WAIVES = /^(?:overr(?:ide|ode|idden)|bypass|skip|forced?$|suppress|waive|ignore|exempt|disable|unsafe)/;
/** Whether a field says that a check is left out. */
export const isWaiver = (field: string): boolean => wordsOf(lastName(field)).some((word) => WAIVES.test(word));

const OPERATION = /^(?:method|action|operation|op|command|type|kind|event|mode)$/i;
/** Of a tool that does several things, which: each has its own fields. */
export function operationOf(args: Record<string, unknown> | undefined): string {
  for (const key in args) {
    const value = args[key];
    if (OPERATION.test(key) && typeof value === 'string' && value.length <= 40) return value.toLowerCase();
  }
  return '';
}
