import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBrokerTrouble, isTooLarge } from '../../src/sources/kafka-producer.ts';
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

describe('what the client says', () => {
  const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSNonRetriableError } = kafkajs;
  const large = new KafkaJSProtocolError(
    Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', code: 10 }),
  );

  it('is trouble of brokers, which passes, or a message that will never be taken', () => {
    const away = new KafkaJSConnectionError('connect ECONNREFUSED');
    const denied = new KafkaJSProtocolError(
      Object.assign(new Error('denied'), { type: 'TOPIC_AUTHORIZATION_FAILED', code: 29 }),
    );
    expect([away, denied].map(isBrokerTrouble)).toEqual([true, true]);
    expect([away, denied].map(isTooLarge)).toEqual([false, false]);
    const wrapped = Object.assign(new KafkaJSNonRetriableError('after eight tries'), { cause: large });
    expect([large, wrapped].map(isTooLarge)).toEqual([true, true]);
    expect([large, wrapped, new Error('of somebody else'), null].map(isBrokerTrouble)).toEqual(Array(4).fill(false));
  });
});
