import type { Detector, Score, Seen } from '../../detectors/detector.ts';
import { DAY } from '../../schemas/durations.ts';
import type { CanonicalEvent, DeclaredTool, Fact } from '../../schemas/event.ts';
import { AT, call, classify } from '../scope/support.ts';
import { blankSeen } from '../support/blank-seen.ts';

export interface Step {
  body?: Partial<CanonicalEvent>;
  /** Days after the start. */
  day?: number;
  seen?: Partial<Seen>;
  tools?: DeclaredTool[];
  /** What was extracted of its arguments. */
  facts?: Fact[];
  session?: string;
}

/** Takes events through one detector as the contract says; its state goes through JSON after each. */
export function drive(detector: Detector) {
  let state = detector.initial();
  const sessions = new Map<string, unknown>();
  const config = detector.config.parse({});
  let count = 0;
  return {
    get state() {
      return state;
    },
    step({ body = {}, day = 0, seen = {}, tools = [], facts = [], session = 's' }: Step = {}): Score | null {
      const event = call(body);
      const at = AT + day * DAY + count++;
      const blank = blankSeen(at);
      const fresh: Seen = {
        ...blank,
        event: {
          ...blank.event,
          key: `k${count}`,
          body: event,
          facts: { args: facts, result: [], redacted: [], tools },
        },
        ...classify(event),
        scope: 'in',
        governed: true,
        used: event.outcome.status !== 'denied',
        session,
        sessionFrom: 'gateway',
        ...seen,
      };
      if (!sessions.has(session)) sessions.set(session, detector.initialSession?.());
      const observation = detector.observe(state, fresh, sessions.get(session) as never, config);
      const before = JSON.stringify(state);
      const score = observation === null ? null : detector.score(state, observation, config);
      if (JSON.stringify(state) !== before) throw new Error('score changed the state');
      const flagged = score !== null && score.score >= detector.defaults.threshold;
      if (observation !== null && !flagged) detector.learn(state, observation, config);
      state = JSON.parse(JSON.stringify(state));
      return score;
    },
  };
}

/** A score that alerts by the detector's defaults, or null. */
export const told = (detector: Detector, score: Score | null): string | null =>
  score !== null && score.score >= detector.defaults.threshold ? score.reason : null;
