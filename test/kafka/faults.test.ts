import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, type Prepared, prepare, readUnder, type Trouble } from '../faults/compare.ts';
import { burst, poisoned, repeated, wrongWith } from '../faults/contents.ts';
import { brokerDies, joinAndLeave, kills, stalls, standsStill, storeAway, storeDies } from '../faults/troubles.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { smallCompany } from '../support/service.ts';

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
  }, 1_200_000);

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

  it(
    'T4b: the only process stands still beyond its session, and is given the same again',
    () => survives(stalls({ count: 1, total, patience }, 6_000)),
    400_000,
  );

  const some = (count: number) => ({ broker, grants, events: events.slice(0, count), partitions: 3, patience });

  it('T10: of poisonous records only they are rejected', async () => {
    const came = await poisoned(some(1_000), 1);
    expect(came.poison).toBeGreaterThan(8);
    expect(wrongWith(came, came.poison)).toEqual([]);
  }, 400_000);

  it('T12, on the re-keyed road: three in ten come twice, in other partitions and much later', async () => {
    const came = await repeated(some(3_000));
    expect(came.repeats).toBe(900);
    expect(wrongWith(came, 0)).toEqual([]);
  }, 400_000);

  it('T15: a burst of ten times what came before', async () => {
    const came = await burst(some(11_000), 400);
    expect(wrongWith(came, 0)).toEqual([]);
    expect(came.peak - came.steady).toBeLessThan(500e6);
  }, 400_000);
});
