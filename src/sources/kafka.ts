import { setTimeout } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { backoff, pause } from '../wait.ts';
import { type Bounds, createBounds } from './kafka-bounds.ts';
import { createKafkaClient, type KafkaClientOptions } from './kafka-client.ts';
import { whenFetchFails } from './kafka-fetches.ts';
import { createPlaces, type PlaceEntry } from './kafka-places.ts';
import { toRecord } from './kafka-record.ts';
import { createTopics } from './kafka-topics.ts';
import type { Assignment, Lag, Source, SourceItem } from './source.ts';

export interface KafkaSourceOptions extends KafkaClientOptions {
  topics: readonly { name: string; gateway: string }[];
  groupId: string;
  /** Says with each assignment what the group committed: for who keeps no manifest. */
  withCommitted?: boolean;
  /** Told why it cannot read, and null once it can again. */
  onTrouble?(why: string | null): void;
  /** Told which topics are not there, while the others are read; null once all are. */
  onMissing?(which: string | null): void;
  /** How soon new partitions of a topic are noticed. */
  metadataMs?: number;
  /** Bytes that may wait to be worked; on top come one fetch a broker, 16 MB each at most. */
  maxQueueBytes?: number;
}

export interface KafkaSource extends Source {
  /** Leaves the group, after the last commit: others take over at once instead of after the session's timeout. */
  close(): Promise<void>;
  lag(): Lag[];
  readonly queuedBytes: number;
}

/** Fetches of several MB keep the client busy; a wait this short lets a resumed partition in at once. */
const FETCH = { maxBytesPerPartition: 4 << 20, maxBytes: 16 << 20, minBytes: 1, maxWaitTimeInMs: 100 } as const;
const METADATA_MS = 30_000;
const MEASURE_MS = 10_000;
const MAX_QUEUE_BYTES = 32 << 20;
const MAX_BACKOFF_MS = 5_000;

export const sourceName = (topic: string): string => `kafka:${topic}`;

/**
 * Topics as a source. The group only says which partitions are ours: where to read on is the pipeline's answer to each
 * assignment, and a fetch that starts anywhere else (the log's start moved, a stale answer, a topic made anew) is
 * dropped and the partition taken over again. Whatever happens to the brokers, it goes on trying until `stop`.
 */
