import type { DetectorDefaults } from '../../detectors/detector.ts';
import type { Asked } from './ask.ts';
import { fuse } from './fuse.ts';
import { CALL } from './pieces.ts';
import { learn } from './runner.ts';
import { isGrave, isHeld } from './session-alert.ts';
import { tellSession } from './telling.ts';
import { foundIn, isHidden } from './verdicts.ts';
import type { Weights } from './weighing.ts';

/** When a session alerts, by its fused score, and after which silence its alert closes. */
export type SessionSettings = DetectorDefaults & { enabled: boolean };

/**
 * What the findings of a call come to with those of its session before it: told where they reach the threshold, and what
 * waited for that learned or held. `told`: how many alerts there were before the call's detectors were asked.
 */
export function judgeSession(asked: Asked, told: number, settings: SessionSettings, weights?: Weights): void {
  const { agent, session, seen, inputs, alerts } = asked;
  const { score } = fuse(agent.fusion, session.fusion, asked.fused, seen.peers, weights);
  const grew = score > session.score;
  session.score = Math.max(session.score, score);
  session.firstAt = Math.min(session.firstAt, seen.at);
  session.lastAt = Math.max(session.lastAt, seen.at);
  if ((asked.piece & CALL) !== 0) session.calls += 1;
  const risky = settings.enabled && grew && session.score >= settings.threshold;
  if (risky && !asked.announced && !isHidden(agent, foundIn(session), seen, inputs)) {
    // What is merely unlikely is told, and learned, or a new duty of an honest agent would be told of for ever.
    session.flagged ||= isHeld(session.score, seen.class, settings);
    // What this call did is told already under its own name; the session is told when more comes to it.
    const alert = alerts.length === told ? tellSession(agent, session, seen, settings, inputs) : null;
    if (alert !== null) alerts.push(alert);
  }
  if (asked.held === null) return;
  // Little things alone never bring a session near to that; what is held for its reach alone keeps out what was found.
  const grave = session.flagged && isGrave(session.score, settings);
  for (const { runner, slot, observation, counts, flagged } of asked.held)
    if (!grave && !(flagged && session.flagged)) learn(runner, slot, observation, counts);
    else runner.detector.hold?.(slot.state, observation, session.key);
}
