import type { Event } from '../../../schemas/event.ts';
import { conflictKey } from '../../engine/intake.ts';
import type { RecordReader } from './reader.ts';

/** Records asked about at once. */
const RECORDS = 200;
/** Keys looked for in one query: a server takes 128 KiB as one parameter. */
const KEYS = 2_000;
const SENDERS = 'SELECT DISTINCT source_instance FROM events ORDER BY source_instance';
const FOUND =
  'SELECT DISTINCT event_key, content_hash FROM events WHERE event_key IN {keys:Array(String)} ORDER BY event_key, content_hash';

/**
 * Those of the records of which every event stands in the record already, however long ago it came: the fold tells
 * repeats within a window only. An event's key has in it who sent it, which is asked of all who ever sent any.
 * `eventsOf`: what a record is when that instance sends it.
 */
export async function standing<Record>(
  records: readonly Record[],
  reader: Pick<RecordReader, 'query'>,
  eventsOf: (record: Record, instance: string) => Event[],
): Promise<Set<Record>> {
  const senders = (await reader.query(SENDERS, {})).map((row) => String(row.source_instance));
  const all = new Set<Record>();
  for (let from = 0; from < records.length; from += RECORDS) {
    const asked = records
      .slice(from, from + RECORDS)
      .flatMap((record) => senders.map((sender) => ({ record, events: eventsOf(record, sender) })));
    const keys = asked.flatMap(({ events }) => events.flatMap((event) => [event.key, conflictKey(event)]));
    const found = await foundOf([...new Set(keys)], reader);
    const stands = (event: Event): boolean =>
      [event.key, conflictKey(event)].some((key) => found.has(`${key} ${event.contentHash}`));
    for (const { record, events } of asked) if (events.length > 0 && events.every(stands)) all.add(record);
  }
  return all;
}

async function foundOf(keys: readonly string[], reader: Pick<RecordReader, 'query'>): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < keys.length; from += KEYS)
    for (const row of await reader.query(FOUND, { keys: keys.slice(from, from + KEYS) }))
      found.add(`${row.event_key} ${row.content_hash}`);
  return found;
}
