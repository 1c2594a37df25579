import { type Severity, severityRank } from '../../schemas/alert.ts';
import type { QuietHours } from '../../schemas/config/alerts.ts';
import { MINUTE } from '../../schemas/durations.ts';

const MINUTES_A_DAY = 1_440;

/**
 * When quiet hours end that hold an alert of this severity now, or 0 where none do. The end is counted in minutes of
 * the wall clock, so that in the one night in which clocks change it is an hour off.
 */
export function quietUntil({ from, to, days, time_zone, below }: QuietHours, severity: Severity, at: number): number {
  if (severityRank(severity) >= severityRank(below)) return 0;
  const { minute, day } = local(at, time_zone);
  const start = minutes(from);
  const length = (minutes(to) - start + MINUTES_A_DAY) % MINUTES_A_DAY || MINUTES_A_DAY;
  const since = (minute - start + MINUTES_A_DAY) % MINUTES_A_DAY;
  if (since >= length) return 0;
  // Past midnight the quiet belongs to the day it began on.
  const began = minute < start ? WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7]! : day;
  if (days !== undefined && !days.includes(began)) return 0;
  return Math.floor(at / MINUTE) * MINUTE + (length - since) * MINUTE;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

function local(at: number, timeZone: string): { minute: number; day: (typeof WEEKDAYS)[number] } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.find((name) => name === parts.get('weekday')?.toLowerCase()) ?? 'mon';
  return { minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')), day };
}
