import type { DetectorDefaults } from '../../detectors/detector.ts';
import { type Alert, classRank, severityRank } from '../../schemas/alert.ts';
import { contentId } from '../hash.ts';
import { type AgentState, MAX_STORIES, type Story } from './agent-state.ts';

/** Events that an alert names. */
export const MAX_EVENTS = 20;
export const lastOf = (ids: readonly string[]): string[] => [...new Set(ids)].slice(-MAX_EVENTS);

/** How often a story is told, and when it is over. */
type Pace = Pick<DetectorDefaults, 'cooldownMs' | 'quietMs'>;

/** What an alert would say; its story gives it the rest. */
export type AlertDraft = Omit<Alert, 'alert_id' | 'revision' | 'stage' | 'suppressed_count' | 'status'>;

/** What suppression goes by; the draft is made only where it is told. */
export type Finding = Pick<AlertDraft, 'detector' | 'class' | 'reason' | 'severity' | 'score'>;

type Kind = Pick<Finding, 'detector' | 'class' | 'reason'>;

/**
 * Tells one story once. A finding of a new kind opens an alert; the like of it within the cooldown is counted, not
 * told, but for what breaks through: a higher class or severity, or twice the score, than was told of it so far. While it goes on, one
 * update a cooldown says how often; after a cooldown of silence, or what its detector takes for silence, it closes. `keys` are those of the events that the finding
 * rests on, last the one that shows it; a draft is told those of the revisions before it, so that its proof shows them too.
 */
export function tell(
  agent: AgentState,
  finding: Finding,
  draftOf: (earlier?: readonly string[]) => AlertDraft,
  at: number,
  keys: readonly string[],
  pace: Pace,
  story?: string,
): Alert | null {
  const key = keyOf(finding, story);
  const known = storyOf(agent, key);
  if (known === undefined) return open(agent, draftOf(), key, at, keys, pace);
  known.lastAt = Math.max(known.lastAt, at);
  const worst = known.worst ?? known.alert;
  if (!breaksThrough(worst, finding) && at - known.toldAt < known.cooldownMs) {
    known.suppressed += 1;
    return null;
  }
  const draft = draftOf(known.keys);
  known.worst = worseOf(worst, draft);
  known.alert = {
    ...draft,
    alert_id: known.alert.alert_id,
    revision: known.alert.revision + 1,
    stage: 'update',
    suppressed_count: known.suppressed,
    status: 'new',
    event_ids: lastOf([...known.alert.event_ids, ...draft.event_ids]),
  };
  known.keys = lastOf([...(known.keys ?? []), ...keys]);
  known.toldAt = at;
  return known.alert;
}

/** The like of what was told goes on: counted to its story; false where that is over. */
export function goesOn(agent: AgentState, finding: Kind, at: number, story?: string): boolean {
  const known = storyOf(agent, keyOf(finding, story));
  if (known === undefined) return false;
  known.lastAt = Math.max(known.lastAt, at);
  known.suppressed += 1;
  return true;
}

const keyOf = ({ detector, class: name, reason }: Kind, story = `${name}|${reason}`): string => `${detector}|${story}`;

const storyOf = ({ stories }: AgentState, key: string): Story | undefined => stories.find((one) => one.key === key);

/** The story was told and goes on. */
export const isOpen = ({ stories }: AgentState, detector: string, story: string): boolean =>
  stories.some(({ key }) => key === `${detector}|${story}`);

function open(
  agent: AgentState,
  draft: AlertDraft,
  key: string,
  at: number,
  keys: readonly string[],
  { cooldownMs, quietMs }: Pace,
): Alert {
  const alert: Alert = {
    ...draft,
    alert_id: contentId('alert', draft.detector, agent.id, key, keys.at(-1)!),
    revision: 1,
    stage: 'open',
    suppressed_count: 0,
    status: 'new',
  };
  agent.stories.push({
    key,
    alert,
    keys: [...keys],
    lastAt: at,
    toldAt: at,
    cooldownMs,
    ...(quietMs !== undefined && { quietMs }),
    suppressed: 0,
  });
  return alert;
}

type Grade = Pick<Alert, 'class' | 'severity' | 'score'>;

/** Two kinds of finding in one story must not take turns at being worse than the other. */
const worseOf = (a: Grade, b: Grade): Grade => ({
  class: classRank(a.class) > classRank(b.class) ? a.class : b.class,
  severity: severityRank(a.severity) > severityRank(b.severity) ? a.severity : b.severity,
  score: Math.max(a.score, b.score),
});

const breaksThrough = (told: Grade, now: Grade): boolean =>
  classRank(now.class) > classRank(told.class) ||
  severityRank(now.severity) > severityRank(told.severity) ||
  now.score >= told.score * 2;

const overAt = ({ lastAt, cooldownMs, quietMs = cooldownMs }: Story): number => lastAt + Math.max(cooldownMs, quietMs);

/** Stories whose silence ended by `until`, oldest first, as of when it ended; they are not taken out. */
export function dueStories(agent: AgentState, until: number): { story: Story; at: number }[] {
  if (agent.stories.length <= MAX_STORIES && agent.stories.every((story) => overAt(story) > until)) return [];
  const due = agent.stories.map((story) => ({ story, at: overAt(story) })).filter(({ at }) => at <= until);
  const excess = agent.stories.length - due.length - MAX_STORIES;
  if (excess > 0) {
    const open = agent.stories.filter((story) => overAt(story) > until);
    for (const story of open.sort((a, b) => a.lastAt - b.lastAt).slice(0, excess))
      due.push({ story, at: story.lastAt });
  }
  return due.sort((a, b) => a.at - b.at);
}

/** The closing message: how often it happened since it was opened, and when it was last seen. */
export function closing({ alert, suppressed, lastAt }: Story, at: number): Alert {
  return {
    ...alert,
    occurred_at: new Date(at).toISOString(),
    summary: `Over: nothing like it since ${new Date(lastAt).toISOString().slice(0, 16).replace('T', ' ')} UTC${suppressed > 0 ? `; ${suppressed === 1 ? 'one more call like it was' : `${suppressed} more calls like it were`} counted and not told` : ''}. ${alert.summary}`,
    revision: alert.revision + 1,
    stage: 'close',
    suppressed_count: suppressed,
  };
}
