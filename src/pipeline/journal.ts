import type { SourceRecord } from '../sources/source.ts';
import type { InputAdoption, Store } from '../stores/store.ts';
import type { HeldPartition } from './held.ts';
import type { InputBook } from './input-book.ts';

/**
 * Puts in force what holds for the record at this offset (rule R6). What was judged before, by a process that ended since,
 * is judged again under the inputs of then; what comes after it under those that are current.
 */
export async function adoptFor(held: HeldPartition, offset: number, book: InputBook, store: Store): Promise<void> {
  const { journal } = held;
  for (; journal.length > 0 && journal[0]!.fromOffset <= offset; journal.shift()) await adopt(held, journal[0]!, book);
  if (offset >= held.judged) await adoptCurrent(held, book, store);
}

/** Records in order, parted where other inputs may come into force. */
export function stretchesOf(
  { journal, judged }: Pick<HeldPartition, 'journal' | 'judged'>,
  records: readonly SourceRecord[],
): SourceRecord[][] {
  const changes = [judged, ...journal.map(({ fromOffset }) => fromOffset)];
  const stretches: SourceRecord[][] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const { offset } = record;
    const stretch = stretches.at(-1);
    if (stretch === undefined || changes.some((at) => before < at && at <= offset)) stretches.push([record]);
    else stretch.push(record);
    before = offset;
  }
  return stretches;
}

export async function adopt(held: HeldPartition, { kind, version }: InputAdoption, book: InputBook): Promise<void> {
  held.versions = { ...held.versions, [kind]: version };
  held.rules = await book.rules(held.versions);
  held.partition.govern(held.rules.engine);
}

/** Journals what changed since the last batch, then puts it in force: from this offset on, this version. */
async function adoptCurrent(held: HeldPartition, book: InputBook, store: Store): Promise<void> {
  const { partition, epoch } = held;
  const changed = Object.entries(book.current).filter(([kind, version]) => held.versions[kind] !== version);
  for (const [kind, version] of changed) {
    const adoption = { partition: partition.id, kind, version, fromOffset: partition.nextOffset, epoch };
    await store.writeAdoption(adoption);
    await adopt(held, adoption, book);
  }
}
