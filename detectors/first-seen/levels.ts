import { joiner } from '../stats/joiner.ts';
import type { Level } from './grades.ts';

/** What may be new, the highest first. */
export const LEVELS: readonly Level[] = ['class', 'server', 'tool'];

const MARKS: Record<Level, string> = { class: 'c', server: 's', tool: 't' };
const marked = joiner(':');

/** One name for a class, a server or a tool among the others. */
export const keyOf = (level: Level, name: string): string => marked(MARKS[level], name);
