import { DAY, MINUTE } from '../../schemas/durations.ts';
import type { Standing } from '../stats/told.ts';
import type { Lived } from './outlives.ts';
import type { Issued, Unrenewed } from './renewal.ts';
import type { Shared } from './shared.ts';
import type { Spread } from './spread.ts';
import type { Return } from './succession.ts';

/** Clocks differ: so much past its end is still on time. */
export const GRACE_MS = 5 * MINUTE;

export interface Credential extends Issued, Lived {
  /** Gateways and tasks it was used at, at most 8 and 32. */
  gateways: string[];
  tasks: string[];
  /** Key of the last event with it; absent in what was kept before that was noted. */
  eventKey?: string;
}

/** What a call shows of its credential. */
export interface Observation {
  at: number;
  eventKey: string;
  id: string;
  known: Credential | null;
  served: string;
  /** One that this one had replaced is used beside it. */
  beside: Return | null;
  gateway: string;
  task: string;
  used: boolean;
  /** It should have been replaced by now. */
  unrenewed: Unrenewed | null;
  /** When it was issued, where it says so. */
  issued: number | null;
  /** Days past its end, since it was issued, and between both; -1 where not said. */
  overdue: number;
  age: number;
  life: number;
  /** Days within which those before it had all ended, where it is new and outlives them by far; else null. */
  usualLife: number | null;
  /** It is long-lived; and how it stands with that. */
  old: boolean;
  standing: Standing;
  /** Other agents of the fleet are known with this credential, or with one used lately. */
  shared: Shared | null;
}

/** The credential that a finding is about. */
export function aboutOf(reason: string, { id, beside, shared }: Observation): string {
  if (reason === 'used_after_replaced') return beside!.id;
  return reason === 'used_by_several_agents' ? shared!.id : id;
}

function span(days: number): string {
  if (days >= 2) return `${Math.floor(days)} days`;
  return days >= 1 / 12 ? `${Math.floor(days * 24)} hours` : `${Math.max(1, Math.floor(days * 1440))} minutes`;
}

/** The finding in words. */
export function told(reason: string, seen: Observation, spread: Spread | null): string {
  const name = `credential ${aboutOf(reason, seen).slice(0, 24)}`;
  if (reason === 'used_after_replaced')
    return `${name}, which ${seen.id.slice(0, 24)} had replaced and nobody had used for ${span(seen.beside!.silent / DAY)}, is used again beside it`;
  if (reason === 'used_after_end') return `${name} was used ${span(seen.overdue + GRACE_MS / DAY)} after its end`;
  if (reason === 'not_renewed')
    return `${name} is in use for ${span(seen.unrenewed!.age)}, the ${seen.unrenewed!.times} before it were each replaced within ${span(seen.unrenewed!.usual)}`;
  if (reason === 'outlives_others')
    return `${name} ${seen.life < 0 ? 'states no end' : `lives ${span(seen.life)}`}, those before it all ended within ${span(seen.usualLife!)}`;
  if (reason === 'used_by_several_agents')
    return `${name} is used by ${seen.shared!.strangers === 1 ? 'another agent' : `${seen.shared!.strangers} other agents`} as well`;
  if (reason === 'used_at_two_gateways')
    return `${name}, known at ${seen.known?.gateways.join(', ')}, appeared at ${seen.gateway}`;
  if (reason === 'serves_many_tasks')
    return `${name} served ${spread?.tasks} tasks, others of this agent at most ${spread?.habit}`;
  return `${name} lives ${Math.floor(Math.max(seen.age, seen.life))} days`;
}
