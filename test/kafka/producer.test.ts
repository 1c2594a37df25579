import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { fresh, messages, producerOf } from './support.ts';

describe.skipIf(whyNoBroker() !== null)('the Kafka producer, on a real broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());

  it('sends what comes in the very moment in which the last request was answered', async () => {
    const topic = fresh('chain');
    await broker.topic(topic, 1);
    const producer = producerOf(broker.brokers, topic);
    /** So many turns later than the answer. */
    const after = async (turns: number): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) await null;
    };
    for (let turns = 0; turns < 8; turns += 1)
      for (let n = 0; n < 3; n += 1) {
        await producer.send(topic, messages(1));
        await after(turns);
      }
    await producer.close();
    expect(Number((await broker.admin.fetchTopicOffsets(topic))[0]!.high)).toBe(24);
  }, 20_000);
});
