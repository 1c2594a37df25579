import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConfluent } from '../../src/sources/confluent.ts';
import { createSchemaRegistry, type SchemaRegistry } from '../../src/sources/schema-registry.ts';
import type { Source, SourceItem, SourceRecord } from '../../src/sources/source.ts';
import { pause } from '../../src/wait.ts';
import { call, EVENT, EVENT_TYPE, type Registry, startRegistry, wire } from '../kafka/registry.ts';
import { decodeAll } from '../support/decoding.ts';

/** The wire format of Confluent's serializers, and a registry that may be away. */
let registry: Registry;
let clock = 0;
let troubles: (string | null)[];
let client: SchemaRegistry;

beforeEach(async () => {
  registry = await startRegistry();
  registry.schemas.set('/schemas/ids/7', { schema: JSON.stringify(EVENT) });
  registry.schemas.set('/schemas/ids/8', {
    schema: '{"$schema":"https://json-schema.org/draft/2020-12/schema"}',
    schemaType: 'JSON',
  });
  troubles = [];
  clock = 0;
  client = createSchemaRegistry({
    url: `${registry.url}/`,
    authorization: 'Basic eDp5',
    timeoutMs: 1_000,
    onTrouble: (what) => troubles.push(what),
    now: () => clock,
    pause: (ms, signal) => pause(ms / 100, signal),
  });
});
afterEach(() => registry.close());

/** A source of one batch, and what its records are decoded to. */
function sourceOf(...values: (Buffer | string | null)[]): Source {
  const records = values.map((value, offset): SourceRecord => ({ offset, value, receivedAt: 1_795_176_000_000 }));
  const batch = { source: 'kafka:t', instance: 't', partition: 0, generation: 1, records, gateway: 'auto' };
  return {
    name: 'kafka',
    async *[Symbol.asyncIterator](): AsyncGenerator<SourceItem> {
      yield { kind: 'batch', batch };
    },
    commit: async () => {},
    stop: async () => {},
  };
}

async function recordsOf(source: Source): Promise<SourceRecord[]> {
  const found: SourceRecord[] = [];
  for await (const item of source) if (item.kind === 'batch') found.push(...item.batch.records);
  return found;
}

const open = async (...values: (Buffer | string | null)[]) =>
  decodeAll(await recordsOf(withConfluent(sourceOf(...values), new Set(['kafka:t']), client)));

