import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { countOf, fresh, messages, producerOf, read, sourceOf, until } from './support.ts';

/** A broker that somebody else runs has as many nodes as it has, and is not ours to kill. */
const notOurs = process.env.KAFKA_BROKERS !== undefined;

describe.skipIf(notOurs || whyNoBroker() !== null)('three nodes, every partition on each', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startKafka({ nodes: 3 });
  }, 120_000);
  afterAll(() => broker?.close());

  it('goes on without a node that is gone for good: nothing lost, offsets in order', async () => {
    const topic = fresh('replicated');
    await broker.topic(topic, 6);
    const producer = producerOf(broker.brokers, topic);
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source);
    await producer.send(topic, messages(600));
    await until('before', () => countOf(reader) === 600);
    await broker.kill(1);
    const values = async () =>
      (await broker.admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
    for (let from = 600; from < 2_100; from += 100)
      await until('a send is taken', () =>
        producer.send(topic, messages(100, from)).then(
          () => true,
          () => false,
        ),
      );
    const produced = await values();
    expect(produced).toBeGreaterThanOrEqual(2_100);
    await until('after', () => countOf(reader) === produced, 60_000);
    for (const offsets of reader.seen.values()) expect(offsets).toEqual(offsets.map((_, index) => index));
    await source.close();
    await Promise.all([reader.done, producer.close()]);
  }, 150_000);
});
