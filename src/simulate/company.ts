import type { Charter, Grant } from '../../schemas/grant.ts';
import type { Agent } from './agent.ts';
import type { Settings } from './settings.ts';

/** What was planted, and what changed honestly: a line of truth.jsonl, with the time beside the day. */
export interface Truth {
  agent_id: string;
  kind: string;
  /** Day on which it begins, counted from the first. */
  day: number;
  /** The day after its last one, where it ends. */
  until?: number;
  detail: string;
}

export interface World {
  settings: Settings;
  agents: Agent[];
  grants: Grant[];
  charters: Charter[];
  truth: Truth[];
  /** Midnight of a day, RFC 3339. */
  at(day: number): string;
  isPrivileged(tool: string): boolean;
}

/** Some grant was written for the agent or its role. */
export const isGoverned = ({ grants }: World, { role, id }: Agent): boolean =>
  grants.some(({ agents: [name] }) => name === `${role.name}-*` || name === id);
