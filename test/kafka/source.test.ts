import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { countOf, fresh, messages, producerOf, read, sourceOf, until } from './support.ts';

const reason = whyNoBroker();
if (reason !== null) console.warn(`Kafka tests skipped: ${reason}`);

describe.skipIf(reason !== null)('the Kafka source, on a real broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());

  async function filled(count: number, partitions = 3, config?: Record<string, string>, size?: number) {
    const topic = fresh('events');
    await broker.topic(topic, partitions, config);
    const producer = producerOf(broker.brokers, topic);
    await producer.send(topic, messages(count, 0, size));
    return { topic, producer };
  }

  it('reads every record once, in order, from where each seek says', async () => {
    const { topic, producer } = await filled(3_000);
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source, { next: new Map([[1, 10]]) });
    const wanted = Number(
      (await broker.admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0),
    );
    await until('all but ten', () => countOf(reader) === wanted - 10);
    for (const [partition, offsets] of reader.seen)
      expect(offsets).toEqual(offsets.map((_, index) => index + (partition === 1 ? 10 : 0)));
    expect(reader.assignments.map(({ logStart, source: name }) => [logStart, name])).toEqual(
      Array(3).fill([0, `kafka:${topic}`]),
    );
    await until('no lag', () => source.lag().every(({ lag }) => lag === 0));
    const ends = source.lag().reduce((sum, { nextOffset }) => sum + nextOffset!, 0);
    expect(ends).toBe(wanted);
    await source.commit(0, 7);
    await source.stop();
    await reader.done;
    await Promise.all([source.close(), producer.close()]);
  });

  it('says of no partition that it is read to its end before it knows where to begin', async () => {
    const { topic, producer } = await filled(30, 1);
    const source = sourceOf(broker.brokers, topic);
    const items = source[Symbol.asyncIterator]();
    expect((await items.next()).value.kind).toBe('ours');
    expect(source.lag()).toEqual([{ source: `kafka:${topic}`, partition: 0, lag: null, nextOffset: null }]);
    const { assignment } = (await items.next()).value;
    assignment.seek(0);
    expect(source.lag()).toMatchObject([{ lag: 30, nextOffset: 0 }]);
    await source.stop();
    await items.next();
    await Promise.all([source.close(), producer.close()]);
  });

  it('two consumers share; when one leaves, the other goes on where the book says', async () => {
    const { topic, producer } = await filled(2_000, 4);
    const groupId = fresh('group');
    const book = new Map<number, number>();
    const one = sourceOf(broker.brokers, topic, { groupId });
    const first = read(one, { next: book });
    await until('the first has all', () => countOf(first) === 2_000);
    const two = sourceOf(broker.brokers, topic, { groupId });
    const second = read(two, { next: book });
    await until('the second has a part', () => second.assignments.length > 0);
    await producer.send(topic, messages(2_000, 2_000));
    await until('both got the rest', () => countOf(first) + countOf(second) === 4_000);
    expect(countOf(second)).toBeGreaterThan(0);
    await two.stop();
    await second.done;
    await two.close();
    await producer.send(topic, messages(1_000, 4_000));
    await until('the first has the rest', () => countOf(first) + countOf(second) === 5_000);
    const generations = first.assignments.map(({ generation }) => generation);
    expect(new Set(generations).size).toBe(generations.length);
    await one.close();
    await Promise.all([first.done, producer.close()]);
  });

  it('holds a bounded queue while nobody takes, and gives all of it later', async () => {
    const { topic, producer } = await filled(40_000, 2, {}, 1_000);
    const maxQueueBytes = 4 << 20;
    const source = sourceOf(broker.brokers, topic, { maxQueueBytes });
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const reader = read(source, { gate: () => gate });
    await until('the queue is full', () => source.queuedBytes > maxQueueBytes);
    const full = source.queuedBytes;
    expect(full).toBeLessThan(maxQueueBytes + (16 << 20));
    open();
    await until('all came', () => countOf(reader) === 40_000);
    await source.close();
    await Promise.all([reader.done, producer.close()]);
  });

  it('tells where the log begins when retention has passed the place asked for', async () => {
    const topic = fresh('events');
    await broker.topic(topic, 1, { 'segment.bytes': '40000', 'retention.bytes': '40000' });
    const producer = producerOf(broker.brokers, topic);
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source, { onAssigned: ({ logStart }) => Math.max(reader?.next.get(0) ?? 0, logStart!) });
    await producer.send(topic, messages(10));
    await until('the first ten', () => countOf(reader) === 10);
    await source.stop();
    for (let from = 10; from < 1_010; from += 100) await producer.send(topic, messages(100, from));
    const low = async () => Number((await broker.admin.fetchTopicOffsets(topic))[0]!.low);
    await until('retention passes', async () => (await low()) > 10);
    const later = sourceOf(broker.brokers, topic);
    const rest = read(later, { next: new Map([[0, 10]]), onAssigned: ({ logStart }) => Math.max(10, logStart!) });
    await until('the rest came', () => rest.next.get(0) === 1_010);
    expect(rest.assignments[0]!.logStart).toBeGreaterThan(10);
    expect(rest.seen.get(0)![0]).toBe(rest.assignments.at(-1)!.logStart);
    await Promise.all([source.close(), later.close(), producer.close()]);
    await Promise.all([reader.done, rest.done]);
  });

  it('takes a partition over again when it was sent where the log does not reach', async () => {
    const { topic, producer } = await filled(1_000, 1);
    const source = sourceOf(broker.brokers, topic);
    let asked = 0;
    const reader = read(source, {
      onAssigned: ({ logStart }) => {
        asked += 1;
        return asked === 1 ? 5_000 : logStart;
      },
    });
    await until('all came', () => countOf(reader) === 1_000);
    expect(reader.assignments.length).toBeGreaterThan(1);
    await source.close();
    await Promise.all([reader.done, producer.close()]);
  });

  it('notices a topic that was deleted and made anew', async () => {
    const { topic, producer } = await filled(500, 1);
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source, {
      onAssigned: ({ logEnd }) => (logEnd! < (reader?.next.get(0) ?? 0) ? 0 : undefined),
    });
    await until('the first life', () => countOf(reader) === 500);
    await broker.admin.deleteTopics({ topics: [topic] });
    await until('it is gone', async () => !(await broker.admin.listTopics()).includes(topic));
    await broker.topic(topic, 1);
    const again = producerOf(broker.brokers, topic);
    await again.send(topic, messages(50));
    await until('the second life', () => countOf(reader) === 550);
    expect(reader.seen.get(0)!.slice(500)).toEqual(Array.from({ length: 50 }, (_, offset) => offset));
    await source.close();
    await Promise.all([reader.done, producer.close(), again.close()]);
  });

  it('reads partitions that a topic gets while it is read', async () => {
    const { topic, producer } = await filled(100, 1);
    const source = sourceOf(broker.brokers, topic, { metadataMs: 300 });
    const reader = read(source);
    await until('what was there', () => countOf(reader) === 100);
    await broker.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    await until('all three are ours', () => new Set(reader.assignments.map(({ partition }) => partition)).size === 3);
    expect(reader.assignments.at(-1)!.partitions).toBe(3);
    const later = producerOf(broker.brokers, topic);
    await later.send(topic, messages(300, 100));
    await until('all came', () => countOf(reader) === 400);
    expect(reader.seen.size).toBe(3);
    await source.close();
    await Promise.all([reader.done, producer.close(), later.close()]);
  });

  it('a topic that is not there yet is waited for', async () => {
    const topic = fresh('late');
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source);
    await broker.topic(topic, 1);
    const producer = producerOf(broker.brokers, topic);
    await producer.send(topic, messages(10));
    await until('it came', () => countOf(reader) === 10);
    await source.close();
    await Promise.all([reader.done, producer.close()]);
  });

  it('goes on after the broker was killed and came back', async () => {
    const { topic, producer } = await filled(1_000);
    const source = sourceOf(broker.brokers, topic);
    const reader = read(source);
    await until('before', () => countOf(reader) === 1_000);
    await broker.kill();
    const during = producer.send(topic, messages(500, 1_000)).then(
      () => true,
      () => false,
    );
    await broker.start();
    if (!(await during)) await producer.send(topic, messages(500, 1_000));
    await until('after', () => countOf(reader) === 1_500);
    for (const offsets of reader.seen.values()) expect(offsets).toEqual(offsets.map((_, index) => index));
    await source.close();
    await Promise.all([reader.done, producer.close()]);
  }, 120_000);
});
