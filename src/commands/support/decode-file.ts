import type { LoadedConfig } from '../../config.ts';
import { passingHashKey } from '../../data-folder.ts';
import { createDecoder, type Decoded } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import { createHasher } from '../../hash.ts';
import { ahead } from '../../pipeline/ahead.ts';
import { DECODE_AHEAD, openDecodeThreads } from '../../pipeline/decode-threads.ts';
import type { Batch, SourceItem } from '../../sources/source.ts';

/** What a file's batches decode to, in order. A file of more than one batch is worth a thread beside the fold. */
export async function* decodeFile(batches: AsyncIterable<Batch>, loaded: LoadedConfig): AsyncGenerator<Decoded[]> {
  const { config } = loaded;
  const hashKey = passingHashKey(loaded);
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
  const threads = isLong ? openDecodeThreads({ config, hashKey }) : null;
  const decode = threads?.decode ?? createDecoder(decoderOptions(config, createHasher(hashKey)));
  try {
    for await (const work of ahead(items(), decode, threads === null ? 0 : DECODE_AHEAD, Date.now))
      if (work.kind === 'batch') yield work.decoded;
  } finally {
    await threads?.close();
  }
}
