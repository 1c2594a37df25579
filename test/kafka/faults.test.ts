import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBed, topicOf } from '../faults/bed.ts';
import { differences, type Prepared, prepare, readUnder, type Trouble } from '../faults/compare.ts';
import { poisonous } from '../faults/poison.ts';
import { brokerDies, joinAndLeave, kills, standsStill, storeAway, storeDies } from '../faults/troubles.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { smallCompany } from '../support/service.ts';
import { producerOf, until } from './support.ts';

/** A broker that somebody else runs is not ours to kill. */
const notOurs = process.env.KAFKA_BROKERS !== undefined;
const patience = 240_000;

describe.skipIf(notOurs || whyNoBroker() !== null)('overreach up under faults, on a real broker and a store', () => {
  const { events, grants } = smallCompany({ agents: 40, days: 60 });
  const total = 8_000;
  let broker: TestBroker;
  let prepared: Prepared;
  beforeAll(async () => {
    broker = await startKafka();
    prepared = await prepare({ broker, grants, events: events.slice(0, total), partitions: 6, patience });
  }, 400_000);
  afterAll(() => broker?.close());

  async function survives(trouble: Trouble): Promise<void> {
    const outcome = await readUnder(trouble, prepared);
    expect(outcome.troubles).toBeGreaterThan(0);
    expect(differences(prepared, outcome)).toEqual([]);
  }

  it('in peace: what was produced is stored, each once', () => {
    expect(prepared.undisturbed).toMatchObject({ rows: total, keys: total, nextOffset: total, rejects: 0 });
    expect(prepared.undisturbed.alerts.length).toBeGreaterThan(50);
    expect(prepared.undisturbed.states.size).toBeGreaterThan(30);
  });

  it('T1: killed eight times in 60,000 events', async () => {
    const extent = { count: 8, total: 60_000, patience };
    const work = { broker, grants, events: events.slice(0, extent.total), partitions: 6, patience };
    const long = await prepare(work);
    const outcome = await readUnder(kills(extent), long);
    expect(outcome.troubles).toBe(8);
    expect(differences(long, outcome)).toEqual([]);
  }, 600_000);

  it('T2: the broker dies and comes back', () => survives(brokerDies({ count: 1, total, patience }, 2_000)), 400_000);

  it(
    'T3: another process joins and leaves, once by dying',
    () => survives(joinAndLeave({ count: 2, total, patience })),
    400_000,
  );

  it(
    'T4: a process stands still beyond its session and then goes on',
    () => survives(standsStill({ count: 1, total, patience }, 6_000)),
    400_000,
  );

  it('T5: the store is away', () => survives(storeAway({ count: 1, total, patience }, 6_000)), 400_000);

  it(
    'T6: the store is killed in the middle of its work',
    () => survives(storeDies({ count: 3, total, patience })),
    400_000,
  );

  it('T10: of poisonous records only they are rejected', async () => {
    const topic = await topicOf(broker, 1);
    const producer = producerOf(broker.brokers, topic);
    const honest = events.slice(0, 1_000);
    const poison = poisonous();
    const step = Math.floor(honest.length / poison.length);
    for (const [at, value] of poison.entries()) {
      const between = honest.slice(at * step, at === poison.length - 1 ? undefined : (at + 1) * step);
      await producer.send(topic, [
        { key: 'poison', value },
        ...between.map((event) => ({ key: event.agent.id, value: JSON.stringify(event) })),
      ]);
    }
    await producer.close();
    const bed = await makeBed({ broker, topic, grants });
    try {
      const child = await bed.up();
      await until('the honest ones are stored', async () => (await bed.stored()) === honest.length, patience);
      await child.kill('SIGTERM');
      const left = await bed.left(1);
      expect(left).toMatchObject({ keys: honest.length, rows: honest.length, rejects: poison.length });
    } finally {
      await bed.remove();
    }
  }, 400_000);

  it('T12, on the re-keyed road: three in ten come twice, in other partitions and much later', async () => {
    const topic = await topicOf(broker, 4);
    const producer = producerOf(broker.brokers, topic);
    const once = events.slice(0, 3_000);
    const again = once.filter((_, at) => at % 10 < 3);
    for (const [round, list] of [once, again].entries())
      await producer.send(
        topic,
        list.map((event, at) => ({ key: `${round} ${at}`, value: JSON.stringify(event) })),
      );
    await producer.close();
    const bed = await makeBed({ broker, topic, grants, keyed: false });
    try {
      const child = await bed.up();
      await until('all are re-keyed', async () => (await endOf(broker, bed.topic)) === 3_900, patience);
      await until('all are stored', async () => (await bed.stored()) === once.length, patience);
      await child.kill('SIGTERM');
      const left = await bed.left(6);
      expect(left).toMatchObject({ keys: once.length, rows: once.length, rejects: 0, nextOffset: 3_900 });
    } finally {
      await bed.remove();
    }
  }, 400_000);
});

const endOf = async (broker: TestBroker, topic: string): Promise<number> =>
  (await broker.admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
