import type { Alert } from '../../../schemas/alert.ts';
import { createEngine, type EngineSettings } from '../../../src/engine/engine.ts';
import { type FusedFinding, signalsOf } from '../../../src/engine/fuse.ts';
import type { Armed } from '../../../src/engine/judge.ts';
import { createPartition } from '../../../src/engine/partition.ts';
import { arm, compileRules } from '../../../src/engine/rules.ts';
import { SESSION_DEFAULTS } from '../../../src/engine/session-alert.ts';
import { type Corpus, LEARN_UNTIL } from './corpus.ts';

export interface ReplayedEvent {
  id: string;
  findings: (FusedFinding & { trend: boolean })[];
  /** The session's fused score after this event. */
  fused: number;
}

export interface Replay {
  /** What fusion weighs, by session: the signals of each call that has any. */
  signals: Map<string, Record<string, number>[]>;
  sessions: Map<string, ReplayedEvent[]>;
  alerts: Alert[];
  /** Default thresholds by detector. */
  thresholds: Map<string, number>;
}

/** Folds a corpus as `scan --learn-until` does, and keeps every finding with its reason. */
export function replay(corpus: Corpus, options: { grants?: boolean; settings?: Partial<EngineSettings> } = {}): Replay {
  let current: ReplayedEvent['findings'] = [];
  const armed = arm({}).map((one): Armed => {
    const { detector } = one;
    return {
      ...one,
      detector: {
        ...detector,
        score(state, observation, config) {
          const score = detector.score(state, observation, config);
          if (score !== null && score.score > 0)
            current.push({
              detector: detector.id,
              score: score.score,
              class: 'discover',
              scope: 'ungoverned',
              trend: detector.shows !== undefined,
            });
          return score;
        },
      },
    };
  });
  const file = options.grants === true ? corpus.grants : undefined;
  const { inputs } = compileRules(file === undefined ? {} : { grants: { file, earlier: [] } }, LEARN_UNTIL);
  const engine = createEngine({
    armed,
    session: { ...SESSION_DEFAULTS, enabled: true },
    learnUntil: LEARN_UNTIL,
    ...options.settings,
  });
  const partition = createPartition({ id: 'bench/0', engine, dedupeWindow: 200_000, nextOffset: 0 });
  const sessions = new Map<string, ReplayedEvent[]>();
  const signals: Replay['signals'] = new Map();
  const alerts: Alert[] = [];
  for (const event of corpus.events) {
    current = [];
    const { outcome, alerts: told } = partition.fold(event, inputs);
    alerts.push(...told);
    if (outcome.kind !== 'folded') continue;
    const { judgement, session, sessionScore } = outcome;
    const events = sessions.get(session) ?? [];
    sessions.set(session, events);
    const findings = current.map((one) => ({ ...one, class: judgement.class, scope: judgement.scope }));
    events.push({ id: event.body.event_id, findings, fused: sessionScore });
    const called = findings.filter(({ trend }) => !trend);
    const weighed = signalsOf(partition.agents.get(event.body.agent.id)!.fusion, called);
    if (called.length > 0) signals.set(session, [...(signals.get(session) ?? []), weighed]);
  }
  return {
    sessions,
    signals,
    alerts,
    thresholds: new Map(armed.map(({ detector, settings }) => [detector.id, settings.threshold])),
  };
}
