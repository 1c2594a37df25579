import type { Alert } from '../../schemas/alert.ts';
import { cut } from '../../schemas/cut.ts';
import { lasting } from '../../schemas/lasting.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { STORM_AGENT, STORM_EXPECTED } from './own.ts';
import type { StormTally } from './tally.ts';

const LISTED = 20;

/** The next revision of what a storm says: who, since when, of what. The gravest of its alerts speaks for all. */
export function stormAlert(
  storm: {
    id: string;
    cause: { same: Readonly<Record<string, string>> };
    tally: StormTally;
    withheld: number;
    firstAt: number;
    lastAt: number;
    told: Alert | null;
  },
  stage: Alert['stage'],
): Alert {
  const { agents, owners, events, alerts } = storm.tally;
  const gravest = storm.tally.gravest ?? storm.told!;
  const [owner] = owners;
  const spanned = lasting(storm.lastAt - storm.firstAt);
  const silent = storm.withheld;
  const seen = `${agents.size} agents within ${spanned}`;
  const { detector, reason, server, target, severity, score, scope, frameworks } = gravest;
  return {
    alert_id: storm.id,
    detector,
    title: cut(`${agents.size} agents: ${withoutAgent(gravest)}`, 160),
    summary: `${stage === 'close' ? 'Over: no further agent. ' : ''}The same was found of ${seen}: ${listed([...agents])}. Most likely it has one cause, such as a release, a new tool, a new colleague or a changed server. ${silent === 1 ? '1 of the single alerts is' : `${silent} of the single alerts are`} kept and not sent. Of ${gravest.agent.id}: ${gravest.summary}`,
    severity,
    score,
    reason,
    occurred_at: new Date(storm.lastAt).toISOString(),
    agent: { id: STORM_AGENT, name: `${agents.size} agents`, ...(owners.size === 1 && owner ? { owner } : {}) },
    ...(server === undefined ? {} : { server }),
    ...(target === undefined ? {} : { target }),
    event_ids: [...events],
    class: gravest.class,
    scope,
    proof: {
      seen,
      expected: STORM_EXPECTED,
      n: alerts,
      window: spanned,
      threshold: 0,
      contributors: [],
      sql: proofSql(storm.cause.same),
    },
    revision: (storm.told?.revision ?? 0) + 1,
    stage,
    frameworks,
    suppressed_count: silent,
    status: 'new',
  };
}

const listed = (agents: readonly string[]): string =>
  `${agents.slice(0, LISTED).join(', ')}${agents.length > LISTED ? ` and ${agents.length - LISTED} more` : ''}`;

export const withoutAgent = ({ title, agent }: Alert): string =>
  title.startsWith(`${agent.id}: `) ? title.slice(agent.id.length + 2) : title;

/** The single alerts, the link from the storm to what it speaks for. */
function proofSql(same: Readonly<Record<string, string>>): string {
  const columns = Object.entries(same).map(([column, value]) => `${column} = ${literal(value)}`);
  return `SELECT occurred_at, agent_id, severity, status, alert_id, title FROM v_alerts WHERE agent_id != '${STORM_AGENT}' AND ${columns.join(' AND ')} ORDER BY occurred_at DESC LIMIT 1000`;
}
