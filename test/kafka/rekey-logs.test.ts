import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NativeEvent } from '../../schemas/event.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { createHome, type Home, startChild, startHere } from '../support/service.ts';
import { fresh, producerOf, until } from './support.ts';

const START = Date.now();
const LIMITS = { maxRows: 10_000, maxSeconds: 10, maxBytes: 1e7 };

const calls = (from: number, to: number): NativeEvent[] =>
  Array.from(
    { length: to - from },
    (_, at) =>
      ({
        event_id: `call-${from + at}`,
        occurred_at: new Date(START + from + at).toISOString(),
        agent: { id: `agent-${(from + at) % 5}` },
        server: { id: 'tickets' },
        method: 'tools/call',
        target: { name: 'get_ticket' },
        outcome: { status: 'ok' },
      }) as NativeEvent,
  );

/** What may happen to a topic that is re-keyed, and what the program makes of it. */
describe.skipIf(whyNoBroker() !== null)('the log of a topic that is not keyed by agent', () => {
  let broker: TestBroker;
  let home: Home | null = null;
  let service: Service | null = null;
  let groupId: string;
  /** Topics made anew so far: the records of each have times of their own. */
  let logs = 0;
  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());
  afterEach(async () => {
    await service?.stop();
    await home?.remove();
    service = home = null;
  });

  async function made(partitions = 1): Promise<string> {
    const topic = fresh('raw');
    groupId = fresh('group');
    await broker.topic(topic, partitions);
    home = await createHome({
      sources: {
        kafka: {
          brokers: broker.brokers,
          group_id: groupId,
          session_timeout_ms: 6_000,
          internal_topic: fresh('internal'),
          internal_partitions: 2,
          topics: [{ name: topic, keyed_by_agent: false }],
        },
      },
    });
    return topic;
  }

  /** A text is a record that nobody understands. Keys are as they may be: by call, not by agent. */
  async function send(topic: string, events: readonly (NativeEvent | string)[], key?: string): Promise<void> {
    const producer = producerOf(broker.brokers, topic);
    await producer.send(
      topic,
      events.map((event, n) => ({
        key: key ?? `${n}`,
        value: typeof event === 'string' ? event : JSON.stringify(event),
        timestamp: START + logs * 1_000_000 + n,
      })),
    );
    await producer.close();
  }

  async function again(topic: string, events: readonly (NativeEvent | string)[], partitions = 1): Promise<void> {
    await broker.admin.deleteTopics({ topics: [topic] });
    await until('it is gone', async () => !(await broker.admin.listTopics()).includes(topic));
    await broker.topic(topic, partitions);
    logs += 1;
    await send(topic, events);
  }

  const rows = async (sql: string) => (await service!.store.query(sql, LIMITS)).rows;
  const stored = async () => Number((await rows('SELECT count() AS n FROM v_events'))[0]!.n);
  const gaps = () => rows('SELECT kind, partition, from_offset, to_offset FROM v_gaps ORDER BY from_at, partition');
  const rejects = async () => (await rows('SELECT raw FROM v_rejects ORDER BY received_at')).map(({ raw }) => raw);
  const remade = { kind: 'remade', partition: 0, from_offset: 50, to_offset: 50 };

  /** Runs until so many are stored, once each, and ends with its place saved. */
  async function runUntil(count: number, look: () => Promise<void> = async () => {}): Promise<void> {
    service = await startHere(home!);
    await addsUp(count);
    await look();
    await service.stop();
    service = null;
  }

  async function addsUp(count: number): Promise<void> {
    await until(`${count} are stored`, async () => (await stored()) === count);
    await service!.pipeline.checkpoint();
    expect((await reconcile(service!.store)).map(({ missing }) => missing)).toEqual([0, 0]);
  }

  const forget = (topic: string, offset: number, partition = 0) =>
    broker.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });

  it('made anew and shorter: it is read whole, once, and what was refused in the old one stays', async () => {
    const topic = await made();
    await send(topic, [...calls(0, 10), '{old', ...calls(10, 49)]);
    await runUntil(49, () => until('one is refused', async () => (await rejects()).length === 1));
    await again(topic, [...calls(100, 110), '{new', ...calls(110, 119)]);
    for (const _ of ['as it was told', 'after a restart'])
      await runUntil(68, async () => {
        await until('both are refused', async () => (await rejects()).length === 2);
        expect(await rejects()).toEqual(['{old', '{new']);
        expect(await gaps()).toEqual([remade]);
      });
  });

  it('made anew and grown past our place: told by its records, whatever is committed', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await again(topic, calls(100, 200));
    await broker.admin.setOffsets({
      groupId: `${groupId}-rekey`,
      topic,
      partitions: [{ partition: 0, offset: '50' }],
    });
    await runUntil(150, async () => {
      expect(await gaps()).toEqual([remade]);
      await service!.watch.look();
      expect(await rows("SELECT severity, title FROM v_alerts WHERE reason = 'log_remade'")).toHaveLength(1);
    });
    await send(topic, calls(200, 210));
    await runUntil(160, async () => expect(await gaps()).toHaveLength(1));
  });

  it('made anew while it is read', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    service = await startHere(home!);
    await addsUp(50);
    await again(topic, calls(100, 200));
    await addsUp(150);
    expect(await gaps()).toEqual([remade]);
  });

  it('as it was: after kill -9 it goes on, and what came twice counts once', async () => {
    const topic = await made();
    await send(topic, calls(0, 3_000));
    const child = await startChild(home!);
    await until('something is re-keyed', async () => (await committed(topic)) > 0);
    await child.kill('SIGKILL');
    await send(topic, calls(3_000, 3_100));
    await runUntil(3_100, async () => expect(await gaps()).toEqual([]));
  });

  it('whose retention passed us: a gap with the range', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await send(topic, calls(50, 100));
    await forget(topic, 80);
    await runUntil(70, async () =>
      expect(await gaps()).toEqual([{ kind: 'lost', partition: 0, from_offset: 50, to_offset: 79 }]),
    );
  });

  it('of more partitions than before: read whole; what nobody read of a new one in time is a gap', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await broker.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    const counts = () =>
      broker.admin.fetchTopicOffsets(topic).then(
        (all) => all.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high)),
        () => [],
      );
    await until('all have leaders', async () => (await counts()).length === 3);
    await send(topic, calls(50, 100));
    const [, , third] = await counts();
    expect(third).toBeGreaterThan(5);
    await forget(topic, 5, 2);
    await runUntil(95, async () =>
      expect(await gaps()).toEqual([{ kind: 'lost', partition: 2, from_offset: 0, to_offset: 4 }]),
    );
    await runUntil(95, async () => expect(await gaps()).toHaveLength(1));
  });

  const committed = async (topic: string) => {
    const [found] = await broker.admin.fetchOffsets({ groupId: `${groupId}-rekey`, topics: [topic] });
    return Number(found?.partitions[0]?.offset ?? -1);
  };
});
