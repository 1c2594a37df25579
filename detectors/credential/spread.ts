/** How many tasks a credential served, and how many at most any other of its agent did. */
export interface Spread {
  tasks: number;
  habit: number;
}

/** More tasks than that, and more other credentials, before one is said to serve too many. */
const LEAST_TASKS = 3;
const LEAST_OTHERS = 5;

/** Mostly it is the one that came last. */
export const isAmong = (names: readonly string[], name: string): boolean =>
  names.at(-1) === name || names.includes(name);

/** Far more tasks, with this one, than any other of at least five credentials served; null where it is not so. */
export function spreadOf(
  all: readonly (readonly [string, { tasks: string[] }])[],
  id: string,
  served: readonly string[],
  task: string,
): Spread | null {
  if (served.length < LEAST_TASKS || all.length <= LEAST_OTHERS) return null;
  let habit = 0;
  for (const [other, { tasks }] of all) {
    if (other === id) continue;
    if (3 * tasks.length > served.length) return null;
    habit = Math.max(habit, tasks.length);
  }
  const tasks = served.length + (task === '' || isAmong(served, task) ? 0 : 1);
  return habit > 0 && tasks > Math.max(LEAST_TASKS, 3 * habit) ? { tasks, habit } : null;
}
