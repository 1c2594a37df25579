import type { Detector, DetectorDefaults, Score, Seen } from '../../detectors/detector.ts';
import { SEVERITIES, type Severity } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import type { AgentState, DetectorSlot, SessionState } from './agent-state.ts';
import type { AlertDraft } from './inputs.ts';
import { lastOf, MAX_EVENTS, type Told } from './suppress.ts';

/** One detector as configured: its own settings parsed, the engine's four beside them. */
export interface Armed {
  detector: Detector;
  config: unknown;
  settings: DetectorDefaults;
}

const DAY = 86_400_000;
const MAX_TEXT = 400;

/** Learning is over when either the count or the time of the warm-up is reached. */
export function isWarm({ settings }: Armed, slot: DetectorSlot, at: number): boolean {
  const { count, days } = settings.warmUp;
  if (count === 0 && days === 0) return true;
  return (count > 0 && slot.learned >= count) || (days > 0 && slot.since > 0 && at - slot.since >= days * DAY);
}

/** 0 to 1: how far a detector has learned this agent. */
export function progress({ settings }: Armed, slot: DetectorSlot, at: number): number {
  const { count, days } = settings.warmUp;
  if (count === 0 && days === 0) return 1;
  const byCount = count > 0 ? slot.learned / count : 0;
  const byTime = days > 0 && slot.since > 0 ? (at - slot.since) / (days * DAY) : 0;
  return Math.min(1, Math.max(byCount, byTime, 0));
}

/** What suppression goes by. */
export const toldOf = ({ detector, settings }: Armed, seen: Seen, score: Score): Told => ({
  detector: detector.id,
  class: score.about?.class ?? seen.class,
  reason: score.reason,
  severity: score.severity ?? settings.severity,
  score: round(score.score),
});

/** Keys of the events that a finding rests on, last the one that shows it. */
export const restsOn = ({ event }: Seen, { eventKeys = [] }: Score): string[] => [
  ...eventKeys.filter((key) => key !== event.key).slice(1 - MAX_EVENTS),
  event.key,
];

/**
 * What an alert about this finding would say; the story gives it its id and revision, and the keys of the events of
 * earlier ones.
 */
export function draftAlert(
  armed: Armed,
  agent: AgentState,
  seen: Seen,
  score: Score,
  owner: string | undefined,
  earlier: readonly string[] = [],
): AlertDraft {
  const { event } = seen;
  const { body } = event;
  const { detector } = armed;
  const grantId = score.about?.grantId ?? seen.grantId;
  const keys = restsOn(seen, score);
  const what = cut(score.seen, MAX_TEXT);
  return {
    detector: detector.id,
    title: cut(`${agent.id}: ${score.seen}`, 160),
    summary: `${sentence(what, body.server.id)} ${sentence(`Normal for this agent: ${cut(score.expected, MAX_TEXT)}`)}${score.about === undefined ? scopeSentence(seen, what) : ''}`,
    severity: score.severity ?? armed.settings.severity,
    score: round(score.score),
    reason: score.reason,
    occurred_at: body.occurred_at,
    agent: { id: agent.id, ...(body.agent.name ? { name: body.agent.name } : {}), ...(owner ? { owner } : {}) },
    session_id: seen.session,
    ...behalf(event),
    server: body.server.id,
    ...(body.target.name ? { target: body.target.name } : {}),
    event_ids: keys.map((key) => (key === event.key ? body.event_id : key)).filter((id) => id !== ''),
    class: score.about?.class ?? seen.class,
    scope: seen.scope,
    ...(grantId ? { grant_id: grantId } : {}),
    proof: {
      seen: what,
      expected: cut(score.expected, MAX_TEXT),
      n: score.n,
      window: `${Math.round(score.days)} d`,
      threshold: armed.settings.threshold,
      contributors: score.contributors
        .slice(0, 5)
        .map(({ name, value }) => ({ name: cut(name, 120), value: round(value) })),
      sql:
        detector.shows === undefined
          ? proofSql(agent.id, lastOf([...earlier, ...keys]))
          : trendSql(detector.shows, agent.id, seen.at),
    },
    frameworks: detector.tags,
  };
}

