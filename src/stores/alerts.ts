import { type Alert, SEVERITIES, severityRank, type Verdict } from '../../schemas/alert.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES, literals } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { AlertFilter, Store } from './store.ts';

type AlertStore = Pick<Store, 'writeAlerts' | 'writeVerdicts' | 'verdicts' | 'alerts' | 'alert'>;

/** Alerts in all their revisions, and what people said of them. */
export function createAlertStore(connection: Connection): AlertStore {
  const newest = async (where: string, limit: number, oldestFirst?: true): Promise<Alert[]> => {
    const order = oldestFirst ? '' : 'DESC';
    const rows = await connection.read<{ body: string; status: Alert['status'] }>(
      `SELECT r.alert AS body, a.status AS status FROM (SELECT alert_id, revision, status, occurred_at FROM v_alerts WHERE ${where} ORDER BY occurred_at ${order}, alert_id LIMIT ${limit}) AS a INNER JOIN (SELECT alert_id, revision, alert FROM alerts FINAL) AS r ON r.alert_id = a.alert_id AND r.revision = a.revision ORDER BY a.occurred_at ${order}, a.alert_id`,
    );
    return rows.map(({ body, status }) => ({ ...(JSON.parse(body) as Alert), status }));
  };

  return {
    async writeAlerts(rows) {
      if (rows.length > 0) await connection.insert('alerts', await encode(rows, alertLine));
    },

    async writeVerdicts(rows) {
      await connection.insert('verdicts', await encode(rows, plainLine));
    },

    async verdicts(alertId) {
      const rows = await connection.read<Omit<Verdict, 'expires_at'> & { expires_at: string | null }>(
        `SELECT alert_id, at, author, verdict, reason, expires_at FROM verdicts FINAL WHERE alert_id = ${literal(alertId)} ORDER BY at ${ISO_TIMES}`,
      );
      return rows.map(({ expires_at, ...row }) => (expires_at === null ? row : { ...row, expires_at }));
    },

    alerts: (filter) => newest(conditions(filter), filter.limit, filter.oldestFirst),

    async alert(alertId) {
      return (await newest(`alert_id = ${literal(alertId)}`, 1))[0] ?? null;
    },
  };
}

function conditions({ agent, detector, minSeverity, status, since, after, oldestFirst }: AlertFilter): string {
  const all = ['1'];
  if (agent !== undefined) all.push(`agent_id = ${literal(agent)}`);
  if (detector !== undefined) all.push(`detector = ${literal(detector)}`);
  if (minSeverity !== undefined) {
    const least = severityRank(minSeverity);
    all.push(`severity IN ${literals(SEVERITIES.filter((name) => severityRank(name) >= least))}`);
  }
  if (status !== undefined) all.push(`status = ${literal(status)}`);
  if (since !== undefined) all.push(`occurred_at >= fromUnixTimestamp64Milli(${Math.floor(since)})`);
  if (after !== undefined) {
    const at = `fromUnixTimestamp64Milli(${Math.floor(after.at)})`;
    const beyond = `occurred_at ${oldestFirst ? '>' : '<'} ${at}`;
    all.push(`(${beyond} OR occurred_at = ${at} AND alert_id > ${literal(after.id)})`);
  }
  return all.join(' AND ');
}

/** JSON.stringify leaves out what is undefined, so that the columns take their defaults. */
const alertLine = (alert: Alert): string =>
  plainLine({
    alert_id: alert.alert_id,
    revision: alert.revision,
    stage: alert.stage,
    detector: alert.detector,
    severity: alert.severity,
    title: alert.title,
    summary: alert.summary,
    score: alert.score,
    reason: alert.reason,
    occurred_at: alert.occurred_at,
    agent_id: alert.agent.id,
    agent_name: alert.agent.name,
    owner: alert.agent.owner,
    session_id: alert.session_id,
    server_id: alert.server,
    target_name: alert.target,
    class: alert.class,
    scope: alert.scope,
    grant_id: alert.grant_id,
    event_ids: alert.event_ids,
    suppressed_count: alert.suppressed_count,
    alert: JSON.stringify(alert),
  });
