import type { CanonicalEvent } from '../../schemas/event.ts';
import { joiner } from './joiner.ts';

type Named = Pick<CanonicalEvent, 'server' | 'target' | 'method'>;

/** One memory for all detectors: they ask for the same tool in turn. */
const joined = joiner('/');

/** What a call is made by: its server and its tool, or its method where it names none. */
export const fullName = ({ server, target, method }: Named): string => joined(server.id, target.name ?? method);

/** The same as a key of bounded length. */
export const toolOf = ({ server, target, method }: Named, length?: number): string =>
  toolKey(server.id, target.name ?? method, length);

export const toolKey = (server: string, name: string, length = 160): string => joined(server, name).slice(0, length);
