import type { Alert } from '../../../schemas/alert.ts';
import { classRank, severityRank } from '../../../schemas/alert.ts';
import { DAY } from '../../../schemas/durations.ts';
import type { NativeEvent } from '../../../schemas/event.ts';
import { grantsFileSchema } from '../../../schemas/grant.ts';
import { createDecoder } from '../../../src/decode/decode.ts';
import { createPartition } from '../../../src/engine/partition.ts';
import { compileRules } from '../../../src/engine/rules.ts';
import { createHasher } from '../../../src/hash.ts';
import { createSimple, type Simple } from './simple.ts';
import type { Source } from './source.ts';

/** Something that was told about an agent, with when: days from the start of the world. */
export interface Told {
  agent: string;
  at: number;
  detector: string;
  reason: string;
  severity: string;
  seen: string;
  expected: string;
  score: number;
  /** The same alert was told before: it goes on, or grew. */
  again: boolean;
}

export interface Run {
  source: Source;
  events: number;
  /** What reached the SOC: alerts of medium or more, opened and told again. */
  ours: Told[];
  simple: Record<string, Told[]>;
  /** Privileged calls by agent and day. */
  privileged: Map<string, number[]>;
}

/** A company through the engine as it is, and beside it through the simple detectors. */
export function runCompany(source: Source): Run {
  const { grants, charters } = source;
  const file = grantsFileSchema.parse({ grants, charters });
  const { engine, inputs } = compileRules({ grants: { file, earlier: [] } });
  const partition = createPartition({ id: 'bench/0', engine, dedupeWindow: 1000, nextOffset: 0 });
  const decode = createDecoder({ hasher: createHasher(new Uint8Array(32)) });
  const run: Run = { source, events: 0, ours: [], simple: {}, privileged: new Map() };
  const simple: Simple[] = createSimple();
  const told = new Set<string>();
  const days = (at: number): number => (at - source.start) / DAY;
  const decoded = (natives: readonly NativeEvent[]) =>
    decode({
      source: 'bench',
      partition: 0,
      instance: 'bench',
      backfill: true,
      generation: 0,
      gateway: 'native',
      records: natives.map((native, n) => ({
        offset: run.events + n,
        value: JSON.stringify(native),
        receivedAt: Date.parse(native.occurred_at),
      })),
    });
  for (const natives of batches(source.events())) {
    for (const [n, { items }] of decoded(natives).entries()) {
      const item = items[0]!;
      if (item.kind === 'reject') throw new Error(`${item.reject.reason}: ${item.reject.detail}`);
      const at = days(item.event.effectiveAt);
      const { outcome, alerts } = partition.fold(item.event, inputs);
      for (const alert of alerts) take(run, told, alert, at);
      if (outcome.kind === 'duplicate') continue;
      const { agent, server, target } = natives[n]!;
      const privileged = classRank(outcome.judgement.class) >= classRank('write');
      const series = run.privileged.get(agent.id) ?? new Array<number>(source.days).fill(0);
      run.privileged.set(agent.id, series);
      if (privileged) series[Math.floor(at)]! += 1;
      for (const one of simple) one.take(agent.id, `${server.id}/${target?.name}`, privileged, at);
    }
    run.events += natives.length;
  }
  run.simple = Object.fromEntries(simple.map(({ name, told: all }) => [name, all]));
  return run;
}

function* batches<T>(items: Iterable<T>, size = 500): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function take(run: Run, told: Set<string>, alert: Alert, at: number): void {
  if (alert.stage === 'close' || severityRank(alert.severity) < severityRank('medium')) return;
  const again = told.has(alert.alert_id);
  told.add(alert.alert_id);
  const { detector, reason, severity, score, proof } = alert;
  run.ours.push({
    agent: alert.agent.id,
    at,
    detector,
    reason,
    severity,
    score,
    seen: proof.seen,
    expected: proof.expected,
    again,
  });
}
