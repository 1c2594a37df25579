import type { Decoder } from '../decode/decode.ts';
import type { SourceRecord } from '../sources/source.ts';

/** Header of a message that is history, where the topic is written by gateways as well as by us. */
export const HISTORY_HEADER = 'overreach-history';

/** Keyed hash of a message: alerts of history are not sent, so that nobody but us may call an event history. */
export type HistoryMark = (value: string) => string;

/** The same decoder, for a topic into which posted history goes as gateways would publish it. */
export function withHistory(decode: Decoder, mark: HistoryMark): Decoder {
  const marked = ({ headers }: SourceRecord): boolean => headers?.[HISTORY_HEADER] !== undefined;
  const read = (record: SourceRecord): SourceRecord => {
    if (!marked(record) || record.value === null) return record;
    const text = typeof record.value === 'string' ? record.value : Buffer.from(record.value).toString('utf8');
    return { ...record, backfill: record.headers?.[HISTORY_HEADER] === mark(text) };
  };
  return (batch) => decode(batch.records.some(marked) ? { ...batch, records: batch.records.map(read) } : batch);
}
