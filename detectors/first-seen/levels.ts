import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { daysMet, type Incidence } from '../stats/incidence.ts';
import { joiner } from '../stats/joiner.ts';
import { entries } from '../stats/recent.ts';
import type { Level } from './grades.ts';

/** What may be new, the highest first. */
const LEVELS: readonly Level[] = ['class', 'server', 'tool'];

const MARKS: Record<Level, string> = { class: 'c', server: 's', tool: 't' };
const marked = joiner(':');

/** One name for a class, a server or a tool among the others. */
export const keyOf = (level: Level, name: string): string => marked(MARKS[level], name);

/** What an agent used, by days. */
interface Used {
  tools: Incidence;
  servers: Incidence;
  classes: Incidence;
}

/** The levels at which it is new, the highest first. */
export function newLevels(state: Used, tool: string, server: string, name: PrivilegeClass): Level[] {
  const [toolMet, classMet] = [daysMet(state.tools, tool) > 0, daysMet(state.classes, name) > 0];
  if (toolMet && classMet) return [];
  // A class below one it uses anyway is no new privilege.
  const above = entries(state.classes.days).every(([known]) => classRank(known as PrivilegeClass) < classRank(name));
  const isNew = { class: above && !classMet, server: daysMet(state.servers, server) === 0, tool: !toolMet };
  return LEVELS.filter((level) => isNew[level]);
}

export const incidenceOf = (state: Used, level: Level): Incidence =>
  level === 'class' ? state.classes : level === 'server' ? state.servers : state.tools;
