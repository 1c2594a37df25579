import type { CanonicalEvent } from '../../schemas/event.ts';
import type { leavesOf } from '../stats/leaves.ts';
import type { Act } from './act.ts';

export interface Call {
  server: string;
  tool: string;
  args: unknown;
  leaves: ReturnType<typeof leavesOf>;
  /** Who makes it. */
  agent: CanonicalEvent['agent'];
}

/** Reads calls of some tools: which ones, their names tell. */
export interface Reader {
  fits(server: string, tool: string): boolean;
  does(call: Call): Act | null;
}

/** What a call was given, for people: `name=value`, each cut. */
export const saidIn = (leaves: Call['leaves']): string =>
  leaves.map(([key, value]) => `${key.slice(-40)}=${String(value).slice(0, 60)}`).join(' ');
