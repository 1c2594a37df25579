import { type Alert, type PrivilegeClass, SEVERITIES, type Severity } from '../../schemas/alert.ts';
import { cut } from '../../schemas/cut.ts';
import { lasting } from '../../schemas/lasting.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { utcMinute } from '../../schemas/utc.ts';
import { contentId } from '../hash.ts';
import type { OperationalReason } from './operational-steps.ts';
import { OPERATIONAL, OURSELVES } from './own.ts';

interface Trouble {
  reason: OperationalReason;
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

export function operational({
  reason,
  subject,
  since,
  at,
  severity,
  title,
  summary,
  seen,
  expected,
  sql,
}: Trouble): Alert {
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
    agent: { id: OURSELVES, name: OURSELVES },
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

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The same story, closed. */
export function over(opened: Alert, at: number): Alert {
  const lasted = lasting(at - Date.parse(opened.occurred_at));
  return {
    ...opened,
    occurred_at: new Date(at).toISOString(),
    title: `Over: ${opened.title}`,
    summary: `Over, ${lasted} after it was told. ${opened.summary}`,
    revision: opened.revision + 1,
    stage: 'close',
  };
}

/** A gateway from which nothing has come since `from`: what its agents did in that time was not seen. */
export function silentGateway(gateway: string, from: number, at: number, usualGapMs: number): Alert {
  return operational({
    reason: 'silent_gateway',
    subject: gateway,
    since: from,
    at,
    severity: 'high',
    title: `Blind: nothing from gateway ${gateway} since ${utcMinute(from)}`,
    summary: `No event has come from ${gateway} for ${lasting(at - from)}. Calls that its agents make meanwhile are not judged.`,
    seen: `no event for ${lasting(at - from)}`,
    expected: `an event at least every ${lasting(usualGapMs)}`,
    sql: `SELECT from_at, to_at, seconds FROM v_gaps WHERE kind = 'silent' AND source = ${literal(gateway)} ORDER BY from_at DESC LIMIT 20`,
  });
}

/** The same story, closed: the gateway is back. */
export function gatewayBack(gateway: string, from: number, to: number, usualGapMs: number): Alert {
  const opened = silentGateway(gateway, from, to, usualGapMs);
  const summary = `Events come from ${gateway} again. Blind from ${utcMinute(from)} to ${utcMinute(to)}; the time is kept in the ledger of gaps.`;
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
    summary: `Overreach is ${records} records behind in ${partition}, since ${utcMinute(since)}. Alerts come late by as much.`,
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
    summary: `${rejected} of ${total} records of ${source} were rejected since ${utcMinute(since)}, most of them as ${reason}. They are kept and can be replayed.`,
    seen: `${rejected} of ${total} rejected`,
    expected: 'next to none',
    sql: `SELECT reason, count() FROM rejects WHERE source = ${literal(source)} GROUP BY reason ORDER BY 2 DESC`,
  });
}

/** What was counted when it was folded or rejected is not what is stored. */
export function reconcileDifference(
  partition: string,
  counted: number,
  stored: number,
  since: number,
  at: number,
): Alert {
  const missing = counted - stored;
  return operational({
    reason: 'reconcile_difference',
    subject: partition,
    since,
    at,
    severity: 'critical',
    title: `${Math.abs(missing)} records of ${partition} are ${missing > 0 ? 'missing' : 'too many'}`,
    summary: `Since ${utcMinute(since)} ${counted} events and rejects of ${partition} were counted, and ${stored} are stored. Either rows were deleted or lost in the store, or somebody else wrote there; events that came again after more than checkpoint.dedupe_window records, and a restart since, look the same. overreach reconcile shows the counts.`,
    seen: `${stored} stored`,
    expected: `${counted}`,
    sql: `SELECT toStartOfHour(stored_at) AS hour, min(offset), max(offset), count() FROM events WHERE partition = ${literal(partition)} GROUP BY hour ORDER BY hour DESC LIMIT 48`,
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
    summary: `Channel ${channel} took an alert for broken, and trying again cannot help: ${cut(why, 200)}. Later alerts are still sent.`,
    seen: cut(why, 500),
    expected: 'a 2xx answer',
    sql: unsentSql(channel),
  });
}
