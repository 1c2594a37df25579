import type { SchemaRegistry } from './schema-registry.ts';
import type { Batch, Source, SourceItem, SourceRecord } from './source.ts';

/**
 * A source whose values are in the Confluent wire format (a zero byte, four bytes of schema id, the value in Avro or
 * JSON), told as the JSON that they mean. Values that do not begin so are taken as they are. While the registry is
 * away its records wait, and with them all that comes after: none is refused for that.
 */
export function withConfluent<S extends Source>(source: S, names: ReadonlySet<string>, registry: SchemaRegistry): S {
  if (names.size === 0) return source;
  const stopping = new AbortController();

  async function* items(): AsyncGenerator<SourceItem> {
    for await (const item of source) {
      if (item.kind !== 'batch' || !names.has(item.batch.source)) yield item;
      else {
        const batch = await opened(item.batch, registry, stopping.signal).catch(() => null);
        // Stopped while it waited: it was not committed, and comes again.
        if (batch === null) return;
        yield { kind: 'batch', batch };
      }
    }
  }

  // What it cannot do itself the source does, which may keep its own in closures: only two things are put before it.
  return Object.create(source, {
    [Symbol.asyncIterator]: { value: items },
    stop: {
      value: () => {
        stopping.abort();
        return source.stop();
      },
    },
  }) as S;
}

async function opened(batch: Batch, registry: SchemaRegistry, signal: AbortSignal): Promise<Batch> {
  const records: SourceRecord[] = [];
  for (const record of batch.records) records.push(await open(record, registry, signal));
  return { ...batch, records };
}

const HEAD = 5;

async function open(record: SourceRecord, registry: SchemaRegistry, signal: AbortSignal): Promise<SourceRecord> {
  const { value } = record;
  if (value === null || typeof value === 'string' || value.length < HEAD || value[0] !== 0) return record;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const id = bytes.readInt32BE(1);
  const schema = await registry.schema(id, signal);
  if ('refused' in schema) return { ...record, refused: { reason: 'unknown_format', detail: schema.refused } };
  try {
    return { ...record, value: schema.read(bytes.subarray(HEAD)) };
  } catch {
    return { ...record, refused: { reason: 'invalid_event', detail: `the value is not of its schema ${id}` } };
  }
}
