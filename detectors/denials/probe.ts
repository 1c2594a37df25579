import { classRank, type PrivilegeClass, type Severity } from '../../schemas/alert.ts';
import { DAY, HOUR } from '../../schemas/durations.ts';
import { tailAbove } from '../stats/count-tail.ts';

/** Tools that refused an agent and never let it in, and when, over its sessions; oldest first. */
export type Tried = [tool: string, at: number][];

const WINDOW = 6 * HOUR;
const KEPT = 16;
/** Fewer such tools may be one errand. */
const LEAST = 4;

/** Takes in a tool that refused it; how many did within the hours before. */
export function triedWith(tried: Tried, tool: string, at: number): Tried {
  const others = tried.filter(([other, then]) => other !== tool && Math.abs(at - then) < WINDOW);
  return [...others, [tool, at] satisfies [string, number]].slice(-KEPT);
}

/** How unlikely so many within hours are, after so many in so many days: -log10 of the probability. */
export const probedOverSessions = (tools: number, strange: number, days: number): number =>
  tools < LEAST ? 0 : tailAbove(tools, WINDOW / DAY, { count: strange, exposure: Math.max(1, days) });

/** Doors that all used to be open were closed by somebody: a policy changed, or broke. */
export function severityOf({ class: name, strange }: { class: PrivilegeClass; strange: number }): Severity {
  if (strange === 0 && classRank(name) < classRank('secret')) return 'low';
  return classRank(name) >= classRank('execute') ? 'high' : 'medium';
}
