import { joiner } from './joiner.ts';

/** A tool by its server and its target (or method). One memory for all detectors: they ask for the same one in turn. */
export const fullName = joiner('/');

/** The same as a key of bounded length. */
export const toolOf = (server: string, name: string, length = 160): string => fullName(server, name).slice(0, length);
