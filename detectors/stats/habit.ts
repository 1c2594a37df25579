/** How often something was met, and how often it was so; fractions, once halved. */
export type Habit = [met: number, so: number];

/** Counts one more. Of more than `limit` only the share is kept, so that habits may change. */
export function countHabit(habit: Habit | [...Habit, ...number[]], so: boolean, limit: number): void {
  habit[0] += 1;
  if (so) habit[1] += 1;
  if (habit[0] < limit) return;
  habit[0] /= 2;
  habit[1] /= 2;
}
