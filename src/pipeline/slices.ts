import type { SourceRecord } from '../sources/source.ts';

/**
 * Records decoded and folded between two turns of the event loop: about 10 ms. Decoded all at once, the events of a large
 * batch would be copied by the collector before they are folded.
 */
const RECORDS = 250;
/** And of so many bytes: a record of 30 KB can be 10,000 things, each of them a reject in memory. */
const BYTES = 256 * 1024;

/** A batch in parts, in order: each has a record at least. */
export function* slicesOf(records: readonly SourceRecord[]): Generator<SourceRecord[]> {
  let slice: SourceRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (slice.length === RECORDS || (slice.length > 0 && bytes + size > BYTES)) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(record);
    bytes += size;
  }
  if (slice.length > 0) yield slice;
}
