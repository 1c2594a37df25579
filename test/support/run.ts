import type { Detector, DetectorDefaults } from '../../detectors/detector.ts';
import type { Alert, Judgement } from '../../schemas/alert.ts';
import type { Catalogue } from '../../schemas/catalogue.ts';
import { DAY, HOUR, MINUTE } from '../../schemas/durations.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Inputs } from '../../src/engine/inputs.ts';
import { createPartition } from '../../src/engine/partition.ts';
import { compileRules } from '../../src/engine/rules.ts';
import type { FoldVerdict } from '../../src/engine/verdicts.ts';
import { createHasher } from '../../src/hash.ts';

export { DAY, HOUR };

/** A Monday. */
export const MONDAY = Date.parse('2026-10-05T00:00:00Z');

/** A time of the weeks from then on. */
export const at = (day: number, hour = 10, minute = 0): number => MONDAY + day * DAY + hour * HOUR + minute * MINUTE;

/** One call as a test tells it: what it leaves out is ordinary. */
export interface Told extends Omit<Partial<NativeEvent>, 'agent' | 'server'> {
  at: number;
  agent?: string;
  group?: string;
  server?: string;
  tool?: string;
  status?: 'ok' | 'denied' | 'transport_error';
}

export interface Judged {
  alerts: Alert[];
  judgement: Judgement;
  failed?: readonly string[];
}

export interface RunOptions {
  grants?: unknown;
  catalogues?: Catalogue[];
  verdicts?: FoldVerdict[];
  /** Alerts of the session as a whole; off, so that a test sees its detectors alone. */
  session?: boolean;
  /** From which score on a session is told, where that is on. */
  sessionThreshold?: number;
  /** A detector may end with an error: that is what is tested. */
  failing?: boolean;
}

/** Calls through decoder, engine and these detectors, as `scan` takes them. */
export function createRun(detectors: readonly Detector[], options: RunOptions = {}) {
  const session: DetectorDefaults = {
    warmUp: { count: 0, days: 0 },
    threshold: options.sessionThreshold ?? 99,
    severity: 'low',
    cooldownMs: DAY,
  };
  const engine = createEngine({
    armed: detectors.map((detector) => ({
      detector,
      config: detector.config.parse({}),
      settings: detector.defaults,
    })),
    session: { ...session, enabled: options.session ?? false },
  });
  const partition = createPartition({ id: 'test/0', engine, dedupeWindow: 10_000, nextOffset: 0 });
  const decode = createDecoder({ hasher: createHasher(new Uint8Array(32)) });
  const inputs = inputsOf(options);
  let offset = 0;
  const run = {
    send(told: Told): Judged {
      const bytes = Buffer.from(JSON.stringify(nativeOf(told, offset)));
      const [decoded] = decode({
        source: 'test',
        partition: 0,
        instance: 'test',
        backfill: true,
        generation: 0,
        gateway: 'auto',
        records: [{ offset, value: bytes, receivedAt: told.at }],
      });
      offset += 1;
      const item = decoded!.items[0]!;
      if (item.kind === 'reject') throw new Error(`${item.reject.reason}: ${item.reject.detail}`);
      const { outcome, alerts } = partition.fold(item.event, inputs);
      if (outcome.kind === 'duplicate') throw new Error('told twice');
      if (outcome.failed.length > 0 && options.failing !== true) throw new Error(outcome.failed.join('; '));
      return { alerts, judgement: outcome.judgement, failed: outcome.failed };
    },
    /** Alerts that a call opens or goes on with. */
    news: (told: Told): Alert[] => run.send(told).alerts.filter(({ stage }) => stage !== 'close'),
    due: (until: number): Alert[] => partition.due(until, inputs),
    agent: (id = 'agent'): AgentState => partition.agents.get(id)!,
    state: (id = 'agent'): unknown => partition.agents.get(id)!.detectors[detectors.at(-1)!.id]?.state,
  };
  return run;
}

const inputsOf = ({ grants = {}, catalogues = [], verdicts = [] }: RunOptions): Inputs =>
  compileRules({ catalogues, verdicts, grants: { file: grantsFileSchema.parse(grants), earlier: [] } }).inputs;

function nativeOf(
  { at, agent = 'agent', group, server = 'tickets', tool = 'get_ticket', status, ...rest }: Told,
  n: number,
) {
  return {
    event_id: `e${n}`,
    occurred_at: new Date(at).toISOString(),
    agent: { id: agent, id_basis: 'service_account', ...(group === undefined ? {} : { name: group }) },
    server: { id: server },
    method: 'tools/call',
    target: { type: 'tool', name: tool },
    session_id: `${agent} ${new Date(at).toISOString().slice(0, 10)}`,
    outcome: { status: status ?? 'ok' },
    ...rest,
  };
}

/** Every alert that opened, of the detector. */
export const opened = (judged: readonly Judged[], detector?: string): Alert[] =>
  judged
    .flatMap(({ alerts }) => alerts)
    .filter((alert) => alert.stage === 'open' && (detector === undefined || alert.detector === detector));
