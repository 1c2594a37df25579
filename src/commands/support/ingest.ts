import type { Config } from '../../../schemas/config.ts';
import type { Decoder } from '../../decode/decode.ts';
import type { Hasher } from '../../hash.ts';
import type { Log } from '../../log.ts';
import { openEnvelopes } from '../../pipeline/envelope.ts';
import { createKafkaIngest } from '../../pipeline/kafka-ingest.ts';
import { createPersist } from '../../pipeline/persist.ts';
import { withPosted } from '../../pipeline/posted.ts';
import { rekey } from '../../pipeline/rekey.ts';
import { type BoundedIngest, bounded } from '../../sources/bounded.ts';
import { createHttpSource } from '../../sources/http.ts';
import { calm } from '../../sources/kafka-log.ts';
import type { Lag, Source } from '../../sources/source.ts';
import { isRetryable } from '../../stores/errors.ts';
import type { Store } from '../../stores/store.ts';
import { pause } from '../../wait.ts';
import type { CountingObserver } from './observer.ts';

/** Where events come in, as configured: what the fold reads, and what a post goes to. */
export interface OpenIngest {
  source: Source;
  decode: Decoder;
  /** What POST /v1/events and its like push into. */
  posts: BoundedIngest;
  /** Name of the fold's source, before the `/` and number of a partition. */
  foldSource: string;
  /** No Kafka: the events table is the log. */
  storeIsLog: boolean;
  lag(): Lag[];
  /** Rejects with what ended the feeding of the fold's own source, for which nobody asked; resolves at a stop, or where nothing feeds it. */
  fed: Promise<void>;
  produce?: (topic: string, key: string, value: string) => Promise<void>;
  /** Ends what feeds the fold's own source. */
  stop(): Promise<void>;
  /** After the last commit. */
  close(): Promise<void>;
}

interface IngestOptions {
  config: Config;
  decode: Decoder;
  store: Store;
  log: Log;
  hasher: Hasher;
  /** Aborted when waiting for brokers and store is over. */
  signal: AbortSignal;
  observer: CountingObserver;
  password?: string;
  /** Of `schema_registry.password_env`. */
  registrySecret?: string;
  now(): number;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

export async function openIngest(options: IngestOptions): Promise<OpenIngest> {
  const { config, decode } = options;
  if (config.sources.kafka !== undefined) return await openKafka(options, config.sources.kafka);
  const source = createHttpSource();
  return {
    source,
    decode,
    posts: bounded(source, config.http.max_pending_events),
    foldSource: 'http',
    storeIsLog: true,
    lag: () => [],
    fed: Promise.resolve(),
    stop: async () => {},
    close: async () => {},
  };
}

/**
 * One topic said to be keyed by agent is the fold's own; everything else is decoded once and re-keyed into the internal
 * topic, and the fold reads that (rule R2). The client is loaded only where it is needed.
 */
async function openKafka(
  options: IngestOptions,
  settings: NonNullable<Config['sources']['kafka']>,
): Promise<OpenIngest> {
  const { decode, store, signal, log, hasher, observer, now, elapsed, password } = options;
  const { createKafkaSource, sourceName } = await import('../../sources/kafka.ts');
  const { createKafkaProducer, isBrokerTrouble, isTooLarge } = await import('../../sources/kafka-producer.ts');
  const mark = (value: string): string => hasher(`posted ${value}`);
  const persist = createPersist({ retryable: isRetryable, observer, signal });
  const passing = (error: unknown): boolean => isBrokerTrouble(error) || isRetryable(error);
  const produced = createPersist({ retryable: passing, observer: observer.brokers, signal });
  const client = { settings, log: calm(log, elapsed), ...(password === undefined ? {} : { password }) };
  const group = (groupId: string) => ({
    groupId,
    onTrouble: (why: string | null) => observer.unread(groupId, why),
    onMissing: (which: string | null) => observer.missing(groupId, which),
  });
  const producer = createKafkaProducer(client);
  const topics = settings.topics.map(({ name, gateway }) => ({ name, gateway }));
  const [only] = settings.topics;
  const direct = settings.topics.length === 1 && only!.keyed_by_agent;
  const foldTopic = direct ? only!.name : settings.internal_topic;
  if (!direct) await producer.ensureTopic(foldTopic, settings.internal_partitions);
  const opened = await confluentOf(options, settings);
  const foldTopics = direct ? topics : [{ name: foldTopic, gateway: 'auto' }];
  const source = opened(createKafkaSource({ ...client, ...group(settings.group_id), topics: foldTopics }));
  const feeder = direct
    ? null
    : opened(createKafkaSource({ ...client, ...group(`${settings.group_id}-rekey`), topics, withCommitted: true }));
  const rekeying =
    feeder === null
      ? Promise.resolve()
      : rekey(feeder, {
          decode,
          produce: (messages) => produced('the internal topic', () => producer.send(foldTopic, messages)),
          tooLarge: isTooLarge,
          store,
          persist,
          observer,
          onGap: observer.gap,
          now,
          elapsed,
        });
  // What a stop gave up is read again at the next start.
  const fed = rekeying.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  // Told by who runs it: this only keeps Node from calling it unhandled until then.
  fed.catch(() => {});
  const posts = createKafkaIngest({
    decode,
    produce: (messages) => producer.send(foldTopic, messages),
    tooLarge: isTooLarge,
    store,
    observer,
    // Milliseconds, a thousand apart: no two runs share an offset under which a reject is kept.
    firstOffset: now() * 1000,
    ...(direct ? { mark } : {}),
  });
  return {
    source,
    decode: direct ? withPosted(decode, mark) : openEnvelopes,
    posts: bounded(posts, options.config.http.max_pending_events),
    foldSource: sourceName(foldTopic),
    storeIsLog: false,
    lag: () => [...source.lag(), ...(feeder?.lag() ?? [])],
    fed,
    produce: producer.produce,
    async stop() {
      await feeder?.stop();
      await fed.catch(() => {});
    },
    async close() {
      await Promise.all([source.close(), feeder?.close()]);
      await producer.close();
    },
  };
}

/** Topics in the Confluent wire format, opened; as they are where none is configured so. */
async function confluentOf(
  { observer, log, now, registrySecret }: IngestOptions,
  { topics, schema_registry: settings }: NonNullable<Config['sources']['kafka']>,
): Promise<<S extends Source>(source: S) => S> {
  const framed = topics.filter(({ values }) => values === 'confluent').map(({ name }) => `kafka:${name}`);
  if (settings === undefined || framed.length === 0) return (source) => source;
  const { withConfluent } = await import('../../sources/confluent.ts');
  const { createSchemaRegistry } = await import('../../sources/schema-registry.ts');
  const { url, username, timeout_ms: timeoutMs } = settings;
  const basic = (): string => `Basic ${Buffer.from(`${username}:${registrySecret ?? ''}`).toString('base64')}`;
  const authorization = username !== undefined ? basic() : registrySecret && `Bearer ${registrySecret}`;
  const registry = createSchemaRegistry({
    url,
    timeoutMs,
    now,
    pause,
    ...(authorization ? { authorization } : {}),
    onTrouble(what) {
      if (what === null) return void observer.unwarn('schema registry');
      const text = `the schema registry does not answer; its topics wait, and all that are read with them: ${what.slice(0, 200)}`;
      if (!observer.warnings.includes(text)) log.warn({ url }, text);
      observer.warn('schema registry', text);
    },
  });
  return (source) => withConfluent(source, new Set(framed), registry);
}
