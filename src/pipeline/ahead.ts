import type { BatchDecoder, Decoded } from '../decode/decode.ts';
import type { Batch, SourceItem } from '../sources/source.ts';

/** What the loop works on: an assignment to be answered, or a batch with what was decoded of it. */
export type Work =
  | Exclude<SourceItem, { kind: 'batch' }>
  | {
      kind: 'batch';
      batch: Batch;
      decoded: Decoded[];
      /** From its being handed to the decoder to the answer. */
      ms: number;
    };

/** Records of one piece of a batch: larger ones are cut, so that the first is worked on while the last is decoded. */
const PIECE = 1_000;

/**
 * Batches of a source with what was decoded of them, in order; up to `depth` are in the making while one is worked on, or
 * each only when it is asked for, where that is 0.
 * Behind an assignment nothing is taken from the source until it is answered, which is when the next is asked for.
 */
export async function* ahead(
  source: AsyncIterable<SourceItem>,
  decode: BatchDecoder,
  depth: number,
  now: () => number,
): AsyncGenerator<Work> {
  const decoding = async (batch: Batch): Promise<Work> => {
    const started = now();
    const decoded = await decode(batch);
    return { kind: 'batch', batch, decoded, ms: now() - started };
  };
  if (depth === 0) {
    for await (const item of source) yield item.kind === 'batch' ? await decoding(item.batch) : item;
    return;
  }
  const items = source[Symbol.asyncIterator]();
  const made: Promise<Work>[] = [];
  let unanswered = false;
  let ended = false;
  let taking = false;
  let rouse = (): void => {};

  const worksOf = (item: SourceItem): Promise<Work>[] =>
    item.kind === 'batch' ? piecesOf(item.batch).map(decoding) : [Promise.resolve(item)];

  function add(work: Promise<Work>): void {
    // Awaited below, in its turn: this only keeps Node from calling it unhandled in between.
    work.catch(() => {});
    made.push(work);
  }

  async function take(): Promise<void> {
    if (taking) return;
    taking = true;
    while (!ended && !unanswered && made.length < depth) {
      try {
        const { value: item, done } = await items.next();
        ended = done === true;
        unanswered = !ended && item.kind === 'assigned';
        if (!ended) for (const work of worksOf(item)) add(work);
      } catch (error) {
        ended = true;
        add(Promise.reject(error as Error));
      }
      rouse();
    }
    taking = false;
  }

  try {
    for (;;) {
      void take();
      const next = made.shift();
      if (next === undefined) {
        if (ended) return;
        await new Promise<void>((resolve) => {
          rouse = resolve;
        });
        continue;
      }
      void take();
      const work = await next;
      yield work;
      if (work.kind === 'assigned') unanswered = false;
    }
  } finally {
    // Not waited for: a source that waits itself would not answer.
    void items.return?.();
  }
}

/** Who waits for what becomes of a batch waits for all of it. */
function piecesOf(batch: Batch): Batch[] {
  const { records } = batch;
  if (records.length <= PIECE || batch.settled !== undefined) return [batch];
  const pieces: Batch[] = [];
  for (let from = 0; from < records.length; from += PIECE)
    pieces.push({ ...batch, records: records.slice(from, from + PIECE) });
  return pieces;
}
