import type { DetectorDefaults, Score, Seen } from '../../detectors/detector.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import type { Inputs } from './inputs.ts';
import { type Armed, draftAlert, findingOf, restsOn } from './judge.ts';
import { sessionDraft, sessionFinding } from './session-alert.ts';
import { type AlertDraft, tell } from './suppress.ts';

// A file of their own, and not within the fold: what a function there refers to is set up anew for each detector and event.

/** What a detector found of one event, told; null where its story goes on. */
export function tellFinding(armed: Armed, agent: AgentState, seen: Seen, score: Score, inputs: Inputs): Alert | null {
  const draft = (earlier?: readonly string[]): AlertDraft =>
    draftAlert(armed, agent, seen, score, inputs.owner(agent.id), earlier);
  const { cooldownMs } = armed.settings;
  return tell(agent, findingOf(armed, seen, score), draft, seen.at, restsOn(seen, score), cooldownMs, score.story);
}

/** What the findings of a session come to, told; null where its story goes on. */
export function tellSession(
  agent: AgentState,
  session: SessionState,
  seen: Seen,
  settings: DetectorDefaults,
  inputs: Inputs,
): Alert | null {
  const draft = (): AlertDraft => sessionDraft(agent, session, seen, settings, inputs.owner(agent.id));
  const finding = sessionFinding(agent, session, seen, settings);
  return tell(agent, finding, draft, seen.at, [seen.event.key], settings.cooldownMs, session.key);
}
