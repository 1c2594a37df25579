import { InvalidArgumentError, Option } from 'commander';
import { DAY } from '../../../schemas/durations.ts';

/** Readers of what stands behind an option: what does not fit is refused with what would. */

type Reader = (text: string) => number;

const wholeNumber =
  (least: number, most: number): Reader =>
  (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is expected`);
  };

export const parseCount = wholeNumber(1, 1_000_000_000);
export const parseDays = wholeNumber(1, 4_000);
export const parseThreads = wholeNumber(1, 64);
export const parsePort = wholeNumber(0, 65_535);

export function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('a number from 0 to 1 is expected');
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:[Tt][\d:.]+(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** A date is its first moment in UTC. Epoch milliseconds. */
export function parseTime(text: string): number {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('a date as 2026-06-01, or a time as 2026-06-01T12:00:00Z, is expected');
}

/** An end: a date is its last moment in UTC, as days are counted in a grants file. */
export const parseEnd = (text: string): number => parseTime(text) + (/^\d{4}-\d\d-\d\d$/.test(text) ? DAY - 1 : 0);

/** An option that may be given again: its value is the list of what was given. */
export const repeated = (flags: string, description: string): Option =>
  new Option(flags, `${description}; may be given again`)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], 'none');
