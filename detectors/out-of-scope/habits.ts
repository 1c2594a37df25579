import { classRank } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { emptyRecent, entries, peek, type Recent, touch } from '../stats/recent.ts';

/** A tool in use before the agent had any grant. */
interface Habit {
  /** On how many days, and the last of them. */
  days: number;
  last: number;
  /** A call of it was out of scope since. */
  out: boolean;
}

/** What an agent was used to before it had any grant: 96 tools, 10 KB. */
export type Habits = Recent<Habit>;

const TOOLS = 96;
/** On so many days a tool was used that is a habit. */
const HABIT_DAYS = 3;

export function noteHabit(state: { habits?: Habits }, tool: string, at: number): void {
  state.habits ??= emptyRecent();
  const habit = touch<Habit>(state.habits, tool, TOOLS, () => ({ days: 0, last: -1, out: false }));
  const day = Math.floor(at / DAY);
  if (day <= habit.last) return;
  habit.days += 1;
  habit.last = day;
}

/**
 * Whoever gets a first grant that names a part of what it always did is out of scope with all the rest at once: that is
 * one mistake, of the grants, and not as many as there are tools. Zero where the call is no such habit, else how many are.
 */
export function habitsOut(habits: Habits, tool: string, { used, class: name, outside, via }: Seen): number {
  if (!used || via !== '' || outside === 'denied' || classRank(name) >= classRank('secret')) return 0;
  const habit = peek(habits, tool);
  if (habit === undefined || habit.days < HABIT_DAYS) return 0;
  habit.out = true;
  return entries(habits).filter(([, { out }]) => out).length;
}
