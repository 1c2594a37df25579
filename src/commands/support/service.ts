import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { detectors } from '../../../detectors/index.ts';
import { catalogueSchema } from '../../../schemas/catalogue.ts';
import { gateways } from '../../../schemas/gateways/index.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Watch } from '../../alerts/watch/watch.ts';
import { readTokens } from '../../api/access.ts';
import { createAgents } from '../../api/agents.ts';
import { createApp } from '../../api/app.ts';
import { configJsonSchema, hashKey, type LoadedConfig, packageVersion } from '../../config.ts';
import { createDecoder } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import { arm } from '../../engine/rules.ts';
import { ConfigError } from '../../errors.ts';
import { loadGrants } from '../../grants/load.ts';
import { createHasher } from '../../hash.ts';
import { createLog, type Log } from '../../log.ts';
import { createMetrics } from '../../metrics.ts';
import { createPeerExchange } from '../../pipeline/peer-exchange.ts';
import { createPersist } from '../../pipeline/persist.ts';
import { createPipeline, type Pipeline } from '../../pipeline/run.ts';
import { isRetryable } from '../../stores/errors.ts';
import { openStore } from '../../stores/sql-store.ts';
import type { Store } from '../../stores/store.ts';
import { contextOf } from './alert-context.ts';
import { createAlerting } from './alerting.ts';
import { openCreepHistory } from './creep-history.ts';
import { loadYamlWith } from './files.ts';
import { watchGrants } from './grants-in-force.ts';
import { openIngest } from './ingest.ts';
import { learningOf } from './learning.ts';
import { createObserver } from './observer.ts';
import { resend } from './resend.ts';
import { createRuleBook } from './rule-book.ts';
import { listVerdicts } from './said.ts';
import { createSeenSources } from './seen-sources.ts';
import { readStatus } from './status.ts';
import { sayVerdict } from './verdict.ts';
import { openWatch, overheard } from './watch.ts';

export interface ServiceOptions {
  loaded: LoadedConfig;
  /** Where the console channel prints. */
  screen: { write(text: string): void; color: boolean; width?: number };
  log?: Log;
}

/** The whole program in one process, as configured. */
export interface Service {
  /** Where it listens, e.g. `http://127.0.0.1:8410`. */
  url: string;
  store: Store;
  pipeline: Pipeline;
  notifier: Notifier;
  watch: Watch;
  /** Resolves when it was stopped; rejects with what ended it. */
  done: Promise<void>;
  /** Nothing accepted is lost: requests in hand are answered, rows written, a checkpoint saved, deliveries drained. */
  stop(): Promise<void>;
}

const TICK_MS = 30_000;
/** How far back a storm of alerts is looked for at start. */
const STORM_MS = 6 * 3_600_000;
const GAUGES_MS = 2_000;
const DRAIN_MS = 10_000;
const STOP_MS = 20_000;
const SHOWN = { maxRows: 12, maxSeconds: 5, maxBytes: 1 << 20 };

