import { detectors } from '../../../detectors/index.ts';
import type { Alert } from '../../../schemas/alert.ts';
import type { AlertContext } from '../../alerts/channel.ts';

const CALLS = `SELECT occurred_at AS at, server_id AS server, target_name AS target, class, outcome_status AS outcome
FROM v_events WHERE agent_id = {agent:String} AND session_id = {session:String} ORDER BY occurred_at DESC LIMIT 12`;

type Query = (sql: string, params: Record<string, unknown>) => Promise<Record<string, unknown>[]>;

/** The session's last calls, and what to do first by the detector's own words. */
export async function contextOf(query: Query, alert: Alert): Promise<AlertContext> {
  const firstStep = detectors.find(({ id }) => id === alert.detector)?.firstStep;
  const rows = alert.session_id ? await query(CALLS, { agent: alert.agent.id, session: alert.session_id }) : [];
  const calls = rows.reverse().map((row) => ({
    at: String(row.at),
    server: String(row.server),
    target: String(row.target),
    class: String(row.class),
    outcome: String(row.outcome),
  }));
  return { ...(calls.length > 0 ? { calls } : {}), ...(firstStep === undefined ? {} : { firstStep }) };
}
