import type { Alert, Judgement } from '../../schemas/alert.ts';
import type { Event, NativeEvent } from '../../schemas/event.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { createPartition, type Partition } from '../../src/engine/partition.ts';
import { pieceOf } from '../../src/engine/pieces.ts';
import { compileRules, type RuleContents } from '../../src/engine/rules.ts';
import { createHasher } from '../../src/hash.ts';
import type { SourceRecord } from '../../src/sources/source.ts';
import { difference } from './difference.ts';

/** The same calls told whole and told in pieces, and what comes of either. */

/** What is known of a call once its answer is there; the rest is known when it is made. */
const ANSWERED = ['outcome', 'result', 'bytes_out', 'duration_ms'] as const;

export const asked = (call: NativeEvent): NativeEvent => {
  const request: NativeEvent = { ...call, phase: 'request' };
  for (const field of ANSWERED) delete request[field];
  return request;
};

/** Gateways that tell of an answer apart do not repeat what was asked. */
export const answered = (call: NativeEvent): NativeEvent => {
  const { args: _, ...answer } = call;
  return { ...answer, phase: 'response' };
};

/** Let through by the policy's own log, and told as a whole by the gateway behind it. */
export const decided = (call: NativeEvent): NativeEvent => ({
  ...asked(call),
  phase: 'decision',
  decision: { effect: 'allow' },
});

/** A stream through decoder and fold, as `scan` takes it. */
export function createStream(rules: RuleContents = {}) {
  const { engine, inputs } = compileRules(rules);
  const decode = createDecoder({ hasher: createHasher(new Uint8Array(32)) });
  let partition = createPartition({ id: 'file/0', engine, dedupeWindow: 10_000, nextOffset: 0 });
  const alerts: Alert[] = [];
  const kept: Event[] = [];
  /** What the record shows of each call: its last piece. */
  const calls = new Map<string, { event: Event; judgement: Judgement }>();
  let offset = 0;
  const records = (...all: Omit<SourceRecord, 'offset'>[]): string[] => {
    const told: string[] = [];
    for (const record of all) {
      const [decoded] = decode({
        source: 'file',
        partition: 0,
        instance: 'test',
        backfill: true,
        generation: 0,
        gateway: 'auto',
        records: [{ ...record, offset }],
      });
      for (const item of decoded!.items) {
        if (item.kind === 'reject') told.push(item.reject.reason);
        else {
          const judged = partition.fold(item.event, inputs);
          told.push(judged.outcome.kind);
          alerts.push(...judged.alerts);
          if (judged.outcome.kind === 'folded') {
            kept.push(item.event);
            calls.set(item.event.key, { event: item.event, judgement: judged.outcome.judgement });
          }
        }
      }
      partition.pass(offset);
      offset += 1;
    }
    return told;
  };
  return {
    /** Takes records in; answers what became of each. */
    records,
    /** The same with native events. */
    send: (...events: NativeEvent[]): string[] =>
      records(...events.map((event) => ({ value: JSON.stringify(event), receivedAt: 0 }))),
    /** What is in memory goes; state comes back as it was saved, and keys from the rows that were stored. */
    restart(): void {
      const states = saved(partition);
      const json = JSON.parse(JSON.stringify(partition)) as ReturnType<Partition['toJSON']>;
      partition = createPartition({ id: 'file/0', engine, dedupeWindow: 10_000, nextOffset: offset, saved: json });
      partition.restore([...states].map(([id, text]): [string, AgentState] => [id, JSON.parse(text) as AgentState]));
      partition.remember(
        kept.map((event) => ({
          offset: event.position.offset,
          key: event.key,
          contentHash: event.contentHash,
          ...pieceOf(event),
        })),
      );
      partition.reopen([...calls.values()].map(({ event }) => event));
    },
    /** What is told of, without where it stands in the record. */
    told: (detector: string): object[] =>
      alerts
        .filter((alert) => alert.detector === detector)
        .map(({ proof: { sql: _, ...proof }, ...alert }) => ({ ...alert, proof })),
    calls: () => [...calls.values()],
    states: (): Map<string, string> => saved(partition),
  };
}

export type Stream = ReturnType<typeof createStream>;

const saved = (partition: Partition): Map<string, string> =>
  new Map([...partition.agents].map(([id, agent]): [string, string] => [id, JSON.stringify(agent)]));

/** Detectors that read what comes back. */
const READERS = ['argument-novelty', 'provenance', 'toxic-flow', 'tool-drift', 'data-volume'];

/** Where what they know of agents and sessions differs first; '' where it does not. */
export function apart(one: Stream, other: Stream): string {
  const found = other.states();
  return [...one.states()].map(([id, state]) => difference(readOf(state), readOf(found.get(id)!))).join('');
}

function readOf(state: string): string {
  const { detectors, sessions } = JSON.parse(state) as AgentState;
  const of = (all: Record<string, unknown>): unknown[] => READERS.map((id) => all[id] ?? null);
  return JSON.stringify([of(detectors), sessions.map((session) => [session.key, of(session.detectors)])]);
}
