import { randomUUID } from 'node:crypto';
import { gateways } from '../../../schemas/gateways/index.ts';
import type { Channel } from '../../alerts/channel.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Watch } from '../../alerts/watch/watch.ts';
import type { Token } from '../../api/access.ts';
import { type LoadedConfig, packageVersion } from '../../config.ts';
import { createDecoder } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import { createRedactor } from '../../decode/redact.ts';
import type { Armed } from '../../engine/judge.ts';
import type { Log } from '../../log.ts';
import { createMetrics, type Metrics } from '../../metrics.ts';
import { agentsThatFit } from '../../pipeline/agents-that-fit.ts';
import { createPipeline, type Pipeline } from '../../pipeline/run.ts';
import { isRetryable, refusesRows } from '../../stores/errors.ts';
import type { Store } from '../../stores/store.ts';
import { contextFrom } from './alert-context.ts';
import { createAlerting } from './alerting.ts';
import { openCatalogue } from './catalogue-in-force.ts';
import type { Configured } from './configured.ts';
import { type GrantsInForce, openGrants } from './grants-in-force.ts';
import { openHasher } from './hash-key.ts';
import { type OpenIngest, openIngest } from './ingest.ts';
import { type CountingObserver, createObserver } from './observer.ts';
import { createReconciler, type Reconciler } from './reconciler.ts';
import { createRuleBook, type RuleBook } from './rule-book.ts';
import type { Screen } from './screen.ts';
import { createSeenSources, type SeenSources } from './seen-sources.ts';
import { openWatch, overheard } from './watch.ts';
import type { WatchedFiles } from './watched-files.ts';

/** All that a running service consists of, wired to one another, not yet moving. */
export interface Parts {
  loaded: LoadedConfig;
  tokens: readonly Token[];
  armed: readonly Armed[];
  store: Store;
  rules: RuleBook;
  catalogue: WatchedFiles;
  grants: GrantsInForce;
  seen: SeenSources;
  ingest: OpenIngest;
  pipeline: Pipeline;
  notifier: Notifier;
  channels: readonly Channel[];
  watch: Watch;
  reconciler: Reconciler;
  metrics: Metrics;
  observer: CountingObserver;
  log: Log;
  /** Why it cannot serve now, or null. */
  notReady(): string | null;
  /** From now on it is not ready for good. */
  end(why: string): void;
  /** A person's text as it may be written down. */
  redact(text: string): string;
  /** Writes that still wait for the store wait no longer. */
  giveUp(): void;
  now(): number;
}

const STOP_MS = 20_000;

interface PartsOptions extends Configured {
  loaded: LoadedConfig;
  screen: Screen;
  log: Log;
  store: Store;
}

/**
 * As configured; a mistake in the configuration is a ConfigError with the path of the value. What feeds the fold is opened
 * last, since it moves at once: nothing after it fails.
 */
export async function wireParts(options: PartsOptions): Promise<Parts> {
  const { loaded, screen, log, store, secrets, tokens, armed, foundGrants } = options;
  const { config } = loaded;
  const now = Date.now;
  const elapsed = (): number => performance.now();
  const applied = await store.migrate();
  if (applied.length > 0) log.info({ migrations: applied }, 'store migrated');
  const hasher = await openHasher(loaded, store);
  const decoding = decoderOptions(config, hasher);

  const metrics = createMetrics({ now, process: true, version: packageVersion() });
  const observer = createObserver(metrics, log, now);
  const rules = createRuleBook({ store, now });
  await rules.set('config', config.detectors);
  const catalogue = await openCatalogue(config.catalogue, { rules, observer, log });
  const grants = await openGrants(config.grants, foundGrants, { rules, observer, log });
  await rules.adoptVerdicts();

  let ended: string | null = null;
  const notReady = (): string | null =>
    ended ??
    (ingest.storeIsLog && pipeline.held.size === 0 ? 'recovering from the store' : null) ??
    (observer.storeRefusesSince === null ? null : 'the store takes no rows');
  const watch = openWatch({
    config,
    store,
    observer,
    log,
    now,
    notify: (alerts) => notifier.notify(alerts),
    announce: (alert) => notifier.announce(alert),
    parts: () => ({
      pipeline,
      ingest,
      notifier,
      reconciler,
      grants: grants.trouble,
      trouble: notReady(),
    }),
  });
  const seen = createSeenSources({
    gateways: [...gateways, ...(decoding.gateways ?? [])],
    detectors: armed.map(({ detector }) => detector.id),
    onFirst: ({ gateway, instance, blind, dim }) =>
      log.info({ gateway, instance, blind, dim }, 'a gateway is heard; what it cannot tell is named'),
  });
  const { notifier, channels } = createAlerting({
    config: config.alerts,
    store,
    world: {
      ...screen,
      secret: (name) => loaded.requireSecret(name),
      ...(config.sources.kafka && { produce: (topic, key, value) => ingest.produce!(topic, key, value) }),
    },
    context: contextFrom(store, now),
    raised: watch.adopt,
    metrics,
    log,
  });
  const abort = new AbortController();
  const ingest = await openIngest({
    config,
    decode: overheard(createDecoder(decoding), (heard) => {
      watch.hear(heard);
      seen.hear(heard.decoded);
    }),
    store,
    log,
    hasher,
    signal: abort.signal,
    now,
    elapsed,
    observer,
    ...(secrets.kafka ? { password: secrets.kafka } : {}),
    ...(secrets.registry ? { registrySecret: secrets.registry } : {}),
  });
  const pipeline = createPipeline({
    source: ingest.source,
    decode: ingest.decode,
    store,
    book: rules.book,
    notify: (alerts) => notifier.notify(alerts),
    observer,
    retryable: isRetryable,
    refusesRows,
    writer: randomUUID(),
    storeIsLog: ingest.storeIsLog,
    dedupeWindow: config.checkpoint.dedupe_window,
    maxAgents: config.checkpoint.max_agents_in_memory ?? agentsThatFit(),
    checkpointMs: config.checkpoint.every_seconds * 1000,
    checkpointEvents: config.checkpoint.every_events,
    stopMs: STOP_MS,
    now,
    elapsed,
  });
  const reconciler = createReconciler({ store, pipeline, config, now });
  return {
    reconciler,
    loaded,
    tokens,
    armed,
    store,
    rules,
    catalogue,
    grants,
    seen,
    ingest,
    pipeline,
    notifier,
    channels,
    watch,
    metrics,
    observer,
    log,
    notReady,
    end: (why) => {
      ended = why;
    },
    redact: createRedactor(hasher, config.redaction).text,
    giveUp: () => abort.abort(),
    now,
  };
}
