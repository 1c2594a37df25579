import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, Reject } from '../../schemas/event.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import { openEnvelopes } from '../../src/pipeline/envelope.ts';
import { createKafkaIngest } from '../../src/pipeline/kafka-ingest.ts';
import { rekey } from '../../src/pipeline/rekey.ts';
import { isTooLarge } from '../../src/sources/kafka-producer.ts';
import type { RekeyedPlace } from '../../src/stores/store.ts';
import { uncounted } from '../pipeline/log.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { fresh, producerOf, sourceOf, until } from './support.ts';

const decode = createDecoder({ hasher: createHasher(Buffer.from('a key of some length, for tests')) });

const call = (index: number) => ({
  event_id: `e-${index}`,
  occurred_at: new Date(1_760_000_000_000 + index).toISOString(),
  agent: { id: `agent-${index % 7}` },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { type: 'tool', name: 'get_ticket' },
  args: { ticket: index },
});

/** As much of a store as re-keying needs. */
function memory(rejects: Reject[]) {
  const places = new Map<string, RekeyedPlace>();
  return {
    writeRejects: async (rows: readonly Reject[]) => void rejects.push(...rows),
    writeGaps: () => Promise.reject(new Error('nothing was lost')),
    rekeyedPlaces: async () => [...places.values()],
    writeRekeyedPlaces: async (rows: readonly RekeyedPlace[]) => {
      for (const row of rows) places.set(row.partition, row);
    },
  };
}
const undisturbed = {
  persist: <T>(_: string, write: () => Promise<T>) => write(),
  observer: uncounted,
  onGap() {},
  now: Date.now,
  elapsed: () => performance.now(),
};

