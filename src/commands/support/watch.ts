import { statfs } from 'node:fs/promises';
import type { Config } from '../../../schemas/config.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Vitals } from '../../alerts/watch/levels.ts';
import type { Heard } from '../../alerts/watch/watch.ts';
import type { Decoder } from '../../decode/decode.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import type { OpenIngest } from './ingest.ts';

export interface VitalParts {
  config: Config;
  pipeline: Pick<Pipeline, 'held'>;
  ingest: Pick<OpenIngest, 'lag'>;
  notifier: Pick<Notifier, 'status'>;
  /** Why we cannot take in everything now, or null. */
  trouble(): string | null;
}

/** How the running parts stand, for the watch over them. */
export async function readVitals({ config, pipeline, ingest, notifier, trouble }: VitalParts): Promise<Vitals> {
  const lags = ingest
    .lag()
    .map(({ source, partition, lag }) => ({ partition: `${source}/${partition}`, records: Math.max(0, lag) }));
  const most = config.alerts.operational.lag_records;
  const behind = lags.find(({ records }) => records > most);
  return {
    lags,
    checkpoints: [...pipeline.held.values()].flatMap(({ partition, manifest }) =>
      manifest === null
        ? []
        : [{ partition: partition.id, savedAt: manifest.savedAt, behind: partition.nextOffset > manifest.nextOffset }],
    ),
    disk: await freeIn(config.data_dir),
    channels: notifier.status(),
    deaf: trouble() ?? (behind === undefined ? '' : `${behind.partition} is behind`),
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