export async function startService({
  loaded,
  screen,
  log = createLog(loaded.config.log.level),
}: ServiceOptions): Promise<Service> {
  const { config } = loaded;
  const now = Date.now;
  const startedAt = now();
  const passwordOf = config.store.kind === 'clickhouse' ? config.store.password_env : undefined;
  const password = passwordOf === undefined ? undefined : loaded.requireSecret(passwordOf, 'store.password_env');
  const tokens = readTokens(config.http.tokens, loaded.requireSecret);
  const armed = arm(config.detectors);
  const catalogues = () => config.catalogue.map((path) => loadYamlWith(path, catalogueSchema));
  const grants = await loadGrants(config.grants);
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 });
  const hasher = createHasher(hashKey(loaded));
  const store = await openStore(config, password);
  const applied = await store.migrate();
  if (applied.length > 0) log.info({ migrations: applied }, 'store migrated');

  const metrics = createMetrics({ now, process: true });
  const rules = createRuleBook({ store, now });
  await rules.set('config', config.detectors);
  await rules.set('catalogue', catalogues());
  await rules.setGrants(grants.file);
  await rules.restoreVerdicts();

  const giveUp = new AbortController();
  const observer = createObserver(metrics, log, now);
  const watch = openWatch({
    config,
    store,
    observer,
    log,
    now,
    notify: (alerts) => notifier.notify(alerts),
    parts: () => ({
      pipeline,
      ingest,
      notifier,
      grants: watcher.trouble,
      trouble: notReady() ?? observer.storeTrouble,
    }),
  });
  const decoding = decoderOptions(config, hasher);
  const seen = createSeenSources({
    gateways: [...gateways, ...(decoding.gateways ?? [])],
    detectors: armed.map(({ detector }) => detector.id),
    onFirst: ({ gateway, instance, blind, dim }) =>
      log.info({ gateway, instance, blind, dim }, 'a gateway is heard; what it cannot tell is named'),
  });
  const decode = overheard(createDecoder(decoding), (heard) => {
    watch.hear(heard);
    seen.hear(heard.decoded);
  });
  const persist = createPersist({ retryable: isRetryable, onRetry: observer.retrying, signal: giveUp.signal });
  const kafkaPassword =
    config.sources.kafka?.sasl &&
    loaded.requireSecret(config.sources.kafka.sasl.password_env, 'sources.kafka.sasl.password_env');
  const registryEnv = config.sources.kafka?.schema_registry?.password_env;
  const registrySecret = registryEnv && loaded.requireSecret(registryEnv, 'sources.kafka.schema_registry.password_env');
  const ingest = await openIngest({
    config,
    decode,
    store,
    log,
    persist,
    now,
    observer,
    ...(kafkaPassword ? { password: kafkaPassword } : {}),
    ...(registrySecret ? { registrySecret } : {}),
  });

  const { notifier, channels } = createAlerting({
    config: config.alerts,
    store,
    world: {
      secret: (name) => loaded.requireSecret(name, 'alerts.channels'),
      write: screen.write,
      color: screen.color,
      ...(screen.width === undefined ? {} : { width: screen.width }),
      ...(ingest.produce === undefined ? {} : { produce: ingest.produce }),
    },
    context: (alert) => contextOf(async (sql, params) => (await store.query(sql, SHOWN, params)).rows, alert),
    raised: watch.adopt,
    metrics,
    log,
  });

  const pipeline = createPipeline({
    source: ingest.source,
    decode: ingest.decode,
    store,
    book: rules.book,
    notify: (alerts) => notifier.notify(alerts),
    observer,
    retryable: isRetryable,
    writer: randomUUID(),
    storeIsLog: ingest.storeIsLog,
    dedupeWindow: config.checkpoint.dedupe_window,
    maxAgents: config.checkpoint.max_agents_in_memory,
    checkpointMs: config.checkpoint.every_seconds * 1000,
    checkpointEvents: config.checkpoint.every_events,
    stopMs: STOP_MS,
    now,
  });

  const exchangePeers = createPeerExchange({
    store,
    async partitions() {
      const sql = 'SELECT DISTINCT partition FROM checkpoints WHERE startsWith(partition, {source:String})';
      const limits = { maxRows: 10_000, maxSeconds: 30, maxBytes: 1 << 20 };
      return (await store.query(sql, limits, { source: `${ingest.foldSource}/` })).rows.map((row) =>
        String(row.partition),
      );
    },
    publishes: () => pipeline.held.has(`${ingest.foldSource}/0`),
    adopt: (prior) => rules.set('peers', prior),
    now,
  });

  const watcher = watchGrants(config.grants, { rules, observer, log });

  async function reload(): Promise<{ changed: string[]; versions: Record<string, string> }> {
    const before = rules.book.current;
    await rules.set('catalogue', catalogues());
    await watcher.reload();
    const after = rules.book.current;
    return { changed: Object.keys(after).filter((kind) => after[kind] !== before[kind]), versions: { ...after } };
  }

  const learning = (agentId: string) => {
    for (const { partition } of pipeline.held.values()) {
      const agent = partition.agents.get(agentId);
      if (agent !== undefined) return learningOf(armed, agent);
    }
    return undefined;
  };

  let ended: string | null = null;
  const app = await createApp({
    http: config.http,
    tokens,
    limits: { maxRows: config.query.max_rows, maxSeconds: config.query.max_seconds, maxBytes: 256 * 1024 * 1024 },
    ingest: ingest.posts,
    store,
    agents: createAgents(store, learning),
    detectors: detectors.map(({ id, title, description, falsePositives, blindSpots }) => ({
      id,
      title,
      description,
      false_positives: falsePositives,
      blind_spots: blindSpots,
      enabled: armed.some(({ detector }) => detector.id === id),
    })),
    verdict: (said) => sayVerdict({ store, rules, notifier, now }, said),
    said: (limit) => listVerdicts(store, pipeline.held, limit),
    resend: (what) => resend(store, notifier, what),
    review: (review) => store.writeReview(review),
    reload,
    status: () => {
      const parts = { pipeline, notifier, store, observer, ingest, seen, watch };
      return readStatus({ ...parts, config, learning, startedAt, notReady, now });
    },
    notReady,
    metrics,
    log,
    version: packageVersion(),
    configSchema: configJsonSchema,
    now,
  });
  function notReady(): string | null {
    if (ended !== null) return ended;
    return ingest.storeIsLog && pipeline.held.size === 0 ? 'recovering from the store' : null;
  }

  watch.start().catch((error: Error) => log.error({ err: error }, 'the watch begins without the record'));
  notifier.restore(await store.alerts({ since: now() - STORM_MS, limit: 10_000 }));
  notifier.resume();
  const running = pipeline.run();
  running.catch((error: Error) => {
    ended = `the pipeline ended: ${error.message}`;
    log.fatal({ err: error }, 'the pipeline ended');
  });
  try {
    await app.listen({ host: config.http.host, port: config.http.port });
  } catch (error) {
    await pipeline.stop().catch(() => {});
    await store.close();
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'EADDRINUSE'
      ? new ConfigError(
          `http.port: ${config.http.port} on ${config.http.host} is taken; stop what listens there or choose another`,
        )
      : new Error(message, { cause: error });
  }
  const { address, port } = app.server.address() as AddressInfo;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const lock = join(config.data_dir, 'overreach.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });

  const keepCreep = openCreepHistory(config, store, now);
  const tick = setInterval(() => {
    keepCreep().catch((error: Error) => log.error({ err: error }, 'the creep index of a day was not kept'));
    pipeline.tick(now()).catch((error: Error) => log.error({ err: error }, 'tick failed'));
    notifier.tick().catch((error: Error) => log.error({ err: error }, 'storms were not closed'));
    watch.look().catch((error: Error) => log.error({ err: error }, 'the watch failed'));
    if (!ingest.storeIsLog && config.peers.shared)
      exchangePeers().catch((error: Error) => log.error({ err: error }, 'peers were not exchanged'));
  }, TICK_MS);
  const gauges = setInterval(() => {
    metrics.queue(pipeline.buffered);
    metrics.pending(ingest.pending());
    for (const { source, partition, lag } of ingest.lag()) metrics.lag(source, partition, lag);
    let agents = 0;
    for (const { partition } of pipeline.held.values()) agents += partition.agents.size;
    metrics.state(agents, 0);
  }, GAUGES_MS);
  tick.unref();
  gauges.unref();

  let stopping: Promise<void> | null = null;
  async function stopAll(): Promise<void> {
    clearInterval(tick);
    clearInterval(gauges);
    watcher.close();
    await app.close();
    const timer = setTimeout(() => giveUp.abort(), STOP_MS);
    let failure: unknown;
    await Promise.all([ingest.stop(), pipeline.stop()]).catch((error: unknown) => {
      failure = error;
    });
    clearTimeout(timer);
    await notifier.drain(DRAIN_MS);
    await notifier.close();
    await Promise.all(channels.map((channel) => channel.close?.()));
    await ingest.close();
    await watch.idle();
    await store.close();
    rmSync(lock, { force: true });
    if (failure !== undefined) throw failure;
  }

  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  return { url, store, pipeline, notifier, watch, stop, done: running.then(() => stopping ?? undefined) };
}
