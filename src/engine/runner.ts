import type { Detector } from '../../detectors/detector.ts';
import type { DetectorSlot } from './agent-state.ts';
import type { Armed } from './judge.ts';
import { CALL, type News, OUTCOME, RESULT } from './pieces.ts';

/** One detector as the fold asks it, event for event: all of one shape, so that each call is found at once. */
export interface Runner extends Armed, Pick<Detector, 'observe' | 'score' | 'learn'> {
  place: number;
  /** What a piece must be the first to tell for it to be judged. */
  asks: News;
  complete: Detector['complete'];
  rereads: boolean;
  learnsFailed: boolean;
  ofSession: boolean;
}

/** What is learned only if the session is not held against it. */
export interface HeldObservation {
  runner: Runner;
  slot: DetectorSlot;
  observation: unknown;
  /** Of the call itself, not of what came back later. */
  counts: boolean;
  /** It was found by itself, beyond its own threshold. */
  flagged: boolean;
}

export const runnerOf = ({ detector, config, settings }: Armed, place: number): Runner => ({
  detector,
  config,
  settings,
  place,
  asks: detector.awaits === undefined ? CALL : detector.awaits === 'outcome' ? OUTCOME : RESULT,
  complete: detector.complete,
  rereads: detector.rereads === true,
  learnsFailed: detector.learnsFailed === true,
  ofSession: detector.initialSession !== undefined,
  observe: detector.observe,
  score: detector.score,
  learn: detector.learn,
});

export function learn(runner: Runner, slot: DetectorSlot, observation: unknown, counts: boolean): void {
  runner.learn(slot.state, observation, runner.config);
  if (counts) slot.learned += 1;
}
