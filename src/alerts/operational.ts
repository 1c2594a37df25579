import { type Alert, type PrivilegeClass, SEVERITIES, type Severity } from '../../schemas/alert.ts';
import { contentId } from '../hash.ts';

/** What Overreach has to say of itself goes the way of every alert: detector `operational`, agent `overreach`. */
export const OPERATIONAL = 'operational';

interface Trouble {
  reason: string;
  /** What it befell: a gateway, a partition, a channel. With reason and `since` it makes the alert's id. */
  subject: string;
  since: number;
  at: number;
  severity: Severity;
  title: string;
  summary: string;
  seen: string;
  expected: string;
  sql: string;
}

function operational({ reason, subject, since, at, severity, title, summary, seen, expected, sql }: Trouble): Alert {
  const lowest: PrivilegeClass = 'discover';
  return {
    alert_id: contentId('alert', OPERATIONAL, reason, subject, String(since)),
    detector: OPERATIONAL,
    title,
    summary,
    severity,
    score: SEVERITIES.indexOf(severity),
    reason,
    occurred_at: new Date(at).toISOString(),
    agent: { id: 'overreach', name: 'overreach' },
    target: subject,
    event_ids: [],
    class: lowest,
    scope: 'ungoverned',
    proof: { seen, expected, n: 0, window: 'now', threshold: 0, contributors: [], sql },
    revision: 1,
    stage: 'open',
    frameworks: { owasp_asi: [], mitre_atlas: [], maestro: ['L5'], nist_ai_rmf: ['MEASURE'] },
    suppressed_count: 0,
    status: 'new',
  };
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
/** A text as an SQL literal. */
const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A gateway from which nothing has come since `from`: what its agents did in that time was not seen. */
export function silentGateway(gateway: string, from: number, at: number, usualGapMs: number): Alert {
  return operational({
    reason: 'silent_gateway',
    subject: gateway,
    since: from,
    at,
    severity: 'high',
    title: `Blind: nothing from gateway ${gateway} since ${utc(from)}`,
    summary: `No event has come from ${gateway} for ${minutes(at - from)}. Calls that its agents make meanwhile are not judged.`,
    seen: `no event for ${minutes(at - from)}`,
    expected: `an event at least every ${minutes(usualGapMs)}`,
    sql: `SELECT max(received_at) FROM v_events WHERE source_instance = ${literal(gateway)}`,
  });
}

/** The same story, closed: the gateway is back. */
export function gatewayBack(gateway: string, from: number, to: number, usualGapMs: number): Alert {
  const opened = silentGateway(gateway, from, to, usualGapMs);
  const summary = `Events come from ${gateway} again. Blind from ${utc(from)} to ${utc(to)}; the time is kept in the ledger of gaps.`;
  return { ...opened, title: `Gateway ${gateway} is back`, summary, revision: 2, stage: 'close' };
}

/** Records wait unread in a partition. `since` is when the lag first passed the limit. */
export function lagging(partition: string, records: number, limit: number, since: number, at: number): Alert {
  return operational({
    reason: 'lag',
    subject: partition,
    since,
    at,
    severity: records >= limit * 10 ? 'high' : 'medium',
    title: `${records} records wait in ${partition}`,
    summary: `Overreach is ${records} records behind in ${partition}, since ${utc(since)}. Alerts come late by as much.`,
    seen: `${records} records behind`,
    expected: `at most ${limit}`,
    sql: `SELECT max(received_at) FROM v_events WHERE partition = ${literal(partition)}`,
  });
}

/** Many records of a source are refused: most often a gateway that changed its format. */
export function rejectStorm(
  source: string,
  rejected: number,
  total: number,
  reason: string,
  since: number,
  at: number,
): Alert {
  return operational({
    reason: 'reject_storm',
    subject: source,
    since,
    at,
    severity: rejected * 2 >= total ? 'high' : 'medium',
    title: `${percent(rejected / Math.max(total, 1))} of the records of ${source} are rejected`,
    summary: `${rejected} of ${total} records of ${source} were rejected since ${utc(since)}, most of them as ${reason}. They are kept and can be replayed.`,
    seen: `${rejected} of ${total} rejected`,
    expected: 'next to none',
    sql: `SELECT reason, count() FROM rejects WHERE source = ${literal(source)} GROUP BY reason ORDER BY 2 DESC`,
  });
}

/** What was folded, rejected and duplicate does not add up to what came. */
export function reconcileDifference(
  partition: string,
  received: number,
  accounted: number,
  since: number,
  at: number,
): Alert {
  return operational({
    reason: 'reconcile_difference',
    subject: partition,
    since,
    at,
    severity: 'critical',
    title: `${Math.abs(received - accounted)} records of ${partition} are ${received > accounted ? 'missing' : 'too many'}`,
    summary: `${received} records came in ${partition}, ${accounted} are accounted for as stored, rejected or duplicate. One of the two counts is wrong.`,
    seen: `${accounted} accounted for`,
    expected: `${received}`,
    sql: `SELECT count() FROM v_events WHERE partition = ${literal(partition)}`,
  });
}

export function diskLow(path: string, freeBytes: number, limitBytes: number, since: number, at: number): Alert {
  const free = `${Math.round(freeBytes / 1_048_576)} MiB free`;
  return operational({
    reason: 'disk_low',
    subject: path,
    since,
    at,
    severity: freeBytes * 4 < limitBytes ? 'critical' : 'high',
    title: `Little room left in ${path}`,
    summary: `${free} where the data lies. When it is full, nothing more is accepted until there is room.`,
    seen: free,
    expected: `at least ${Math.round(limitBytes / 1_048_576)} MiB`,
    sql: 'SELECT name, free_space, total_space FROM system.disks',
  });
}

/** A gateway whose clock differs from ours: its events are judged by a clamped time. */
export function clockSkew(gateway: string, skewMs: number, limitMs: number, since: number, at: number): Alert {
  const side = skewMs > 0 ? 'ahead' : 'behind';
  return operational({
    reason: 'clock_skew',
    subject: gateway,
    since,
    at,
    severity: 'medium',
    title: `The clock of gateway ${gateway} is ${minutes(Math.abs(skewMs))} ${side}`,
    summary: `Events of ${gateway} carry times ${minutes(Math.abs(skewMs))} ${side} of their arrival. They are judged as of a clamped time; rates and sequences may be off.`,
    seen: `${minutes(Math.abs(skewMs))} ${side}`,
    expected: `within ${minutes(limitMs)}`,
    sql: `SELECT avg(dateDiff('second', received_at, occurred_at)) FROM v_events WHERE source_instance = ${literal(gateway)}`,
  });
}

const unsentSql = (channel: string): string =>
  `SELECT * FROM deliveries WHERE channel = ${literal(channel)} AND state = 'given_up' ORDER BY at`;

export function endpointDisabled(channel: string, why: string, at: number): Alert {
  return operational({
    reason: 'endpoint_disabled',
    subject: channel,
    since: at,
    at,
    severity: 'high',
    title: `Alert channel ${channel} is switched off`,
    summary: `Channel ${channel} ${why} and gets no more alerts until Overreach is started again. What was not delivered: overreach alerts resend --channel ${channel} --since TIME.`,
    seen: why,
    expected: 'a 2xx answer',
    sql: unsentSql(channel),
  });
}

export function deliveryRefused(channel: string, why: string, at: number): Alert {
  return operational({
    reason: 'delivery_refused',
    subject: channel,
    since: at,
    at,
    severity: 'medium',
    title: `Alert channel ${channel} refuses what it is sent`,
    summary: `Channel ${channel} took an alert for broken, and trying again cannot help: ${why.slice(0, 200)}. Later alerts are still sent.`,
    seen: why.slice(0, 500),
    expected: 'a 2xx answer',
    sql: unsentSql(channel),
  });
}
