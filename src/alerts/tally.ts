import { type Alert, classRank, severityRank } from '../../schemas/alert.ts';
import type { Routing } from './routing.ts';

/** What is kept of the alerts of a storm, for which there is no bound: of the alerts themselves those that speak for all. */
export interface StormTally {
  alerts: number;
  /** In the order in which they came. */
  agents: Set<string>;
  owners: Set<string | undefined>;
  gravest: Alert | null;
  /** What the newest ones rest on. */
  events: Set<string>;
  /** By channel, and time from which on it may be used: one of the alerts that go this way. */
  ways: Map<string, { channel: string; alert: Alert }>;
}

/** Whoever is let may name another agent with each call. */
const MAX_AGENTS = 100_000;
const EVENTS = 20;

export const emptyTally = (): StormTally => ({
  alerts: 0,
  agents: new Set(),
  owners: new Set(),
  gravest: null,
  events: new Set(),
  ways: new Map(),
});

export function add(tally: StormTally, alert: Alert, routing: Routing): void {
  const { agents, owners, events } = tally;
  tally.alerts += 1;
  if (agents.size < MAX_AGENTS) agents.add(alert.agent.id);
  owners.add(alert.agent.owner);
  events.add(alert.event_ids.at(-1) ?? '');
  if (events.size > EVENTS) events.delete(events.values().next().value!);
  speak(tally, alert, routing);
}

/** The gravest speaks for all, and they go where each of them would have gone. */
export function speak(tally: StormTally, alert: Alert, routing: Routing): void {
  if (tally.gravest === null || byGravity(alert, tally.gravest) < 0) tally.gravest = alert;
  for (const { channel, notBefore } of routing(alert, Date.parse(alert.occurred_at))) {
    const way = `${channel} ${notBefore}`;
    if (!tally.ways.has(way)) tally.ways.set(way, { channel, alert });
  }
}

const byGravity = (a: Alert, b: Alert): number =>
  severityRank(b.severity) - severityRank(a.severity) || classRank(b.class) - classRank(a.class) || b.score - a.score;
