import type { Detector } from '../../detectors/detector.ts';
import { DAY } from '../../schemas/durations.ts';
import { literal } from '../../schemas/sql-literal.ts';
import type { SessionState } from './agent-state.ts';

/**
 * The query that shows the events of an alert, with the columns that it is about. Ids are hex or quoted: nothing an agent
 * says can leave the string.
 */
export function proofSql(agentId: string, keys: readonly string[], columns: readonly string[] = []): string {
  const list = keys.map(literal).join(', ');
  const shown = ['occurred_at', 'server_id', 'target_name', ...columns, ...JUDGED].join(', ');
  return `SELECT ${shown} FROM v_events WHERE agent_id = ${literal(agentId)} AND event_key IN (${list}) ORDER BY occurred_at`;
}
const JUDGED = ['class', 'scope', 'scope_why', 'outcome_status', 'args'];

const DAY_BACK = { days: 60, hours: 14 };

/** The query that shows a trend: what the agent did a day (or an hour), and how much of it with privilege. */
export function trendSql(shows: NonNullable<Detector['shows']>, agentId: string, at: number): string {
  const to = Math.floor(at / DAY + 1) * DAY;
  const from = to - DAY_BACK[shows] * DAY;
  const bucket = shows === 'days' ? 'toDate(occurred_at) AS day' : 'toStartOfHour(occurred_at) AS hour';
  const [, name] = bucket.split(' AS ');
  const privileged = "class IN ('write', 'execute', 'secret', 'identity')";
  return `SELECT ${bucket}, count() AS calls, countIf(${privileged}) AS privileged, round(privileged / calls, 3) AS share, countIf(class IN ('execute', 'secret', 'identity')) AS execute_and_above, countIf(class IN ('secret', 'identity')) AS secrets, uniqExactIf((server_id, target_name), ${privileged}) AS privileged_tools, countIf(scope = 'out') AS out_of_scope, arraySort(groupUniqArray(20)(server_id)) AS servers FROM v_events WHERE agent_id = ${literal(agentId)} AND occurred_at >= '${second(from)}' AND occurred_at < '${second(to)}' GROUP BY ${name} ORDER BY ${name}`;
}

/** The query that shows a session whole, however it was told apart. */
export function sessionSql(
  agentId: string,
  session: Pick<SessionState, 'key' | 'from' | 'firstAt' | 'lastAt'>,
): string {
  const { key, from, firstAt, lastAt } = session;
  const own = key.slice(key.indexOf(':') + 1);
  const within = {
    gateway: `session_id = ${literal(key)}`,
    trace: `session_id = '' AND trace_id = ${literal(own)}`,
    task: `session_id = '' AND trace_id = '' AND task_id = ${literal(own)}`,
    idle: `session_id = '' AND trace_id = '' AND task_id = '' AND occurred_at >= '${second(firstAt)}' AND occurred_at <= '${second(lastAt + 1000)}'`,
  }[from];
  return `SELECT occurred_at, server_id, target_name, class, scope, outcome_status, findings, args FROM v_events WHERE agent_id = ${literal(agentId)} AND ${within} ORDER BY occurred_at`;
}

const second = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