describe('values in the Confluent wire format', () => {
  it('Avro, JSON and plain values of one topic become events', async () => {
    const args = { q: 'late', big: 9_007_199_254_740_993n.toString(), bytes: Buffer.from('hé') };
    const plain = JSON.stringify(call(3));
    const { events, rejects } = await open(
      wire(7, EVENT_TYPE.toBuffer(call(1, { args, session_id: 's-1' }))),
      wire(8, JSON.stringify(call(2))),
      plain,
      Buffer.from(plain.replace('call-3', 'call-4')),
    );
    expect(rejects).toEqual([]);
    expect(events.map(({ body }) => body.event_id)).toEqual(['call-1', 'call-2', 'call-3', 'call-4']);
    expect(events[0]!.body).toMatchObject({
      occurred_at: '2026-11-20T12:00:00.001Z',
      agent: { id: 'support-1' },
      session_id: 's-1',
      args: { q: 'late', big: args.big, bytes: Buffer.from('hé').toString('base64') },
    });
    expect(registry.asked.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/schemas/ids/7', 'Basic eDp5'],
      ['/schemas/ids/8', 'Basic eDp5'],
    ]);
  });

  it('a number beyond 53 bits is kept whole', async () => {
    const schema = { type: 'record', name: 'R', fields: [{ name: 'n', type: 'long' }] };
    registry.schemas.set('/schemas/ids/9', { schema: JSON.stringify(schema) });
    // Zigzag of 2^53 + 1, in seven bits a byte.
    const bytes = Buffer.from([0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
    const [record] = await recordsOf(withConfluent(sourceOf(wire(9, bytes)), new Set(['kafka:t']), client));
    expect(JSON.parse(String(record!.value))).toEqual({ n: '9007199254740993' });
  });

  it('a union of records is read, as are bytes and numbers in one', async () => {
    const record = (name: string, type: unknown) => ({ type: 'record', name, fields: [{ name: 'x', type }] });
    const schema = [record('A', 'string'), record('B', ['null', 'bytes', 'long', record('C', 'int')])];
    registry.schemas.set('/schemas/ids/15', { schema: JSON.stringify(schema) });
    // Which of the union, in zigzag, and its value.
    const told = [
      [0, 2, 0x61],
      [2, 0],
      [2, 2, 4, 0x68, 0x69],
      [2, 4, 6],
      [2, 6, 8],
    ];
    const records = told.map((bytes) => wire(15, Buffer.from(bytes)));
    const found = await recordsOf(withConfluent(sourceOf(...records), new Set(['kafka:t']), client));
    expect(found.map(({ value, refused }) => refused ?? JSON.parse(String(value)))).toEqual([
      { x: 'a' },
      { x: null },
      { x: 'aGk=' },
      { x: 3 },
      { x: { x: 4 } },
    ]);
  });

  it('a list or map that tells of more items than the value has bytes is refused at once', async () => {
    const lists = {
      type: 'record',
      name: 'L',
      fields: [
        { name: 'nothings', type: { type: 'array', items: 'null' } },
        { name: 'words', type: { type: 'array', items: 'string' } },
        { name: 'map', type: { type: 'map', values: 'int' } },
      ],
    };
    registry.schemas.set('/schemas/ids/14', { schema: JSON.stringify(lists) });
    // Zigzag of 2^34 in seven bits a byte; of a list before it, that it is empty.
    const many = [0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    const hostile = [many, [2, 0], [0, ...many], [0, 0, ...many]].map((bytes) => wire(14, Buffer.from(bytes)));
    // Two words in a block that tells its size, and one entry.
    const honest = wire(14, Buffer.from([0, 3, 8, 2, 0x61, 2, 0x62, 0, 2, 2, 0x6b, 10, 0]));
    const source = withConfluent(sourceOf(...hostile, honest), new Set(['kafka:t']), client);
    const records = await recordsOf(source);
    expect(records.map(({ refused }) => refused?.reason)).toEqual([...Array(4).fill('invalid_event'), undefined]);
    expect(JSON.parse(String(records[4]!.value))).toEqual({ nothings: [], words: ['a', 'b'], map: { k: 5 } });
  });

  it('a schema that refers to others is read with them', async () => {
    const agent = { type: 'record', name: 'Agent', namespace: 'acme', fields: [{ name: 'id', type: 'string' }] };
    const whole = {
      ...EVENT,
      fields: EVENT.fields.map((field) => (field.name === 'agent' ? { name: 'agent', type: 'acme.Agent' } : field)),
    };
    const references = [{ name: 'acme.Agent', subject: 'acme.Agent', version: 2 }];
    registry.schemas.set('/schemas/ids/10', { schema: JSON.stringify(whole), references });
    registry.schemas.set('/subjects/acme.Agent/versions/2', { schema: JSON.stringify(agent) });
    const { events } = await open(wire(10, EVENT_TYPE.toBuffer(call(1))));
    expect(events[0]!.body.agent.id).toBe('support-1');
  });

  it.each([
    ['an id that the registry does not know', wire(99, '{}'), 'unknown_format', 'knows no schema 99'],
    ['a value that is not of its schema', wire(7, Buffer.from([200, 200])), 'invalid_event', 'not of its schema 7'],
    ['a schema of another type', wire(11, '{}'), 'unknown_format', 'type PROTOBUF'],
    ['a schema that is none', wire(12, '{}'), 'unknown_format', 'schema 12 cannot be read'],
    ['a schema that refers to what is not there', wire(13, '{}'), 'unknown_format', 'refers to gone'],
  ])('%s is refused, with its reason', async (_, value, reason, detail) => {
    registry.schemas.set('/schemas/ids/11', { schema: 'message M {}', schemaType: 'PROTOBUF' });
    registry.schemas.set('/schemas/ids/12', { schema: '{"type":"nothing"}' });
    const references = [{ name: 'gone', subject: 'gone', version: 1 }];
    registry.schemas.set('/schemas/ids/13', { schema: JSON.stringify(EVENT), references });
    const { events, rejects } = await open(value, wire(8, JSON.stringify(call(1))));
    expect([events.length, rejects.length]).toEqual([1, 1]);
    expect(rejects[0]).toMatchObject({ reason, detail: expect.stringContaining(detail) });
  });

  it('an id is asked once, and one that is unknown again after a while', async () => {
    await open(wire(99, '{}'), wire(7, EVENT_TYPE.toBuffer(call(1))));
    await open(wire(99, '{}'), wire(7, EVENT_TYPE.toBuffer(call(2))));
    expect(registry.asked.length).toBe(2);
    registry.schemas.set('/schemas/ids/99', { schema: JSON.stringify(EVENT) });
    clock = 31_000;
    expect((await open(wire(99, EVENT_TYPE.toBuffer(call(3))))).events).toHaveLength(1);
  });

  it.each([
    [403, 40301],
    [500, 50001],
  ])(
    'an id that alone is answered with %d is refused, for a while, and what comes after goes on',
    async (status, code) => {
      registry.schemas.set('/schemas/ids/14', { error_code: code, message: 'no' });
      registry.schemas.set('/subjects', ['the broken one', 'another']);
      registry.schemas.set('/subjects/another/versions/latest', { schema: JSON.stringify(EVENT) });
      const { events, rejects } = await open(wire(14, '{}'), JSON.stringify(call(1)));
      expect([events.length, rejects[0]?.detail]).toEqual([
        1,
        `the schema registry answers with status ${status} for schema 14`,
      ]);
      registry.schemas.set('/schemas/ids/14', { schema: JSON.stringify(EVENT) });
      clock = 31_000;
      expect((await open(wire(14, EVENT_TYPE.toBuffer(call(3))))).events).toHaveLength(1);
    },
    20_000,
  );

  it.each([
    ['that told another before', true],
    ['of which nothing was read yet', false],
  ])(
    '403 for whatever is asked, of a registry %s, is of the credentials: the records wait',
    async (_, before) => {
      if (before) await open(wire(7, EVENT_TYPE.toBuffer(call(1))));
      registry.trouble = (response) => response.writeHead(403).end('{"error_code":40301}');
      const opening = open(wire(8, JSON.stringify(call(2))));
      // The tries, and what is asked beside them.
      await expect.poll(() => registry.asked.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(before ? 7 : 6);
      registry.trouble = null;
      expect(await opening).toMatchObject({ events: [{ body: { event_id: 'call-2' } }], rejects: [] });
    },
    30_000,
  );

  it.each([
    ['cuts the line', (response) => response.destroy()],
    ['answers 503', (response) => response.writeHead(503).end('busy')],
    ['answers 401', (response) => response.writeHead(401).end('{"error_code":401}')],
    ['answers 404 as somebody else would', (response) => response.writeHead(404).end('<html>')],
    ['answers null', (response) => response.writeHead(200).end('null')],
  ] satisfies [string, NonNullable<Registry['trouble']>][])(
    'a registry that %s is asked again, and no record refused',
    async (_, trouble) => {
      registry.trouble = trouble;
      const opening = open(wire(7, EVENT_TYPE.toBuffer(call(1))));
      await expect.poll(() => registry.asked.length).toBeGreaterThan(1);
      registry.trouble = null;
      expect(await opening).toMatchObject({ events: [{ body: { event_id: 'call-1' } }], rejects: [] });
      expect([troubles.length > 1, troubles[0] !== null, troubles.at(-1)]).toEqual([true, true, null]);
    },
  );

  it('one that answers nothing holds up neither the rest nor a stop', async () => {
    registry.trouble = () => {};
    const source = withConfluent(sourceOf(wire(7, EVENT_TYPE.toBuffer(call(1)))), new Set(['kafka:t']), client);
    const reading = recordsOf(source);
    await expect.poll(() => registry.asked.length).toBe(1);
    await source.stop();
    expect(await reading).toEqual([]);
  });

  it('of topics that are not said to be so stay as they are', async () => {
    const source = sourceOf(wire(7, '{}'));
    expect(withConfluent(source, new Set(), client)).toBe(source);
    const [record] = await recordsOf(withConfluent(source, new Set(['kafka:other']), client));
    expect(record!.value).toEqual(wire(7, '{}'));
  });
});
