import type { Detector, DetectorDefaults, Score, Seen } from '../../detectors/detector.ts';
import { cut, cutWords } from '../../schemas/cut.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Event } from '../../schemas/event.ts';
import type { AgentState, DetectorSlot } from './agent-state.ts';
import { proofSql, trendSql } from './proof.ts';
import { type AlertDraft, type Finding, lastOf, MAX_EVENTS } from './suppress.ts';
import { toldAt } from './told-at.ts';
import { rounded, sentence, whyOf } from './wording.ts';

/** One detector as configured: its own settings parsed, the engine's four beside them. */
export interface Armed {
  detector: Detector;
  config: unknown;
  settings: DetectorDefaults;
}

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
export const findingOf = ({ detector, settings }: Armed, seen: Seen, score: Score): Finding => ({
  detector: detector.id,
  class: score.about?.class ?? seen.class,
  reason: score.reason,
  severity: score.severity ?? settings.severity,
  score: rounded(score.score),
});

/** What a finding is about, beside the call by which it showed: a place, a principal, a credential. */
export const subjectOf = ({ subject, story, reason }: Score): string => cut(subject ?? story ?? reason, MAX_TEXT);

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
    title: cutWords(`${agent.id}: ${score.seen}`, 160),
    summary: `${sentence(what, body.server.id)} ${sentence(`Normal for this agent: ${cut(score.expected, MAX_TEXT)}`)}${score.about === undefined ? scopeSentence(seen, what) + errorSentence(seen) : ''}`,
    severity: score.severity ?? armed.settings.severity,
    score: rounded(score.score),
    reason: score.reason,
    subject: subjectOf(score),
    occurred_at: toldAt(event),
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
        .map(({ name, value }) => ({ name: cut(name, 120), value: rounded(value) })),
      sql:
        detector.shows === undefined
          ? proofSql(agent.id, lastOf([...earlier, ...keys]), detector.columns)
          : trendSql(detector.shows, agent.id, seen.at),
    },
    frameworks: detector.tags,
  };
}

/** An alert names so many of a chain, the last of them the one at its end. */
const MAX_BEHALF = 16;

export function behalf({ body }: Event): { on_behalf_of?: string[] } {
  const chain = (body.delegation ?? []).map(({ sub }) => sub);
  const user = body.user?.email ?? body.user?.id;
  const all = [...new Set(user === undefined ? chain : [...chain, user])];
  const some = all.length > MAX_BEHALF ? [...all.slice(0, MAX_BEHALF - 1), all.at(-1)!] : all;
  return some.length > 0 ? { on_behalf_of: some } : {};
}

const errorSentence = ({ used, failed }: Seen): string =>
  used && failed ? ' An error came back, which is no proof that nothing happened.' : '';

function scopeSentence(seen: Seen, what: string): string {
  // A reason that is told already, by whomever it was delegated, is not told again.
  if (seen.scope === 'out' && seen.scopeWhy !== '' && what.includes(seen.scopeWhy)) return '';
  if (seen.scope === 'out')
    return ` ${sentence(`Outside of its grants: ${cut(whyOf(seen) || 'no grant covers it', MAX_TEXT)}`)}`;
  if (seen.scope === 'maybe' && seen.scopeWhy !== '')
    return ` ${sentence(`Whether its grants cover it cannot be told: ${cut(whyOf(seen), MAX_TEXT)}`)}`;
  if (seen.scope === 'in' && seen.grantId) return ` Its grant ${cut(seen.grantId, 80)} covers the call.`;
  return '';
}
