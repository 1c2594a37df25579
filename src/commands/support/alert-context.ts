import { setTimeout } from 'node:timers/promises';
import { detectors } from '../../../detectors/index.ts';
import type { Alert } from '../../../schemas/alert.ts';
import type { AlertContext } from '../../alerts/channel.ts';
import type { Store } from '../../stores/store.ts';

/** Events without a session of the gateway's own, by what the fold made one of. */
const DERIVED: Readonly<Record<string, string>> = {
  trace: 'trace_id = {own:String}',
  task: "trace_id = '' AND task_id = {own:String}",
  idle: `trace_id = '' AND task_id = '' AND occurred_at >= (
    SELECT min(occurred_at) FROM v_events WHERE agent_id = {agent:String} AND startsWith(event_key, {own:String}))`,
};

/**
 * The last calls up to what the alert tells of: what came before it, not what has happened since. What it cites may bear a
 * later time than it has, where a clock is ahead.
 */
const callsSql = (within: string): string => `SELECT occurred_at AS at, server_id AS server,
  if(target_name = '', method, target_name) AS target, class, outcome_status AS outcome, event_id, event_key
FROM v_events WHERE agent_id = {agent:String} AND ${within}
  AND (occurred_at <= parseDateTime64BestEffort({until:String}, 3, 'UTC')
    OR has({cited:Array(String)}, event_key) OR event_id != '' AND has({cited:Array(String)}, event_id))
ORDER BY occurred_at DESC LIMIT 12`;

const BESIDE_SQL = `SELECT detector, severity, alert_id FROM v_alerts
WHERE agent_id = {agent:String} AND alert_id != {own:String} AND hasAny(event_ids, {cited:Array(String)})
ORDER BY indexOf(['critical', 'high', 'medium', 'low', 'info'], severity), detector LIMIT 5`;

type Query = (sql: string, params: Record<string, unknown>) => Promise<Record<string, unknown>[]>;
type Calls = NonNullable<AlertContext['calls']>;
type Beside = NonNullable<AlertContext['beside']>;

const SHOWN = { maxRows: 12, maxSeconds: 5, maxBytes: 1 << 20 };
/** Alerts go ahead of the events that they cite, which follow within so many pauses. */
const PATIENCE = 8;
const PAUSE_MS = 250;
/** Events of an alert older than this were stored long ago, or never will be. */
const FRESH_MS = 120_000;

/** What the store knows around an alert; `now` where a running service is filling it, so that fresh events are waited for. */
export function contextFrom(store: Pick<Store, 'query'>, now?: () => number): (alert: Alert) => Promise<AlertContext> {
  const query: Query = async (sql, params) => (await store.query(sql, SHOWN, params)).rows;
  return (alert) => {
    const isFresh = now !== undefined && now() - Date.parse(alert.occurred_at) < FRESH_MS;
    return contextOf(query, alert, isFresh ? () => setTimeout(PAUSE_MS) : undefined);
  };
}

/** The session's last calls, what else was told of the same, and what to do first by the detector's own words. `pause` waits for events to be stored. */
export async function contextOf(query: Query, alert: Alert, pause?: () => Promise<void>): Promise<AlertContext> {
  const firstStep = ownStep(alert);
  let calls = await callsOf(query, alert);
  for (let left = awaited(alert) ? PATIENCE : 0; pause && left > 0 && !isThere(calls, alert); left -= 1) {
    await pause();
    calls = await callsOf(query, alert);
  }
  const beside = await besideOf(query, alert);
  return {
    ...(calls.length > 0 && { calls }),
    ...(beside.length > 0 && { beside }),
    ...(firstStep !== undefined && { firstStep }),
  };
}

async function besideOf(query: Query, { alert_id: own, agent, event_ids: cited }: Alert): Promise<Beside> {
  if (cited.length === 0) return [];
  const rows = await query(BESIDE_SQL, { agent: agent.id, own, cited });
  return rows.map(({ detector, severity, alert_id }) => ({
    detector: String(detector),
    severity: String(severity),
    alert_id: String(alert_id),
  }));
}

/** What its detector says to do first, which knows more than the class of the call. */
export function ownStep({ detector, class: name }: Alert): string | undefined {
  const own = detectors.find(({ id }) => id === detector);
  return (name === 'identity' ? own?.firstStepOfRights : undefined) ?? own?.firstStep;
}

const awaited = ({ session_id, stage }: Alert): boolean => session_id !== undefined && stage !== 'close';

/** What the alert cites is stored; of many calls in one moment it may be none of those shown. */
const isThere = (calls: Calls, { occurred_at }: Alert): boolean =>
  calls.some(({ told, at }) => told || Date.parse(at) >= Date.parse(occurred_at));

async function callsOf(query: Query, { session_id: session, agent, occurred_at, event_ids }: Alert): Promise<Calls> {
  if (session === undefined) return [];
  const [kind = '', own] = session.split(/:(.*)/s);
  const within = own === undefined ? undefined : DERIVED[kind];
  const sql = callsSql(within === undefined ? 'session_id = {session:String}' : `session_id = '' AND ${within}`);
  const params = {
    agent: agent.id,
    until: occurred_at,
    cited: event_ids,
    ...(within === undefined ? { session } : { own }),
  };
  const rows = await query(sql, params);
  return rows.reverse().map(({ event_id, event_key, ...row }) => ({
    at: String(row.at),
    server: String(row.server),
    target: String(row.target),
    class: String(row.class),
    outcome: String(row.outcome),
    told: [event_id, event_key].some((id) => event_ids.includes(String(id))),
  }));
}
