import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { entries } from '../stats/recent.ts';
import type { Told } from '../stats/told.ts';
import type { Act } from './act.ts';

/** An act of another kind, by another tool or command or with another host is another one; a graver one is told though. */
export const keyOf = ({ kind, group }: Act, by: string): string => `${kind} ${by} ${group}`.slice(0, 240);

/** What runs any command is as many tools as there are commands, and what calls any tool as there are tools. */
export function byWhat(tool: string, called: string, name: PrivilegeClass, { shows }: Act): string {
  if (called !== '') return `${tool} ${called}`;
  const command = classRank(name) < classRank('execute') ? '' : (FIRST_WORD.exec(shows)?.[0] ?? '');
  return command === '' ? tool : `${tool} ${command.toLowerCase()}`;
}
const FIRST_WORD = /[a-z][\w-]{1,20}/i;

/** Who gave the same to so many others does so for its work: keys and accounts are less than administration. */
const HABIT = { medium: 1, high: 3 };

/** Whether the same was given to so many others by it before. */
export function isHabit({ told }: { told?: Told }, act: Act, by: string): boolean {
  const [what, whom] = act.group.split(' > ');
  if (whom === undefined || told === undefined) return false;
  const prefix = keyOf({ ...act, group: `${what} > ` }, by);
  const own = keyOf(act, by);
  const others = entries(told).filter(([key, [, reach]]) => reach >= 0 && key !== own && key.startsWith(prefix));
  return others.length >= HABIT[act.severity === 'medium' ? 'medium' : 'high'];
}
