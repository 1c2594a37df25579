import type { AddressInfo } from 'node:net';
import { HOUR } from '../../../schemas/durations.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Watch } from '../../alerts/watch/watch.ts';
import type { LoadedConfig } from '../../config.ts';
import { makeDataFolder } from '../../data-folder.ts';
import { RuleError } from '../../engine/rules.ts';
import { ConfigError } from '../../errors.ts';
import { createLog, type Log } from '../../log.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import { openStore } from '../../stores/sql-store.ts';
import type { Store } from '../../stores/store.ts';
import { startBeats } from './beats.ts';
import { readConfigured } from './configured.ts';
import { openApp } from './http-app.ts';
import { createFolderLock, type FolderLock } from './lock.ts';
import { otherwise } from './otherwise.ts';
import { type Parts, wireParts } from './parts.ts';
import { plainly } from './plainly.ts';
import type { Reconciler } from './reconciler.ts';
import type { Screen } from './screen.ts';

interface ServiceOptions {
  loaded: LoadedConfig;
  screen: Screen;
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
  reconciler: Reconciler;
  /** Resolves when it was stopped; rejects with what ended it. */
  done: Promise<void>;
  /** Nothing accepted is lost: requests in hand are answered, rows written, a checkpoint saved, deliveries drained. */
  stop(): Promise<void>;
}

type App = Awaited<ReturnType<typeof openApp>>;

/** How far back a storm of alerts is looked for at start: one that agents meet in turn waits two days for the next of them. */
const STORM_MS = 96 * HOUR;
const DRAIN_MS = 10_000;
const STOP_MS = 20_000;
/** How long a start waits for a command that reads the folder, or for an `up` that stops. */
const PATIENCE_MS = 30_000;
/** How long a stop waits for requests that are in hand. */
const REQUESTS_MS = 10_000;

export async function startService(options: ServiceOptions): Promise<Service> {
  const lock = createFolderLock(options.loaded.config);
  try {
    return await startUnder(lock, options);
  } catch (error) {
    lock.release();
    throw plainly(placed(error, options.loaded), options.loaded.config);
  }
}

/** A mistake of the configuration says where the value stands. */
function placed(error: unknown, loaded: LoadedConfig): unknown {
  if (error instanceof ConfigError || error instanceof RuleError)
    error.message = error.message.split('\n').map(loaded.placed).join('\n');
  return error;
}

async function startUnder(
  lock: FolderLock,
  { loaded, screen, log = createLog(loaded.config.log.level) }: ServiceOptions,
): Promise<Service> {
  const parts = await openParts(loaded, screen, log, lock);
  let app: App | undefined;
  try {
    app = await openApp(parts);
    return await startParts(parts, app, lock);
  } catch (error) {
    // Who cannot start whole does not go on half.
    await stopParts(parts, app).catch(() => {});
    throw error;
  }
}

async function openParts(loaded: LoadedConfig, screen: Screen, log: Log, lock: FolderLock): Promise<Parts> {
  const configured = await readConfigured(loaded);
  makeDataFolder(loaded.config.data_dir);
  await lock.take(PATIENCE_MS, (why) => log.warn(why));
  const store = await openStore(loaded.config, configured.secrets.store);
  try {
    return await wireParts({ loaded, screen, log, store, ...configured });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startParts(parts: Parts, app: App, lock: FolderLock): Promise<Service> {
  const { loaded, store, ingest, pipeline, notifier, watch, reconciler, log, now } = parts;
  const strange = await otherwise(store, ingest.foldSource);
  if (loaded.config.redaction.accept_new_key)
    strange.push('redaction.accept_new_key is set: take it out again, or a lost hash key is replaced without a word');
  for (const text of strange) {
    log.warn(text);
    parts.observer.warn(text, text);
  }

  watch.start().catch((error: Error) => log.error({ err: error }, 'the watch begins without the record'));
  // First what is older than anything that is told anew.
  notifier.resume();
  await notifier.restore(await store.alerts({ since: now() - STORM_MS, limit: 10_000 }));
  const told = (what: string, work: Promise<void>): Promise<void> =>
    work.catch((error: Error) => {
      parts.end(`${what} ended: ${error.message}`);
      log.fatal({ err: error }, `${what} ended`);
      throw error;
    });
  const running = Promise.all([told('the pipeline', pipeline.run()), told('re-keying', ingest.fed)]);
  // Awaited as `done`: this only keeps Node from calling it unhandled until then.
  running.catch(() => {});
  const url = await listen(app, parts, lock);
  const stopBeats = startBeats(parts);

  let stopping: Promise<void> | null = null;
  const fail = (error: unknown): never => {
    throw plainly(error, loaded.config);
  };
  const stop = (): Promise<void> => {
    stopBeats();
    stopping ??= stopParts(parts, app).catch(fail).finally(lock.release);
    return stopping;
  };
  const done = running.then(() => stopping ?? undefined, fail);
  return { url, store, pipeline, notifier, watch, reconciler, stop, done };
}

/** Listens, and says where to other commands. */
async function listen(app: App, parts: Parts, lock: FolderLock): Promise<string> {
  const { host, port: wanted } = parts.loaded.config.http;
  try {
    await app.listen({ host, port: wanted });
    const { address, port } = app.server.address() as AddressInfo;
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    lock.publish(url);
    return url;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw error;
    throw new ConfigError(`http.port: ${wanted} on ${host} is taken; stop what listens there or choose another`);
  }
}

/** In the order in which events go: no more requests, what feeds the fold, the fold, the deliveries, the store. */
export async function stopParts(parts: Parts, app?: Pick<App, 'close'>): Promise<void> {
  const { catalogue, grants, ingest, pipeline, notifier, channels, watch, store } = parts;
  catalogue.close();
  grants.close();
  const closed = app?.close() ?? Promise.resolve();
  // A post waits for a store that takes no rows until the pipeline gives up: whose stop must not wait for the post.
  await within(closed, REQUESTS_MS);
  const timer = setTimeout(parts.giveUp, STOP_MS);
  const [failure] = (await Promise.allSettled([ingest.stop(), pipeline.stop()])).filter(
    ({ status }) => status === 'rejected',
  ) as PromiseRejectedResult[];
  clearTimeout(timer);
  await within(closed, REQUESTS_MS);
  await notifier.drain(DRAIN_MS);
  await notifier.close();
  await Promise.all(channels.map((channel) => channel.close?.()));
  await ingest.close();
  await watch.idle();
  await store.close();
  if (failure !== undefined) throw failure.reason;
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
