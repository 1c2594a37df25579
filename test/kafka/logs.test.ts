import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NativeEvent } from '../../schemas/event.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { loadConfig } from '../../src/config.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { spawned } from '../commands/support.ts';
import { jsonLines } from '../support/json-lines.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { createHome, ENV, type Home, startChild, startHere } from '../support/service.ts';
import { fresh, producerOf, until } from './support.ts';

const START = Date.now();
const LIMITS = { maxRows: 10_000, maxSeconds: 10, maxBytes: 1e7 };

const call = (n: number, agent = `agent-${n % 5}`): NativeEvent =>
  ({
    event_id: `call-${n}`,
    occurred_at: new Date(START + n).toISOString(),
    agent: { id: agent },
    server: { id: 'tickets' },
    method: 'tools/call',
    target: { name: 'get_ticket' },
    outcome: { status: 'ok' },
  }) as NativeEvent;
const calls = (from: number, to: number): NativeEvent[] =>
  Array.from({ length: to - from }, (_, at) => call(from + at));

/** What may happen to a log while nobody reads it, and what the program makes of it. */
describe.skipIf(whyNoBroker() !== null)('a log that is not what it was', () => {
  let broker: TestBroker;
  let home: Home | null = null;
  let service: Service | null = null;
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
    const topic = fresh('log');
    await broker.topic(topic, partitions);
    home = await createHome({
      sources: {
        kafka: {
          brokers: broker.brokers,
          group_id: fresh('group'),
          session_timeout_ms: 6_000,
          topics: [{ name: topic, keyed_by_agent: true }],
        },
      },
    });
    return topic;
  }

  /** A text is a record that nobody understands. */
  async function send(topic: string, events: readonly (NativeEvent | string)[], at = START): Promise<void> {
    const producer = producerOf(broker.brokers, topic);
    await producer.send(
      topic,
      events.map((event, n) =>
        typeof event === 'string'
          ? { key: 'x', value: event, timestamp: at + n }
          : { key: event.agent.id, value: JSON.stringify(event), timestamp: at + n },
      ),
    );
    await producer.close();
  }

  const rows = async (sql: string) => (await service!.store.query(sql, LIMITS)).rows;
  const stored = async () => Number((await rows('SELECT count() AS n FROM v_events'))[0]!.n);
  const gaps = () => rows('SELECT kind, partition, from_offset, to_offset FROM v_gaps ORDER BY partition, from_offset');

  /** Runs until so many are stored, and ends with its place saved. */
  async function runUntil(count: number, look: () => Promise<void> = async () => {}): Promise<void> {
    service = await startHere(home!);
    await until(`${count} are stored`, async () => (await stored()) === count);
    await look();
    await service.stop();
    service = null;
  }

  const forget = (topic: string, offset: number) =>
    broker.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });

  it('that begins beyond its first offset is read from there, and nothing counts as lost', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await forget(topic, 20);
    await runUntil(30, async () => expect(await gaps()).toEqual([]));
  });

  it('whose retention passed us: a gap with the range, and somebody is told', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await send(topic, calls(50, 100));
    await forget(topic, 80);
    await runUntil(70, async () => {
      expect(await gaps()).toEqual([{ kind: 'lost', partition: 0, from_offset: 50, to_offset: 79 }]);
      await service!.watch.look();
      expect(await rows("SELECT severity, title FROM v_alerts WHERE reason = 'records_lost'")).toEqual([
        { severity: 'critical', title: `Records of kafka:${topic}/0 were lost` },
      ]);
    });
  });

  it('that was made anew and is shorter is read from its beginning, once, and what was known stays', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await again(topic, calls(100, 120));
    await runUntil(70, async () => {
      expect(await gaps()).toEqual([{ kind: 'remade', partition: 0, from_offset: 50, to_offset: 50 }]);
      const [agent] = await rows("SELECT calls FROM v_agents WHERE agent_id = 'agent-1'");
      expect(Number(agent!.calls)).toBe(14);
    });
    await runUntil(70, async () => expect(await gaps()).toHaveLength(1));
  });

  it('that was made anew and has grown past our place is told by its records', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    await runUntil(50);
    await again(topic, calls(100, 200));
    await runUntil(150, async () =>
      expect(await gaps()).toEqual([{ kind: 'remade', partition: 0, from_offset: 50, to_offset: 50 }]),
    );
    await send(topic, calls(200, 210));
    await runUntil(160, async () => expect(await gaps()).toHaveLength(1));
  });

  it('that was made anew while it is read, and has grown past our place before the next look', async () => {
    const topic = await made();
    await send(topic, calls(0, 50));
    service = await startHere(home!);
    await until('the old one is stored', async () => (await stored()) === 50);
    await again(topic, calls(100, 200));
    await until('the new one is stored', async () => (await stored()) === 150);
    expect(await gaps()).toEqual([{ kind: 'remade', partition: 0, from_offset: 50, to_offset: 50 }]);
  });

  it('that was made anew: what was refused in both stays side by side, repeats are told, counts add up', async () => {
    const topic = await made();
    await send(topic, [...calls(0, 10), '{old', '{older', ...calls(10, 20)]);
    const rejects = () => rows('SELECT offset, raw FROM v_rejects ORDER BY received_at');
    const reconciled = async () => {
      await service!.pipeline.checkpoint();
      return await reconcile(service!.store);
    };
    await runUntil(20, () => until('both are refused', async () => (await rejects()).length === 2));
    await again(topic, [...calls(15, 20), ...calls(20, 25), '{new', '{newer', ...calls(25, 28)]);
    const both = [
      { offset: 10, raw: '{old' },
      { offset: 11, raw: '{older' },
      { offset: 10, raw: '{new' },
      { offset: 11, raw: '{newer' },
    ];
    const counts = { from: 0, to: 15, folded: 8, rejected: 2, duplicates: 5, stored: 10, missing: 0 };
    for (const _ of ['as it was told', 'after a restart'])
      await runUntil(28, async () => {
        expect(await reconciled()).toMatchObject([counts]);
        expect(await rejects()).toEqual(both);
      });
    const { out } = await spawned(['rejects', 'list', '--json', '--config', home!.config], ENV);
    const places = jsonLines<{ place: string }>(out).map(({ place }) => place);
    expect(new Set(places).size).toBe(4);
    const shown: string[] = [];
    for (const place of places) {
      const { out: one } = await spawned(['rejects', 'show', place, '--config', home!.config], ENV);
      shown.push((JSON.parse(one) as { raw: string }).raw);
    }
    expect(shown.toSorted()).toEqual(['{new', '{newer', '{old', '{older']);
  });

  it('that was made anew is learned again from the record log by log, as it was streamed', async () => {
    const topic = await made();
    await send(topic, calls(0, 60));
    await runUntil(60);
    await again(topic, calls(100, 120));
    await runUntil(80);
    const rebuild = ['baseline', 'rebuild', '--from', '2020-01-01', '--config', home!.config];
    const { out, err } = await spawned([...rebuild, '--dry-run'], ENV);
    expect(err).toBe('');
    expect(out).toContain(': 80 events folded, 5 agents; every state is as it was, byte by byte');
    await spawned(rebuild, ENV);
    // The new state knows the log that it stands in: another one is told from it.
    await again(topic, calls(200, 250));
    await runUntil(130, async () =>
      expect((await gaps()).map(({ kind, from_offset: from }) => [kind, from])).toEqual([
        ['remade', 20],
        ['remade', 60],
      ]),
    );
  });

  it('that has more partitions than before: read whole, and agents that are in two of them are named', async () => {
    const topic = await made(1);
    await send(topic, calls(0, 50));
    await runUntil(50);
    await broker.admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
    const found = () =>
      broker.admin.fetchTopicOffsets(topic).then(
        (all) => all.length,
        () => 0,
      );
    await until('all have leaders', async () => (await found()) === 4);
    await send(topic, calls(50, 100));
    await runUntil(100, async () => {
      expect(await gaps()).toEqual([{ kind: 'grown', partition: 0, from_offset: 1, to_offset: 3 }]);
      await service!.pipeline.checkpoint();
      await service!.watch.look();
      const told = await rows("SELECT reason, title FROM v_alerts WHERE reason != '' ORDER BY reason");
      expect(told.map(({ reason }) => reason)).toEqual(['partitions_grown', 'split_agents']);
      expect(told[1]!.title).toMatch(/^[1-5] agents? (is|are) in several partitions/);
    });
  });

  it('of which another process got a part: that part is let go of, with what was known of its agents', async () => {
    const topic = await made(4);
    await send(topic, calls(0, 50));
    service = await startHere(home!);
    await until('all are stored', async () => (await stored()) === 50);
    expect(service.pipeline.held.size).toBe(4);
    const group = loadConfig(home!.config, ENV).config.sources.kafka!;
    const elsewhere = await createHome({ sources: { kafka: { ...group, session_timeout_ms: 6_000 } } });
    const other = await startChild(elsewhere);
    try {
      await until('they share', () => service!.pipeline.held.size === 2);
    } finally {
      await other.kill('SIGTERM');
      await elsewhere.remove();
    }
    await until('it has them back', () => service!.pipeline.held.size === 4);
  });

  /** Topics made anew so far: the records of each have times of their own. */
  let logs = 0;
  async function again(topic: string, events: readonly (NativeEvent | string)[]): Promise<void> {
    await broker.admin.deleteTopics({ topics: [topic] });
    await until('it is gone', async () => !(await broker.admin.listTopics()).includes(topic));
    await broker.topic(topic, 1);
    logs += 1;
    await send(topic, events, START + logs * 1_000_000);
  }
});
