import type { DetectorDefaults, Score, Seen } from '../../detectors/detector.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import type { Inputs } from './inputs.ts';
import { type Armed, draftAlert, findingOf, restsOn } from './judge.ts';
import { MORE, SESSION_DETECTOR, sessionDraft, sessionFinding } from './session-alert.ts';
import { type AlertDraft, isOpen, tell } from './suppress.ts';

// A file of their own, and not within the fold: what a function there refers to is set up anew for each detector and event.

/** What a detector found of one event, told; null where its story goes on. */
export function tellFinding(armed: Armed, agent: AgentState, seen: Seen, score: Score, inputs: Inputs): Alert | null {
  const draft = (earlier?: readonly string[]): AlertDraft =>
    draftAlert(armed, agent, seen, score, inputs.owner(agent.id), earlier);
  return tell(agent, findingOf(armed, seen, score), draft, seen.at, restsOn(seen, score), armed.settings, score.story);
}

/** What the findings of a session come to, told; null where its story goes on, or is over and little came to it since. */
export function tellSession(
  agent: AgentState,
  session: SessionState,
  seen: Seen,
  settings: DetectorDefaults,
  inputs: Inputs,
): Alert | null {
  const draft = (): AlertDraft => sessionDraft(agent, session, seen, settings, inputs.owner(agent.id));
  const finding = sessionFinding(agent, session, seen, settings);
  const goesOn = isOpen(agent, SESSION_DETECTOR, session.key);
  if (!goesOn && session.told !== undefined && session.score < session.told + MORE) return null;
  const alert = tell(agent, finding, draft, seen.at, [seen.event.key], settings, session.key);
  if (alert !== null) session.told = session.score;
  return alert;
}
