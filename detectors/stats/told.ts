import { z } from 'zod';
import { classRank } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Score, Seen } from '../detector.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './recent.ts';

/** What was told and not learned, by what it was about: when last, and how far it went. */
export type Told = Recent<[at: number, reach: number]>;

/**
 * `pending`: told lately and cleared by nobody, neither told again nor learned. `reminder`: told long ago. `further`: there
 * was less of it before, that was not refused.
 */
export interface Standing {
  pending: boolean;
  reminder: boolean;
  further: boolean;
}

/** How the engine is told so. */
export const again = ({ pending, reminder }: Standing): Pick<Score, 'again'> =>
  pending ? { again: 'lately' } : reminder ? { again: 'long ago' } : {};

/** Of a reminder, behind what was seen: it is no longer the first. */
export const reminded = ({ reminder }: Pick<Standing, 'reminder'>): string =>
  reminder ? ', reported before and still without a verdict' : '';

/** The setting by which a detector tells again what nobody judged, and how mild it is then. */
export const remindDays = (how: 'as low' | 'a step milder') =>
  z.number().positive().default(30).describe(`What nobody cleared is told again then, ${how}.`);

/** Score of what was told and nobody judged: it goes on, and is on record, and no news. */
export const ON_RECORD = 2;

export const KNOWN: Standing = { pending: false, reminder: false, further: false };

const TOLD = 64;
const REFUSED = -1;

/** What was to be told and was not, as it was cleared or did not suffice, was never told. */
export function untell({ told }: { told?: Told }, key: string): void {
  const entry = told === undefined ? undefined : peek(told, key);
  if (entry !== undefined) entry[1] = REFUSED;
}

/**
 * How a thing stands that may be told now, and that it is told now where it is not pending. What was refused before and is
 * let in now was not told yet, nor was a call that changes something after one that reads, or one of class execute or above
 * after that. `far`, from 0: how far it went, where that is not its class. `told` is made before the first.
 */
export function tellOnce(
  state: { told?: Told },
  key: string,
  { at, class: name, used }: Pick<Seen, 'at' | 'class' | 'used'>,
  remindDays: number,
  far = Math.max(classRank(name), classRank('read')),
): Standing {
  state.told ??= emptyRecent();
  const { told } = state;
  const reach = used ? far : REFUSED;
  const before = peek(told, key);
  const known = before !== undefined && before[1] >= reach;
  if (known && at - before[0] < remindDays * DAY) return { ...KNOWN, pending: true };
  const further = before !== undefined && before[1] > REFUSED && !known;
  const entry = touch<[number, number]>(told, key, TOLD, () => [0, REFUSED]);
  entry[0] = at;
  entry[1] = Math.max(entry[1], reach);
  return { pending: false, reminder: known, further };
}

/** The same of what lasts, whatever call it shows by: nothing that each call says anew. */
export const tellLasting = (state: { told?: Told }, key: string, at: number, remindDays: number): Standing =>
  tellOnce(state, key, { at, class: 'read', used: true }, remindDays);

/** Of what was told that which was let through. */
export const toldAndDone = ({ told = emptyRecent() }: { told?: Told }): string[] =>
  entries(told).flatMap(([key, [, reach]]) => (reach > REFUSED ? [key] : []));