export function createKafkaSource(options: KafkaSourceOptions): KafkaSource {
  const { topics, groupId, log, settings } = options;
  const kafka = createKafkaClient(options);
  const gateways = new Map(topics.map(({ name, gateway }) => [name, gateway]));
  const places = createPlaces({
    maxBytes: options.maxQueueBytes ?? MAX_QUEUE_BYTES,
    pause: (place) => attempt(() => consumer?.pause([{ topic: place.topic, partitions: [place.partition] }])),
    resume: (place) => attempt(() => consumer?.resume([{ topic: place.topic, partitions: [place.partition] }])),
  });
  const bounds = createBounds({ kafka, log, ...(options.withCommitted ? { groupId } : {}) });
  const names = createTopics([...gateways.keys()], bounds.topics);
  const stopping = new AbortController();
  const closing = new AbortController();
  const commits = new Map<string, { topic: string; partition: number; offset: string }>();
  let consumer: Consumer | null = null;
  let leave = (): void => {};
  let consuming: Promise<void> | null = null;
  let committing: Promise<void> | null = null;
  let measuring: NodeJS.Timeout | undefined;

  /** What the client refuses because it is just away is asked of its successor by the next assignment. */
  function attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      log.debug({ err: error }, 'kafka: no consumer to steer');
    }
  }

  function onBatch({ batch }: EachBatchPayload): Promise<void> {
    const place = places.find(batch.topic, batch.partition);
    if (place === undefined || place.position === null || stopping.signal.aborted) return Promise.resolve();
    // The offset that was asked for is on the batch, though its type does not say so: the first record may lie later.
    const { fetchedOffset } = batch as unknown as { fetchedOffset: string };
    place.end = Number(batch.highWatermark);
    if (Number(fetchedOffset) === place.position)
      places.add(place, batch.messages.map(toRecord), Number(batch.lastOffset()) + 1);
    else places.retake(place);
    return Promise.resolve();
  }

  /** A fetch of nothing but markers of transactions never reaches onBatch, and moves the position all the same. */
  function onStart({ topic, partition, batchSize, firstOffset, lastOffset }: Started): void {
    const place = places.find(topic, partition);
    if (batchSize > 0 || place === undefined || place.position === null || firstOffset === null) return;
    if (Number(firstOffset) >= place.position) place.position = Number(lastOffset) + 1;
  }

  /** Every place is to be proven anew: the next assignment of each asks for its log, and reads the record before it. */
  function doubt(): void {
    for (const place of places.all()) if (place.position !== null) places.retake(place);
  }

  async function keepConsuming(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures += 1) {
      const mine = kafka.consumer({
        groupId,
        sessionTimeout: settings.session_timeout_ms,
        heartbeatInterval: Math.min(3_000, Math.floor(settings.session_timeout_ms / 4)),
        metadataMaxAge: options.metadataMs ?? METADATA_MS,
        allowAutoTopicCreation: false,
        ...FETCH,
        retry: {
          initialRetryTime: 100,
          maxRetryTime: 2_000,
          retries: 5,
          restartOnFailure: () => Promise.resolve(false),
        },
      });
      consumer = mine;
      const ended = new Promise<Error | null>((resolve) => {
        mine.on(mine.events.CRASH, ({ payload }) => resolve(payload.error));
        leave = () => resolve(null);
      });
      whenFetchFails(mine, doubt);
      mine.on(mine.events.START_BATCH_PROCESS, ({ payload }) => onStart(payload));
      mine.on(mine.events.GROUP_JOIN, ({ payload }) => {
        failures = 0;
        options.onTrouble?.(null);
        options.onMissing?.(names.missing());
        places.join(payload.memberAssignment);
      });
      try {
        await mine.connect();
        await mine.subscribe({ topics: await names.take(), fromBeginning: true });
        await mine.run({
          autoCommit: false,
          eachBatchAutoResolve: true,
          partitionsConsumedConcurrently: 4,
          eachBatch: onBatch,
        });
        const error = await ended;
        if (error !== null) throw error;
      } catch (error) {
        log.warn({ err: error, groupId }, 'kafka: the consumer failed and begins again');
        options.onTrouble?.((error as Error).message);
      }
      consumer = null;
      await mine.disconnect().catch((error: unknown) => log.debug({ err: error }, 'kafka: disconnect'));
      await pause(backoff(failures, MAX_BACKOFF_MS), closing.signal);
    }
  }

  /** Start and end of a partition's log, asked until the broker answers or the question is void. */
  async function boundsOf(entry: PlaceEntry): Promise<Bounds | null> {
    const { topic, partition } = entry.place;
    for (let failures = 0; !stopping.signal.aborted && places.isCurrent(entry); failures += 1) {
      const found = await bounds.of(topic, partition);
      if (found !== null) return found;
      await pause(backoff(failures, MAX_BACKOFF_MS), stopping.signal);
    }
    return null;
  }

  /** What is paused is not fetched, and its end is not heard of: the lag grows all the same. */
  async function measure(): Promise<void> {
    if (await names.haveChanged()) return leave();
    for (const topic of names.taken)
      for (const [partition, end] of await bounds.ends(topic)) {
        const place = places.find(topic, partition);
        if (place !== undefined && place.position !== null) place.end = Math.max(end, place.position);
      }
  }

  async function assignmentOf(entry: PlaceEntry): Promise<Assignment | null> {
    const found = await boundsOf(entry);
    if (found === null) return null;
    const { place, generation } = entry;
    const { topic, partition } = place;
    place.end = found.logEnd;
    const seek = (offset: number): void => {
      if (!places.isCurrent(entry) || stopping.signal.aborted) return;
      attempt(() => consumer?.seek({ topic, partition, offset: String(offset) }));
      places.sought(place, offset);
    };
    const again = (): void => {
      if (places.isCurrent(entry)) places.retake(place);
    };
    return { source: sourceName(topic), partition, generation, ...found, seek, again };
  }

  async function* items(): AsyncGenerator<SourceItem> {
    consuming ??= keepConsuming();
    measuring ??= setInterval(() => void measure(), MEASURE_MS).unref();
    for (let entry = await places.next(); entry !== null; entry = await places.next()) {
      if (entry.kind === 'joined')
        yield {
          kind: 'ours',
          partitions: entry.places.map(({ topic, partition }) => ({ source: sourceName(topic), partition })),
        };
      else if (!places.isCurrent(entry)) continue;
      else if (entry.kind === 'take') {
        const assignment = await assignmentOf(entry);
        if (assignment !== null) yield { kind: 'assigned', assignment };
      } else {
        const { place, generation, records } = entry;
        const { topic, partition } = place;
        const source = sourceName(topic);
        yield {
          kind: 'batch',
          batch: { source, instance: topic, partition, generation, records, gateway: gateways.get(topic) ?? 'auto' },
        };
        if (places.isCurrent(entry)) places.done(entry);
      }
    }
  }

  /** Nothing more is read, nor asked for. */
  function halt(): void {
    stopping.abort();
    places.close();
  }

  async function flushCommits(): Promise<void> {
    while (commits.size > 0 && consumer !== null) {
      const offsets = [...commits.values()].filter(({ topic, partition }) => places.find(topic, partition));
      commits.clear();
      // Lost or refused, it does no harm: who takes the partition over reads the manifest.
      await consumer.commitOffsets(offsets).catch((error: unknown) => log.debug({ err: error }, 'kafka: commit'));
    }
  }

  return {
    name: 'kafka',
    [Symbol.asyncIterator]: items,
    commit(partition, nextOffset, source = sourceName(topics[0]!.name)) {
      const topic = source.slice('kafka:'.length);
      commits.set(`${topic}/${partition}`, { topic, partition, offset: String(nextOffset) });
      committing ??= flushCommits().finally(() => {
        committing = null;
      });
      return Promise.resolve();
    },
    stop() {
      halt();
      for (const place of places.all())
        attempt(() => consumer?.pause([{ topic: place.topic, partitions: [place.partition] }]));
      return Promise.resolve();
    },
    async close() {
      halt();
      await Promise.race([committing, setTimeout(5_000, undefined, { ref: false })]);
      closing.abort();
      leave();
      await consuming;
      clearInterval(measuring);
      await bounds.close();
    },
    lag: () =>
      [...places.all()].map((place) => ({
        source: sourceName(place.topic),
        partition: place.partition,
        lag: place.position === null ? null : Math.max(0, place.end - place.position) + place.records,
        nextOffset: place.position === null ? null : place.next,
      })),
    get queuedBytes() {
      return places.bytes;
    },
  };
}

interface Started {
  topic: string;
  partition: number;
  batchSize: number;
  firstOffset: string | null;
  lastOffset: string;
}
