import type { Batch, SourceRecord } from '../../src/sources/source.ts';
import { nativeEvent } from '../support/decoding.ts';

export const record = (offset: number, more: Partial<SourceRecord> = {}): SourceRecord => ({
  offset,
  receivedAt: 1_790_000_000_000 + offset,
  value: Buffer.from(JSON.stringify(nativeEvent({ event_id: `e-${offset}`, args: { note: `é ${offset}` } }))),
  ...more,
});
export const batchOf = (records: SourceRecord[], partition = 0): Batch => ({
  source: 'kafka:t',
  instance: 't',
  partition,
  generation: 1,
  gateway: 'auto',
  records,
});
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => record(from + i));
