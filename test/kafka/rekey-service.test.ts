import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '../../schemas/api.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { createHome, type Home, startHere } from '../support/service.ts';
import { fresh, producerOf, until } from './support.ts';

/** A broker that somebody else runs is not ours to kill. */
const notOurs = process.env.KAFKA_BROKERS !== undefined;

const call = (n: number): string =>
  JSON.stringify({
    event_id: `call-${n}`,
    occurred_at: new Date(Date.now() + n).toISOString(),
    agent: { id: 'support-1' },
    server: { id: 'tickets' },
    method: 'tools/call',
    target: { type: 'tool', name: 'get_ticket' },
  });

describe.skipIf(notOurs || whyNoBroker() !== null)('a service that re-keys a topic', () => {
  let broker: TestBroker;
  let home: Home;
  let service: Service;
  let topic: string;
  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());
  beforeEach(async () => {
    topic = fresh('raw');
    await broker.topic(topic, 2);
    home = await createHome({
      sources: {
        kafka: {
          brokers: broker.brokers,
          group_id: fresh('group'),
          session_timeout_ms: 6_000,
          internal_topic: fresh('internal'),
          internal_partitions: 2,
          topics: [{ name: topic }],
        },
      },
    });
    service = await startHere(home);
  }, 60_000);
  afterEach(async () => {
    await service.stop().catch(() => {});
    await home.remove();
  });

  async function send(...values: string[]): Promise<void> {
    const producer = producerOf(broker.brokers, topic);
    await producer.send(
      topic,
      values.map((value, n) => ({ key: `${n}`, value })),
    );
    await producer.close();
  }
  const status = async () => (await (await fetch(`${service.url}/v1/status`)).json()) as Status;
  const ready = async () => (await fetch(`${service.url}/readyz`)).status;

  it('says that Kafka takes nothing while its broker is away, and is ready all the while', async () => {
    const many = 40_000;
    await send(...Array.from({ length: many }, (_, n) => call(n)));
    await until('some are stored', async () => (await status()).events.stored > 0, 60_000);
    await broker.kill();
    const kafka = async () => (await status()).warnings.filter((text) => text.startsWith('Kafka is not '));
    await until('it is said', async () => (await kafka()).some((text) => text.includes('written')), 60_000);
    expect([await ready(), (await status()).not_ready]).toEqual([200, undefined]);
    await broker.start();
    await until('all are stored', async () => (await status()).events.accepted === many, 120_000);
    await until('all is well', async () => (await kafka()).length === 0);

    await send('{ no JSON');
    await until('it is counted', async () => (await status()).rejects.not_json === 1);
    const raw = async () => (await status()).sources.find(({ name }) => name === `kafka:${topic}`);
    await until('all is read', async () => (await raw())?.lag === 0);
    expect(await raw()).toMatchObject({ partitions: 2, last_seen: expect.any(String) });
  }, 300_000);

  it('reads the topics that are there where one is not, names that one, and reads it once it is there', async () => {
    const late = fresh('late');
    await service.stop();
    await home.remove();
    const topics = [{ name: topic }, { name: late }];
    const internal = { internal_topic: fresh('internal'), internal_partitions: 2 };
    home = await createHome({
      sources: { kafka: { brokers: broker.brokers, group_id: fresh('group'), topics, ...internal } },
    });
    service = await startHere(home);
    await send(call(1));
    await until('what is there is read', async () => (await status()).events.accepted === 1);
    expect((await status()).warnings.join()).toContain(`the brokers know of no topic ${late}`);
    await broker.topic(late, 1);
    await until('nothing is missing', async () => (await status()).warnings.length === 0);
    await broker.admin.deleteTopics({ topics: [late] });
    await until('it is said', async () => (await status()).warnings.join().includes(late), 60_000);
    await send(call(2));
    await until('the other is read on', async () => (await status()).events.accepted === 2);
  }, 200_000);

  it('ends where re-keying ends for good, so that another process may take over', async () => {
    service.store.writeRejects = () => Promise.reject(new Error('Code: 516. DB::Exception: wrong password'));
    const ended = expect(service.done).rejects.toThrow('wrong password');
    await send('{ no JSON');
    await ended;
    expect(await ready()).toBe(503);
    expect((await status()).not_ready).toMatch(/^re-keying ended: .*wrong password/);
  }, 120_000);
});