/** One step up for what the call itself is: kept within the scale. */
export const raised = (severity: Severity, steps: number): Severity =>
  SEVERITIES[Math.max(0, Math.min(SEVERITIES.length - 1, SEVERITIES.indexOf(severity) + steps))]!;

function behalf({ body }: Event): { on_behalf_of?: string[] } {
  const chain = (body.delegation ?? []).map(({ sub }) => sub);
  const user = body.user?.email ?? body.user?.id;
  if (user !== undefined && !chain.includes(user)) chain.push(user);
  return chain.length > 0 ? { on_behalf_of: chain } : {};
}

function scopeSentence(seen: Seen, what: string): string {
  // A reason that is told already, by whomever it was delegated, is not told again.
  const why = seen.scopeWhy.replace(/^delegated by .*?, for whom: /s, '');
  if (seen.scope === 'out' && why !== '' && what.includes(why)) return '';
  if (seen.scope === 'out')
    return ` ${sentence(`Outside of its grants: ${cut(seen.scopeWhy || 'no grant covers it', MAX_TEXT)}`)}`;
  if (seen.scope === 'in' && seen.grantId) return ` Its grant ${cut(seen.grantId, 80)} covers the call.`;
  return '';
}

/** The query that shows the events of an alert. Ids are hex or quoted: nothing an agent says can leave the string. */
export function proofSql(agentId: string, keys: readonly string[]): string {
  const list = keys.map(sqlString).join(', ');
  return `SELECT occurred_at, server_id, target_name, class, scope, scope_why, outcome_status, args FROM v_events WHERE agent_id = ${sqlString(agentId)} AND event_key IN (${list}) ORDER BY occurred_at`;
}

const DAY_BACK = { days: 60, hours: 14 };

/** The query that shows a trend: what the agent did a day (or an hour), and how much of it with privilege. */
export function trendSql(shows: NonNullable<Detector['shows']>, agentId: string, at: number): string {
  const to = Math.floor(at / DAY + 1) * DAY;
  const from = to - DAY_BACK[shows] * DAY;
  const bucket = shows === 'days' ? 'toDate(occurred_at) AS day' : 'toStartOfHour(occurred_at) AS hour';
  const [, name] = bucket.split(' AS ');
  const privileged = "class IN ('write', 'execute', 'secret', 'identity')";
  return `SELECT ${bucket}, count() AS calls, countIf(${privileged}) AS privileged, round(privileged / calls, 3) AS share, countIf(class IN ('secret', 'identity')) AS secrets, uniqExactIf((server_id, target_name), ${privileged}) AS privileged_tools, countIf(scope = 'out') AS out_of_scope FROM v_events WHERE agent_id = ${sqlString(agentId)} AND occurred_at >= '${second(from)}' AND occurred_at < '${second(to)}' GROUP BY ${name} ORDER BY ${name}`;
}

/** The query that shows a session whole, however it was told apart. */
export function sessionSql(
  agentId: string,
  session: Pick<SessionState, 'key' | 'from' | 'firstAt' | 'lastAt'>,
): string {
  const { key, from, firstAt, lastAt } = session;
  const own = key.slice(key.indexOf(':') + 1);
  const within = {
    gateway: `session_id = ${sqlString(key)}`,
    trace: `session_id = '' AND trace_id = ${sqlString(own)}`,
    task: `session_id = '' AND trace_id = '' AND task_id = ${sqlString(own)}`,
    idle: `session_id = '' AND trace_id = '' AND task_id = '' AND occurred_at >= '${second(firstAt)}' AND occurred_at <= '${second(lastAt + 1000)}'`,
  }[from];
  return `SELECT occurred_at, server_id, target_name, class, scope, outcome_status, findings, args FROM v_events WHERE agent_id = ${sqlString(agentId)} AND ${within} ORDER BY occurred_at`;
}

const second = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

export const sqlString = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
/** With a capital and a full stop; names (of servers and tools) stay as they are written. */
export const sentence = (text: string, name = ''): string => {
  const trimmed = text.trim();
  const isWord = /^[a-z]+(?=[\s,:]|$)/.test(trimmed) && (name === '' || !trimmed.startsWith(name));
  const begun = isWord ? `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}` : trimmed;
  return `${begun}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
};
const round = (value: number): number => Math.round(value * 1000) / 1000;
