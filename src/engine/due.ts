import type { Score } from '../../detectors/detector.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { AgentState } from './agent-state.ts';
import type { Inputs } from './inputs.ts';
import { type Armed, draftAlert, findingOf, isWarm } from './judge.ts';
import { silentSeen } from './silent.ts';
import { knownSlot } from './slots.ts';
import { type Failures, sparing } from './sparing.ts';
import { type AlertDraft, closing, dueStories, tell } from './suppress.ts';
import { foundBy, isHidden } from './verdicts.ts';

/** Alerts that silence brought about before `until`, oldest first: detectors' own, then stories that ended (rule R7). */
export function createTellDue(
  armed: readonly Armed[],
): (agent: AgentState, until: number, inputs: Inputs, failed: Failures) => Alert[] {
  const dueArmed = armed.filter(({ detector }) => detector.due !== undefined);

  const dueFindings = (
    agent: AgentState,
    until: number,
    failed: Failures,
  ): { armed: Armed; at: number; score: Score }[] => {
    const found: { armed: Armed; at: number; score: Score }[] = [];
    for (const one of dueArmed) {
      const slot = knownSlot(agent, one.detector);
      if (slot === undefined) continue;
      const due = sparing(failed, one.detector.id, () => one.detector.due?.(slot.state, until, one.config));
      for (const { at, score } of due ?? [])
        if (score.score >= one.settings.threshold && isWarm(one, slot, at)) found.push({ armed: one, at, score });
    }
    return found.sort((a, b) => a.at - b.at);
  };

  return (agent, until, inputs, failed) => {
    const alerts: Alert[] = [];
    for (const { armed: one, at, score } of dueFindings(agent, until, failed)) {
      if (inputs.announced(agent.id, at) !== undefined) continue;
      const seen = silentSeen(agent, at);
      if (isHidden(agent, foundBy(one.detector, score), seen, inputs)) continue;
      const draft = (): AlertDraft => draftAlert(one, agent, seen, score, inputs.owner(agent.id));
      const alert = tell(agent, findingOf(one, seen, score), draft, at, [`due:${at}`], one.settings, score.story);
      if (alert !== null) alerts.push(alert);
    }
    for (const { story, at } of dueStories(agent, until)) alerts.push(closing(story, at));
    if (alerts.length === 0) return alerts;
    agent.stories = agent.stories.filter(
      (story) => !alerts.some((a) => a.stage === 'close' && a.alert_id === story.alert.alert_id),
    );
    return alerts;
  };
}
