import type { Decoded, Decoder } from '../decode/decode.ts';
import type { Batch, Source } from '../sources/source.ts';
import type { Store } from '../stores/store.ts';
import { type SendOptions, sealed, send } from './deliver.ts';
import type { Observer } from './observer.ts';
import { createRekeyPlaces, type RekeyPlacesOptions } from './rekey-places.ts';
import { slicesOf } from './slices.ts';

export interface RekeyOptions extends RekeyPlacesOptions, Pick<SendOptions, 'produce' | 'tooLarge'> {
  decode: Decoder;
  store: Pick<Store, 'writeRejects'> & RekeyPlacesOptions['store'];
  observer: SendOptions['observer'] & Pick<Observer, 'decoded'>;
}

/**
 * Source topics to the internal one: decoded once, redacted, keyed by agent (rule R2). At least once and in order: one
 * batch is under way while the next is decoded, and a place is left when all before it is acknowledged. Runs until the
 * source ends.
 */
export async function rekey(source: Source, options: RekeyOptions): Promise<void> {
  const places = createRekeyPlaces(options);
  let underWay: Promise<void> = Promise.resolve();
  for await (const item of source) {
    if (item.kind === 'batch') {
      const batch = places.admit(item.batch);
      if (batch === null) continue;
      for (const records of slicesOf(batch.records)) {
        const slice = { ...batch, records };
        const started = options.elapsed();
        const decoded = options.decode(slice);
        options.observer.decoded(slice, options.elapsed() - started);
        await underWay;
        underWay = forward(slice, decoded, source, options).then(() => places.done(slice));
        // Thrown above or below, and now: nothing more may come for long.
        underWay.catch(() => source.stop());
      }
      continue;
    }
    await underWay;
    if (item.kind === 'ours') await places.keep(item.partitions);
    else await places.take(item.assignment);
  }
  await underWay;
  await places.save();
}

async function forward(
  batch: Batch,
  decoded: readonly Decoded[],
  source: Source,
  options: RekeyOptions,
): Promise<void> {
  await send(batch.source, decoded, { ...options, seal: sealed() });
  await source.commit(batch.partition, batch.records.at(-1)!.offset + 1, batch.source);
}
