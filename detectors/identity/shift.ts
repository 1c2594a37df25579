import { DAY, HOUR } from '../../schemas/durations.ts';

/**
 * When an agent was last at work, and where: who goes home for a day begins it there, while a stolen key is used beside the
 * work of its owner.
 */
export interface Shift {
  /** The network of its last call, and when that was. */
  net: string;
  at: number;
  /** Its last call from any other network; 0 before the first. */
  elsewhere: number;
  /** The last day it was seen, how many days that were, and how many of them began after a rest. */
  day: number;
  days: number;
  rested: number;
}

/** So long a pause parts two days of work. */
const REST = 8 * HOUR;
/** Fewer days say nothing of whether an agent rests. */
const LEAST_DAYS = 5;

export const emptyShift = (): Shift => ({ net: '', at: 0, elsewhere: 0, day: -1, days: 0, rested: 0 });

/** Moves on to a call from this network. Milliseconds since the last call from another one, and since the last of all. */
export function moveOn(shift: Shift, net: string, at: number): { away: number; idle: number } {
  const idle = at - shift.at;
  if (net !== shift.net) shift.elsewhere = shift.at;
  shift.net = net;
  shift.at = Math.max(shift.at, at);
  return { away: at - shift.elsewhere, idle };
}

/** Takes the call into what is known of its days. */
export function noteDay(shift: Shift, at: number, idle: number): void {
  const day = Math.floor(at / DAY);
  if (day <= shift.day) return;
  shift.day = day;
  shift.days += 1;
  if (idle >= REST) shift.rested += 1;
}

/** Not so who works around the clock. A day's work may go on past midnight (UTC), so that half of its days suffice. */
const rests = ({ days, rested }: Shift): boolean => days >= LEAST_DAYS && rested * 2 >= days;

/** It works elsewhere, and did so a while ago. */
export const isAtWork = (shift: Shift, away: number): boolean => rests(shift) && away < REST;

/** Its day began here, after a rest. */
export const beganHere = (shift: Shift, away: number): boolean => rests(shift) && away >= REST;
