import { randomUUID } from 'node:crypto';
import { configSchema } from '../../schemas/config.ts';
import { createKafkaSource, type KafkaSource, type KafkaSourceOptions } from '../../src/sources/kafka.ts';
import { createKafkaProducer } from '../../src/sources/kafka-producer.ts';
import type { Assignment, Batch } from '../../src/sources/source.ts';

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A name that no other test uses, on a broker that may be shared. */
export const fresh = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

export function settingsOf(brokers: string[], topic: string, groupId = fresh('group')) {
  const topics = [{ name: topic, keyed_by_agent: true }];
  const kafka = { brokers, group_id: groupId, topics, session_timeout_ms: 6_000 };
  return configSchema.parse({ sources: { kafka } }).sources.kafka!;
}

export function sourceOf(brokers: string[], topic: string, more: Partial<KafkaSourceOptions> = {}): KafkaSource {
  const groupId = more.groupId ?? fresh('group');
  const settings = settingsOf(brokers, topic, groupId);
  return createKafkaSource({ settings, log: silent, topics: [{ name: topic, gateway: 'auto' }], groupId, ...more });
}

export const producerOf = (brokers: string[], topic: string) =>
  createKafkaProducer({ settings: settingsOf(brokers, topic), log: silent });

/** What a pipeline does with a source and no more: folds offsets, seeks by its own book, drops what is void. */
export interface Reader {
  next: Map<number, number>;
  seen: Map<number, number[]>;
  assignments: Assignment[];
  done: Promise<void>;
}

export interface ReaderOptions {
  next?: Map<number, number>;
  /** Waited for before each batch is taken. */
  gate?: () => Promise<void>;
  onAssigned?: (assignment: Assignment) => number | undefined;
}

export function read(source: KafkaSource, { next = new Map(), gate, onAssigned }: ReaderOptions = {}): Reader {
  const reader: Reader = { next, seen: new Map(), assignments: [], done: Promise.resolve() };
  const generations = new Map<number, number>();
  const take = (batch: Batch): void => {
    if (generations.get(batch.partition) !== batch.generation) return;
    const seen = reader.seen.get(batch.partition) ?? [];
    for (const { offset } of batch.records) {
      if (offset < (next.get(batch.partition) ?? 0)) continue;
      seen.push(offset);
      next.set(batch.partition, offset + 1);
    }
    reader.seen.set(batch.partition, seen);
  };
  reader.done = (async () => {
    for await (const item of source) {
      if (item.kind === 'batch') {
        await gate?.();
        take(item.batch);
        continue;
      }
      if (item.kind === 'ours') continue;
      const { assignment } = item;
      reader.assignments.push(assignment);
      generations.set(assignment.partition, assignment.generation);
      const offset = onAssigned?.(assignment) ?? next.get(assignment.partition) ?? 0;
      next.set(assignment.partition, offset);
      assignment.seek(offset);
    }
  })();
  return reader;
}

export const countOf = ({ seen }: Reader): number => [...seen.values()].reduce((sum, list) => sum + list.length, 0);

/** Waits for a condition; says what it waited for where it never comes. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 40_000,
  everyMs = 20,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export const messages = (count: number, from = 0, size = 200) =>
  Array.from({ length: count }, (_, index) => ({
    key: `agent-${(from + index) % 97}`,
    value: `${from + index}`.padEnd(size, '.'),
  }));
