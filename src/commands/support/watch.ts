import { statfs } from 'node:fs/promises';
import type { Config } from '../../../schemas/config.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Vitals } from '../../alerts/watch/levels.ts';
import { createWatch, type Heard, type Watch, type WatchOptions } from '../../alerts/watch/watch.ts';
import type { Decoder } from '../../decode/decode.ts';
import { checkpointsOf } from '../../pipeline/held.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import type { OpenIngest } from './ingest.ts';
import type { CountingObserver } from './observer.ts';
import type { Reconciler } from './reconciler.ts';

/** The running parts, as they stand at a look. */
interface VitalParts {
  pipeline: Pick<Pipeline, 'held'>;
  ingest: Pick<OpenIngest, 'lag'>;
  notifier: Pick<Notifier, 'status'>;
  reconciler: Pick<Reconciler, 'differences'>;
  /** What is wrong with the grants files, or ''. */
  grants: string;
  /** Why we are not ready, or null. */
  trouble: string | null;
}

type Seen = Pick<CountingObserver, 'kafkaTrouble' | 'kafkaUnwell' | 'storeRefusesSince'>;

interface WatchParts extends Pick<WatchOptions, 'store' | 'notify' | 'announce' | 'log' | 'now'> {
  config: Config;
  observer: Pick<CountingObserver, 'alerted' | 'onGap'> & Seen;
  parts(): VitalParts;
}

/** The watch over a running service. */
export function openWatch({ config, observer, parts, ...world }: WatchParts): Watch {
  const watch = createWatch({
    ...world,
    ...keyedTopic(config),
    config: config.alerts.operational,
    told: observer.alerted,
    vitals: () => readVitals(config, parts(), observer),
  });
  observer.onGap(watch.lost);
  return watch;
}

function keyedTopic({ sources: { kafka } }: Config): { keyed?: string } {
  const [only, ...others] = kafka?.topics ?? [];
  return only !== undefined && others.length === 0 && only.keyed_by_agent ? { keyed: `kafka:${only.name}` } : {};
}

async function readVitals(
  config: Config,
  { pipeline, ingest, notifier, reconciler, grants, trouble }: VitalParts,
  { kafkaTrouble, kafkaUnwell, storeRefusesSince }: Seen,
): Promise<Vitals> {
  const lags = ingest
    .lag()
    .map(({ source, partition, lag }) => ({ partition: `${source}/${partition}`, records: Math.max(0, lag ?? 0) }));
  const most = config.alerts.operational.lag_records;
  const behind = lags.find(({ records }) => records > most);
  return {
    lags,
    checkpoints: checkpointsOf(pipeline.held),
    disk: await freeIn(config.data_dir),
    grants,
    kafka: kafkaUnwell ?? '',
    differences: reconciler.differences,
    channels: notifier.status(),
    storeRefusesSince,
    deaf: trouble ?? kafkaTrouble ?? (behind === undefined ? '' : `${behind.partition} is behind`),
  };
}

/** Where the file system does not say, nothing is said of it. */
async function freeIn(path: string): Promise<Vitals['disk']> {
  const found = await statfs(path).catch(() => null);
  return found === null || found.blocks === 0 ? null : { path, freeBytes: found.bavail * found.bsize };
}

/** The same decoder, overheard. */
export function overheard(decode: Decoder, hear: (heard: Heard) => void): Decoder {
  return (batch) => {
    const decoded = decode(batch);
    hear({ source: batch.source, instance: batch.instance, backfill: batch.backfill === true, decoded });
    return decoded;
  };
}