describe.skipIf(whyNoBroker() !== null)('re-keying, on a real broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());

  it('puts each agent in one partition, in source order, with the ids of the first decoding; a restart goes on', async () => {
    const [topic, internal, groupId] = [fresh('raw'), fresh('internal'), fresh('group')];
    await broker.topic(topic, 3);
    const producer = producerOf(broker.brokers, topic);
    await producer.ensureTopic(internal, 4);
    const rejects: Reject[] = [];
    const store = memory(rejects);
    const post = (from: number, to: number) =>
      producer.send(
        topic,
        Array.from({ length: to - from }, (_, at) => ({
          key: `${(from + at) % 7}`,
          value: JSON.stringify(call(from + at)),
        })),
      );
    const run = () => {
      const source = sourceOf(broker.brokers, topic, { groupId, withCommitted: true });
      const done = rekey(source, {
        decode,
        produce: (messages) => producer.send(internal, messages),
        tooLarge: isTooLarge,
        store,
        ...undisturbed,
      });
      return { source, done };
    };
    const produced = async () =>
      (await broker.admin.fetchTopicOffsets(internal)).reduce((sum, { high }) => sum + Number(high), 0);

    await post(0, 700);
    await producer.send(topic, [{ key: 'x', value: '{not json' }]);
    const first = run();
    await until('all are re-keyed', async () => (await produced()) === 700 && rejects.length === 1);
    await first.source.stop();
    await first.done;
    await first.source.close();
    await post(700, 1_400);
    const second = run();
    await until('the rest is', async () => (await produced()) === 1_400);
    await second.source.close();
    await second.done;
    expect(rejects).toMatchObject([{ reason: 'not_json', position: { source: `kafka:${topic}` } }]);

    const seen: Event[] = [];
    const reader = sourceOf(broker.brokers, internal);
    for await (const item of reader) {
      if (item.kind === 'assigned') item.assignment.seek(0);
      else if (item.kind === 'batch')
        for (const { items } of openEnvelopes(item.batch))
          for (const opened of items) if (opened.kind === 'event') seen.push(opened.event);
      if (seen.length === 1_400) await reader.stop();
    }
    await reader.close();
    const homes = new Map<string, Set<number>>();
    const times = new Map<string, number[]>();
    for (const { body, position, occurredAt } of seen) {
      homes.set(body.agent.id, (homes.get(body.agent.id) ?? new Set()).add(position.partition));
      times.set(body.agent.id, [...(times.get(body.agent.id) ?? []), occurredAt]);
    }
    expect(homes.size).toBe(7);
    for (const partitions of homes.values()) expect(partitions.size).toBe(1);
    for (const list of times.values()) expect(list).toEqual([...list].sort((a, b) => a - b));
    const direct = decode({
      source: 'kafka:x',
      instance: topic,
      partition: 0,
      generation: 1,
      gateway: 'auto',
      records: [{ offset: 0, value: JSON.stringify(call(5)), receivedAt: 1_760_000_000_000 }],
    })[0]!.items[0]!;
    expect(direct.kind === 'event' && seen.some(({ key }) => key === direct.event.key)).toBe(true);
    await producer.close();
  });

  it('a post is answered when the topic has it; an internal topic of another size is refused', async () => {
    const internal = fresh('internal');
    const producer = producerOf(broker.brokers, internal);
    await producer.ensureTopic(internal, 2);
    await expect(producer.ensureTopic(internal, 3)).rejects.toThrow(/has 2 partitions and not 3/);
    const stored: Reject[] = [];
    const ingest = createKafkaIngest({
      decode,
      produce: (messages) => producer.send(internal, messages),
      tooLarge: isTooLarge,
      store: {
        writeRejects: (rows) => {
          stored.push(...rows);
          return Promise.resolve();
        },
      },
      observer: uncounted,
      firstOffset: 0,
    });
    const records = [JSON.stringify(call(1)), '{', JSON.stringify(call(2))].map((value) => ({ value, receivedAt: 1 }));
    const outcomes = await ingest.push(records, { instance: 'gw', gateway: 'auto' });
    expect(outcomes.map(({ accepted }) => accepted)).toEqual([1, 0, 1]);
    expect(stored).toHaveLength(1);
    const offsets = await broker.admin.fetchTopicOffsets(internal);
    expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(2);
    await producer.close();
  });

  it('what is old when it comes is still there to be read: the topic keeps by the time of its coming', async () => {
    const [internal, canary] = [fresh('internal'), fresh('canary')];
    const producer = producerOf(broker.brokers, internal);
    await producer.ensureTopic(internal, 1);
    await broker.topic(canary, 1);
    await producer.send(canary, [{ key: 'old', value: 'old', timestamp: 1_760_000_000_000 }]);
    const ingest = createKafkaIngest({
      decode,
      produce: (messages) => producer.send(internal, messages),
      tooLarge: isTooLarge,
      store: { writeRejects: () => Promise.reject(new Error('nothing is rejected')) },
      observer: uncounted,
      firstOffset: 0,
    });
    const records = [{ value: JSON.stringify(call(1)), receivedAt: 1_760_000_000_500 }];
    await ingest.push(records, { instance: 'gw', gateway: 'auto', backfill: true });
    const low = async (topic: string) => Number((await broker.admin.fetchTopicOffsets(topic))[0]!.low);
    await until('the broker has deleted what is old', async () => (await low(canary)) === 1);
    expect(await low(internal)).toBe(0);

    const reader = sourceOf(broker.brokers, internal);
    for await (const item of reader) {
      if (item.kind === 'assigned') item.assignment.seek(0);
      else if (item.kind === 'batch') {
        const [opened] = openEnvelopes(item.batch);
        expect(opened).toMatchObject({ backfill: true, items: [{ event: { receivedAt: 1_760_000_000_001 } }] });
        await reader.stop();
      }
    }
    await Promise.all([reader.close(), producer.close()]);
  });

  it('an event that the topic takes for too large is rejected alone, on both ways in', async () => {
    const [topic, internal] = [fresh('raw'), fresh('internal')];
    await broker.topic(topic, 1);
    await broker.topic(internal, 2, { 'max.message.bytes': '20000' });
    const producer = producerOf(broker.brokers, topic);
    const large = { ...call(3), args: { text: 'words and more words '.repeat(3_000) } };
    const values = [call(1), call(2), large, call(4)].map((event) => JSON.stringify(event));
    await producer.send(
      topic,
      values.map((value) => ({ key: 'a', value })),
    );
    const rejects: Reject[] = [];
    const options = {
      decode,
      ...undisturbed,
      produce: (messages: Parameters<typeof producer.send>[1]) => producer.send(internal, [...messages]),
      tooLarge: isTooLarge,
      store: memory(rejects),
    };
    const ends = async () =>
      (await broker.admin.fetchTopicOffsets(internal)).reduce((sum, { high }) => sum + Number(high), 0);

    const posts = createKafkaIngest({ ...options, firstOffset: 70 });
    const posted = await posts.push(
      values.map((value) => ({ value, receivedAt: 1 })),
      { instance: 'gw', gateway: 'auto' },
    );
    expect(posted.map(({ accepted, rejected }) => [accepted, rejected.map(({ reason }) => reason)])).toEqual([
      [1, []],
      [1, []],
      [0, ['too_large']],
      [1, []],
    ]);
    expect(await ends()).toBeGreaterThanOrEqual(3);

    const source = sourceOf(broker.brokers, topic, { withCommitted: true });
    const done = rekey(source, options);
    await until('both are set apart', () => rejects.length === 2);
    await until('their neighbours went on', async () => (await ends()) >= 6);
    expect(rejects.map(({ reason, position }) => [reason, position.offset])).toEqual([
      ['too_large', 72],
      ['too_large', 2],
    ]);
    await source.stop();
    await done;
    await Promise.all([source.close(), producer.close()]);
  });
});
