import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Message, type Producer } from 'kafkajs';
import { OperationError } from '../errors.ts';
import { backoff } from '../wait.ts';
import { createKafkaClient, type KafkaClientOptions } from './kafka-client.ts';

export interface KafkaMessageOut {
  key: string;
  value: string;
  headers?: Record<string, string>;
  /** Epoch milliseconds; the time of production where absent. */
  timestamp?: number;
}

export interface KafkaProducer {
  /** Resolves when every in-sync replica has them, in this order for each key; rejects when the broker stays away. */
  send(topic: string, messages: readonly KafkaMessageOut[]): Promise<void>;
  /** One message, gathered with others for a moment: for alerts. */
  produce(topic: string, key: string, value: string): Promise<void>;
  /** Creates the topic; where it is there, its partitions must be as many as said, or it is a clear error. */
  ensureTopic(topic: string, partitions: number): Promise<void>;
  close(): Promise<void>;
}

/** True of what the client says while brokers are away, elect, refuse or lack something: trying again may help. */
export const isBrokerTrouble = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('KafkaJS') && !isTooLarge(error);

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** True where the topic will never take one of the messages: the others are to be sent without it. */
export function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return TOO_LARGE.has((error as { type?: string }).type ?? '') || isTooLarge(error.cause);
}

/** What brokers say of a topic that was made just now and of which not all of them have heard. */
const YOUNG = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);
const YOUNG_TRIES = 20;

async function partitionsOf(admin: Admin, topic: string): Promise<number> {
  for (let failures = 0; ; failures += 1)
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    } catch (error) {
      if (failures >= YOUNG_TRIES || !YOUNG.has((error as { type?: string }).type ?? '')) throw error;
      await sleep(backoff(failures, 1_000));
    }
}

interface Waiting {
  messages: readonly KafkaMessageOut[];
  resolve(): void;
  reject(error: Error): void;
}

const LINGER_MS = 5;
/** Bytes of one request, about: brokers take 1 MB a batch unless told otherwise, and compress nothing for us. */
const MAX_REQUEST = 768 * 1024;
/**
 * Of a topic that we make. A record of 1 MB is more once its event, what was extracted from it and its original stand
 * side by side. Its messages are deleted by age and never compacted, whatever the cluster does by default.
 */
const TOPIC_CONFIG = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'max.message.bytes', value: String(8 << 20) },
];

/**
 * One idempotent producer: acks=all, one request in flight, so that a retry neither repeats nor reorders. Keys go to
 * the partition where Java's clients put them (murmur2). What waits for the request before goes out in one.
 */
export function createKafkaProducer(options: KafkaClientOptions): KafkaProducer {
  const { log } = options;
  const kafka = createKafkaClient(options);
  const waiting = new Map<string, Waiting[]>();
  let open: Promise<Producer> | null = null;
  let draining: Promise<void> | null = null;
  let closed = false;

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    });
    await producer.connect();
    return producer;
  }

  async function sendAll(topic: string, messages: readonly Message[]): Promise<void> {
    open ??= connect();
    const mine = open;
    try {
      await (await mine).send({ topic, acks: -1, messages: [...messages] });
    } catch (error) {
      // Its sequence numbers may be out of step with the broker's: the next try begins as a new producer.
      if (open === mine) open = null;
      mine.then((old) => old.disconnect()).catch(() => {});
      log.warn({ err: error, topic }, 'kafka: messages were not taken');
      throw error;
    }
  }

  async function drain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    while (waiting.size > 0)
      for (const [topic, jobs] of [...waiting]) {
        waiting.delete(topic);
        await sendJobs(topic, jobs);
      }
    // In the same turn as the look above: who comes a turn later must find nobody who would see to it.
    draining = null;
  }

  async function sendJobs(topic: string, jobs: readonly Waiting[]): Promise<void> {
    try {
      for (const part of parts(jobs.flatMap(({ messages }) => messages))) await sendAll(topic, part);
      for (const job of jobs) job.resolve();
    } catch (error) {
      for (const job of jobs) job.reject(error as Error);
    }
  }

  const send: KafkaProducer['send'] = (topic, messages) => {
    if (closed) return Promise.reject(new OperationError('the producer is closed'));
    if (messages.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const jobs = waiting.get(topic) ?? [];
      jobs.push({ messages, resolve, reject });
      waiting.set(topic, jobs);
      draining ??= drain();
    });
  };

  return {
    send,
    produce: (topic, key, value) => send(topic, [{ key, value }]),
    async ensureTopic(topic, partitions) {
      const admin = kafka.admin();
      try {
        await admin.connect();
        if (!(await admin.listTopics()).includes(topic))
          await admin.createTopics({
            // Its own wait ends with an error where a broker has not heard of the topic yet.
            waitForLeaders: false,
            topics: [{ topic, numPartitions: partitions, configEntries: TOPIC_CONFIG }],
          });
        const found = await partitionsOf(admin, topic);
        if (found !== partitions)
          throw new OperationError(
            `topic ${topic} has ${found} partitions and not ${partitions}: agents would change partition and split their ` +
              'baselines. Set sources.kafka.internal_partitions to what is there, or name another internal_topic',
          );
      } catch (error) {
        if (!isBrokerTrouble(error)) throw error;
        const brokers = options.settings.brokers.join(', ');
        throw new OperationError(
          `sources.kafka.brokers: ${brokers}: topic ${topic} can be neither found nor made (${(error as Error).message}). Start again when they answer`,
          { cause: error },
        );
      } finally {
        await admin.disconnect();
      }
    },
    async close() {
      closed = true;
      await draining;
      await open?.then((producer) => producer.disconnect()).catch(() => {});
    },
  };
}

/** In order, cut where a request would grow too large. */
function* parts(messages: readonly KafkaMessageOut[]): Generator<Message[]> {
  let part: Message[] = [];
  let bytes = 0;
  for (const { key, value, headers, timestamp } of messages) {
    const size = 100 + Buffer.byteLength(value) + Buffer.byteLength(key);
    if (part.length > 0 && bytes + size > MAX_REQUEST) {
      yield part;
      part = [];
      bytes = 0;
    }
    bytes += size;
    part.push({
      key,
      value,
      ...(headers === undefined ? {} : { headers }),
      ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
    });
  }
  if (part.length > 0) yield part;
}
