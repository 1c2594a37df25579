import type { Batch, SourceRecord } from '../sources/source.ts';

/** A batch on its way to another thread: its bytes side by side in one buffer that changes hands, not copied. */
export interface Parcel {
  batch: Omit<Batch, 'records' | 'settled'>;
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the value of each record ends in the bytes. */
  ends: Uint32Array<ArrayBuffer>;
  /** Offset and time of receipt of each record. */
  places: Float64Array<ArrayBuffer>;
  /** Records that are more than bytes, by their index; values that are no bytes come with them. */
  rest: Map<number, Partial<SourceRecord>>;
}

export function pack({ records, settled: _, ...batch }: Batch): Parcel {
  const size = records.reduce((sum, { value }) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
  const bytes = new Uint8Array(size);
  const ends = new Uint32Array(records.length);
  const places = new Float64Array(2 * records.length);
  const rest = new Map<number, Partial<SourceRecord>>();
  let end = 0;
  for (const [index, { offset, receivedAt, value, ...more }] of records.entries()) {
    places.set([offset, receivedAt], 2 * index);
    if (value instanceof Uint8Array) {
      bytes.set(value, end);
      end += value.length;
      for (const _name in more) rest.set(index, more);
    } else rest.set(index, { ...more, value });
    ends[index] = end;
  }
  return { batch, bytes, ends, places, rest };
}

/** What may change hands. */
export const buffersOf = ({ bytes, ends, places }: Parcel): ArrayBuffer[] => [bytes.buffer, ends.buffer, places.buffer];

export function unpack({ batch, bytes, ends, places, rest }: Parcel): Batch {
  const records = Array.from(ends, (end, index): SourceRecord => {
    const value = bytes.subarray(index === 0 ? 0 : ends[index - 1], end);
    return { offset: places[2 * index]!, receivedAt: places[2 * index + 1]!, value, ...rest.get(index) };
  });
  return { ...batch, records };
}
