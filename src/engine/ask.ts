import type { Score, Seen } from '../../detectors/detector.ts';
import type { Alert, Judgement } from '../../schemas/alert.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import type { Earlier } from './earlier.ts';
import type { FusedFinding } from './fuse.ts';
import type { Inputs } from './inputs.ts';
import { findingOf, isWarm } from './judge.ts';
import { type News, RESULT } from './pieces.ts';
import { type HeldObservation, learn, type Runner } from './runner.ts';
import { noteFinding } from './session-findings.ts';
import { type Slots, sessionStateOf, slotOf } from './slots.ts';
import { type Failures, noteFailure } from './sparing.ts';
import { goesOn } from './suppress.ts';
import { tellFinding } from './telling.ts';
import { foundBy, isHidden } from './verdicts.ts';
import { rounded } from './wording.ts';

/** One event as its detectors are asked of it in turn, and what they have come to so far. */
export interface Asked {
  readonly agent: AgentState;
  readonly session: SessionState;
  readonly slots: Slots;
  readonly inputs: Inputs;
  readonly seen: Seen;
  readonly earlier: Earlier;
  readonly piece: News;
  /** Its arguments put it in another scope: detectors that read scopes are asked again. */
  readonly rejudged: boolean;
  /** Somebody said beforehand that a change was to come. */
  readonly announced: boolean;
  /** Nothing of it is learned. */
  readonly frozen: boolean;
  readonly alerts: Alert[];
  readonly findings: Judgement['findings'];
  /** What adds to the session, however little. */
  readonly fused: FusedFinding[];
  /** What is learned unless the session is held against it. */
  held: HeldObservation[] | null;
  explained: number;
  readonly failed: Failures;
  /** The highest score of any detector. */
  top: number;
}

/** Asks one detector; without a closure, as this is asked of each for every event. */
export function ask(runner: Runner, asked: Asked): void {
  try {
    inTurn(runner, asked);
  } catch (error) {
    noteFailure(asked.failed, runner.detector.id, error);
  }
}

/** Observe, score, tell, and learn what was not found (what was found teaches nothing). */
function inTurn(runner: Runner, asked: Asked): void {
  const { agent, session, slots, seen, piece } = asked;
  const { place, detector, config, settings } = runner;
  const first = (piece & runner.asks) !== 0;
  const again = asked.rejudged && runner.rereads;
  if (!first && !again && ((piece & RESULT) === 0 || runner.complete === undefined)) return;
  const slot = slots[place] ?? slotOf(agent, detector);
  slots[place] = slot;
  const part = runner.ofSession ? sessionStateOf(session, detector) : undefined;
  const observation =
    first || again ? runner.observe(slot.state, seen, part, config) : runner.complete!(slot.state, seen, part, config);
  if (observation === null) return;
  if (first) asked.earlier.put(place, observation);
  const score = newsOf(runner, asked, runner.score(slot.state, observation, config));
  let flagged = false;
  if (score !== null && score.score > 0) {
    asked.findings.push({ detector: detector.id, score: rounded(score.score) });
    // A trend tells of the agent, not of this session; and what was refused did not happen: its own detectors tell of it.
    if (detector.shows === undefined && seen.used)
      asked.fused.push({ detector: detector.id, score: score.score, class: seen.class, scope: seen.scope });
    if (score.score > asked.top) asked.top = score.score;
    noteFinding(session, detector, score, seen.event.body.event_id);
    if (score.score >= settings.threshold && isWarm(runner, slot, seen.at)) {
      if (asked.announced || isHidden(agent, foundBy(detector, score), seen, asked.inputs)) asked.explained += 1;
      else {
        flagged = true;
        if (detector.tells !== 'session') {
          const alert = tellFinding(runner, agent, seen, score, asked.inputs);
          if (alert !== null) asked.alerts.push(alert);
        }
      }
    }
  }
  if (slot.since === 0) slot.since = seen.at;
  if (again || asked.frozen || (seen.failed && !runner.learnsFailed)) return;
  if (detector.tells === 'session' && score !== null) {
    asked.held ??= [];
    asked.held.push({ runner, slot, observation, counts: first, flagged });
  } else if (!flagged) learn(runner, slot, observation, first);
}

/** What was told before is no news while its story is open, where it counts; nor after it, so soon. */
function newsOf(runner: Runner, { agent, seen }: Asked, score: Score | null): Score | null {
  if (score?.again === undefined) return score;
  const counted = goesOn(agent, findingOf(runner, seen, score), seen.at, score.story);
  return counted || score.again === 'lately' ? null : score;
}
