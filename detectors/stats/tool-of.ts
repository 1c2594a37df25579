import { joiner } from './joiner.ts';

/** A tool as most detectors name it, by its server and its target (or method): one memory for all of them. */
export const toolOf = joiner('/', 160);

/** The same, however long: for texts. */
export const fullName = joiner('/');
