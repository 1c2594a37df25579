import type { Alert, Severity } from '../../../schemas/alert.ts';
import { frameworkIds } from '../text.ts';

/** OCSF 1.8.0, class 2004 Detection Finding: what a SIEM reads without a parser of its own. */

const ACTIVITY: Record<Alert['stage'], { id: number; name: string }> = {
  open: { id: 1, name: 'Create' },
  update: { id: 2, name: 'Update' },
  close: { id: 3, name: 'Close' },
};
const SEVERITY_ID: Record<Severity, number> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
const STATUS: Record<Alert['status'], { id: number; name: string }> = {
  new: { id: 1, name: 'New' },
  acknowledged: { id: 2, name: 'In Progress' },
  resolved: { id: 4, name: 'Resolved' },
};
const CLASS_UID = 2004;
const BEHAVIORAL = 2;

export function ocsfFinding(alert: Alert) {
  const activity = ACTIVITY[alert.status === 'resolved' ? 'close' : alert.stage];
  const time = Date.parse(alert.occurred_at);
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: CLASS_UID,
    class_name: 'Detection Finding',
    type_uid: CLASS_UID * 100 + activity.id,
    type_name: `Detection Finding: ${activity.name}`,
    time,
    severity_id: SEVERITY_ID[alert.severity],
    severity: alert.severity === 'info' ? 'Informational' : capital(alert.severity),
    status_id: STATUS[alert.status].id,
    status: STATUS[alert.status].name,
    is_alert: true,
    message: alert.summary,
    metadata: {
      version: '1.8.0',
      product: { name: 'Overreach', vendor_name: 'Overreach', feature: { name: alert.detector } },
      // What people say belongs to no revision.
      uid: `${alert.alert_id}.${alert.revision}${alert.status === 'new' ? '' : `.${time}`}`,
      labels: frameworkIds(alert),
      ...(alert.session_id === undefined ? {} : { correlation_uid: alert.session_id }),
    },
    finding_info: {
      uid: alert.alert_id,
      title: alert.title,
      desc: alert.summary,
      modified_time: time,
      analytic: { name: alert.detector, uid: alert.detector, type_id: BEHAVIORAL, type: 'Behavioral' },
      related_events: alert.event_ids.map((uid) => ({ uid })),
      attacks: alert.frameworks.mitre_atlas.map((uid) => ({ technique: { uid } })),
    },
    anomaly_analyses: [anomaly(alert)],
    evidences: [evidence(alert)],
    resources: [
      resource('agent', alert.agent.id, alert),
      ...(alert.server === undefined ? [] : [resource('mcp-server', alert.server, alert)]),
    ],
    observables: observables(alert),
    unmapped: {
      revision: alert.revision,
      suppressed_count: alert.suppressed_count,
      class: alert.class,
      scope: alert.scope,
      grant_id: alert.grant_id,
      on_behalf_of: alert.on_behalf_of,
      score: alert.score,
      sql: alert.proof.sql,
    },
  };
}

/** What was watched, what was normal (baselines) and what came instead (anomalies). */
function anomaly({ agent, target, server, reason, score, proof }: Alert) {
  const parameter = reason;
  const name = [server, target].filter((part) => part !== undefined).join('/');
  return {
    analysis_targets: [{ name: agent.id, type: 'AI agent' }, ...(name === '' ? [] : [{ name, type: 'MCP target' }])],
    anomalies: [
      {
        observation_parameter: parameter,
        observation_type: 'Behavioral Analysis',
        observed_pattern: score >= 3 ? 'RARE' : 'INFREQUENT',
        observations: [{ value: proof.seen, count: 1 }],
      },
    ],
    baselines: [
      {
        observation_parameter: parameter,
        observation_type: 'Behavioral Analysis',
        observed_pattern: 'FREQUENT',
        observations: [{ value: proof.expected, count: proof.n, ...timespan(proof.window) }],
      },
    ],
  };
}

const timespan = (window: string): { timespan?: { duration_days: number } } => {
  const days = /^(\d+) d$/.exec(window)?.[1];
  return days === undefined ? {} : { timespan: { duration_days: Number(days) } };
};

/** Who called what, for whom. The principal behind the agent is the one farthest from it. */
function evidence({ agent, session_id: session, on_behalf_of, server, target, proof }: Alert) {
  const user = on_behalf_of?.at(-1);
  return {
    actor: {
      app_uid: agent.id,
      ...(agent.name === undefined ? {} : { app_name: agent.name }),
      ...(session === undefined ? {} : { session: { uid: session } }),
      ...(user === undefined ? {} : { user: { name: user } }),
    },
    ...(target === undefined
      ? {}
      : { api: { operation: target, ...(server === undefined ? {} : { service: { name: server } }) } }),
    data: { seen: proof.seen, expected: proof.expected, contributors: proof.contributors },
  };
}

const observables = ({ agent, on_behalf_of }: Alert) => [
  { name: 'resources.uid', type_id: 10, type: 'Resource UID', value: agent.id },
  ...(on_behalf_of ?? []).map((value) => ({ name: 'evidences.actor.user.name', type_id: 4, type: 'User Name', value })),
];

const resource = (type: string, uid: string, { agent }: Alert) => ({
  type,
  uid,
  name: type === 'agent' ? (agent.name ?? uid) : uid,
  ...(type === 'agent' && agent.owner !== undefined ? { owner: { name: agent.owner } } : {}),
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
