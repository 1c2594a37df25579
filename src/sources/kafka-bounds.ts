import type { Admin, Kafka } from 'kafkajs';
import type { KafkaLog } from './kafka-client.ts';
import type { Assignment } from './source.ts';

export type Bounds = Required<Pick<Assignment, 'logStart' | 'logEnd' | 'partitions'>> & Pick<Assignment, 'committed'>;

interface BoundsOptions {
  kafka: Kafka;
  log: KafkaLog;
  /** Whose commits are asked for as well; absent: nobody's. */
  groupId?: string;
}

/** Where the logs of topics begin and end, over a connection that is made anew whenever it breaks. */
export function createBounds({ kafka, log, groupId }: BoundsOptions) {
  let admin: Promise<Admin> | null = null;
  let closed = false;

  async function connect(): Promise<Admin> {
    const made = kafka.admin();
    await made.connect();
    return made;
  }

  async function ask<T>(what: object, question: (admin: Admin) => Promise<T>): Promise<T | null> {
    // Whoever asked before the end goes on to ask, and nobody would close what is opened for that.
    if (closed) return null;
    admin ??= connect();
    const mine = admin;
    try {
      return await question(await mine);
    } catch (error) {
      if (closed) return null;
      log.warn({ err: error, ...what }, 'kafka: what is asked of topics is not to be had yet');
      if (admin === mine) admin = null;
      mine.then((old) => old.disconnect()).catch(() => {});
      return null;
    }
  }

  return {
    /** Names of all topics that we may know of. Null where the broker does not say it now. */
    topics: (): Promise<string[] | null> => ask({}, (asked) => asked.listTopics()),
    /** Null where the broker does not say it now. */
    of: (topic: string, partition: number): Promise<Bounds | null> =>
      ask({ topic, partition }, async (asked) => {
        const all = await asked.fetchTopicOffsets(topic);
        const found = all.find((other) => other.partition === partition);
        if (found === undefined) return null;
        const kept = groupId === undefined ? [] : await asked.fetchOffsets({ groupId, topics: [topic] });
        const committed = Number(kept[0]?.partitions.find((other) => other.partition === partition)?.offset ?? -1);
        return {
          logStart: Number(found.low),
          logEnd: Number(found.high),
          partitions: all.length,
          ...(committed < 0 ? {} : { committed }),
        };
      }),
    /** One past the last offset of each partition; nothing where the broker does not say it now. */
    ends: async (topic: string): Promise<Map<number, number>> =>
      new Map(
        (await ask({ topic }, (asked) => asked.fetchTopicOffsets(topic)))?.map(({ partition, high }) => [
          partition,
          Number(high),
        ]),
      ),
    async close(): Promise<void> {
      closed = true;
      await admin?.then((open) => open.disconnect()).catch(() => {});
    },
  };
}
