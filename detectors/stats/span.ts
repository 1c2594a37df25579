import { DAY } from '../../schemas/durations.ts';

/** From the first to the last of what was learned, epoch milliseconds; 0 before the first. */
export interface TimeSpan {
  since: number;
  until: number;
}

export function noteTime(span: TimeSpan, at: number): void {
  if (span.since === 0) span.since = at;
  span.until = Math.max(span.until, at);
}

export const daysOf = ({ since, until }: TimeSpan): number => (until - since) / DAY;
