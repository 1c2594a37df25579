import { type Alert, severityRank } from '../../schemas/alert.ts';
import type { Cause } from './cause.ts';
import { emptyTally, type StormTally } from './tally.ts';

/** What is kept of a storm. */
export interface Storm {
  id: string;
  cause: Cause;
  tally: StormTally;
  /** So many of its alerts are kept and not sent: it speaks for them. */
  withheld: number;
  firstAt: number;
  lastAt: number;
  /** Its newest revision that is stored and on its way, the agents in it then, and the channels over which it was told. */
  told: Alert | null;
  toldAgents: number;
  toldOver: ReadonlySet<string>;
}

export const newStorm = (id: string, cause: Cause, at: number): Storm => ({
  id,
  cause,
  tally: emptyTally(),
  withheld: 0,
  firstAt: at,
  lastAt: at,
  told: null,
  toldAgents: 0,
  toldOver: new Set(),
});

/** It is told again: its agents have doubled, somebody has not heard of it, or it is graver. */
export const hasGrown = ({ told, toldAgents, toldOver, tally: { agents, gravest, ways } }: Storm): boolean =>
  told === null ||
  agents.size >= 2 * toldAgents ||
  [...ways.values()].some(({ channel }) => !toldOver.has(channel)) ||
  (gravest !== null && severityRank(gravest.severity) > severityRank(told.severity));
