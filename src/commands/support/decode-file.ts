import type { LoadedConfig } from '../../config.ts';
import { passingHashKey } from '../../data-folder.ts';
import type { Decoded } from '../../decode/decode.ts';
import { ahead } from '../../pipeline/ahead.ts';
import type { Batch, SourceItem } from '../../sources/source.ts';
import { openDecoder } from './open-decoder.ts';

/** What a file's batches decode to, in order. A file of more than one batch is worth a thread beside the fold. */
export async function* decodeFile(batches: AsyncIterable<Batch>, loaded: LoadedConfig): AsyncGenerator<Decoded[]> {
  const reading = batches[Symbol.asyncIterator]();
  const first = await reading.next();
  if (first.done) return;
  const second = reading.next();
  // Awaited in its turn, behind the batch before it.
  const isLong = await second.then(({ done }) => !done).catch(() => false);
  async function* items(): AsyncGenerator<SourceItem> {
    for (let next = first; !next.done; next = await (next === first ? second : reading.next()))
      yield { kind: 'batch', batch: next.value };
  }
  const decoder = openDecoder(loaded.config, passingHashKey(loaded), isLong);
  try {
    for await (const work of ahead(items(), decoder.decode, decoder.ahead, Date.now))
      if (work.kind === 'batch') yield work.decoded;
  } finally {
    await decoder.close();
  }
}
