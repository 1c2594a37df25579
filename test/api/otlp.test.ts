import { gzipSync } from 'node:zlib';
import { JsonTraceSerializer, ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeExport, exportTexts } from '../../src/api/otlp/decode.ts';
import { messageType } from '../../src/api/otlp/messages.ts';
import { decodeAll } from '../support/decoding.ts';
import { bearer, type Harness, harness } from './support.ts';

type Spans = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0];
type Logs = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0];

const resource = { attributes: { 'service.name': 'gw', 'service.instance.id': 'i-1' }, asyncAttributesPending: false };
const scope = { name: 'mcp', version: '1' };
const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** A finished span as the SDK hands it to its exporters. */
const span = (attributes: object, name = 'tools/call get_ticket') => ({
  name,
  kind: 1,
  spanContext: () => context,
  parentSpanContext: undefined,
  startTime: [1_795_176_000, 123_456_789],
  endTime: [1_795_176_000, 223_456_789],
  status: { code: 0 },
  attributes,
  links: [],
  events: [{ time: [1_795_176_000, 1], name: 'e', attributes: {}, droppedAttributesCount: 0 }],
  duration: [0, 100_000_000],
  ended: true,
  resource,
  instrumentationScope: scope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
});
const call = span({
  'mcp.method.name': 'tools/call',
  'gen_ai.tool.name': 'get_ticket',
  'gen_ai.agent.id': 'support-1',
  'jsonrpc.request.id': '7',
  count: 3,
  share: 0.5,
  yes: false,
  none: '',
  list: ['a', 'b'],
});
const asSpans = (...spans: object[]): Spans => spans as unknown as Spans;
const protobuf = (...spans: object[]): Buffer =>
  Buffer.from(ProtobufTraceSerializer.serializeRequest(asSpans(...spans))!);
const json = (...spans: object[]): Buffer => Buffer.from(JsonTraceSerializer.serializeRequest(asSpans(...spans))!);

interface Export {
  resourceSpans: {
    scopeSpans: { spans: (Record<string, unknown> & { attributes: { key: string; value: object }[] })[] }[];
  }[];
}

let held: Harness;
afterEach(() => held?.close());
const PROTOBUF = 'application/x-protobuf';
const post = (url: string, payload: Buffer | string, headers: Record<string, string> = {}) =>
  held.app.inject({ method: 'POST', url, headers: { 'content-type': PROTOBUF, ...headers }, payload });
const decoded = (payload: Buffer, name = 'ExportResponse') => {
  const type = messageType(name);
  return type.toObject(type.decode(payload), { longs: Number });
};

describe('what a stock exporter sends', () => {
  it('protobuf and JSON of the same span become the same record', () => {
    const parse = (body: Buffer, binary: boolean) => decodeExport('traces', body, binary);
    const fromProtobuf = parse(protobuf(call), true) as unknown as Export;
    const fromJson = parse(json(call), false) as unknown as Export;
    const one = (value: Export) => value.resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
    const { attributes, ...rest } = one(fromJson);
    for (const name of ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano'])
      expect(one(fromProtobuf)[name], name).toEqual(rest[name]);
    expect(one(fromProtobuf).attributes).toEqual(
      attributes.map(({ key, value }) => ({
        key,
        value: 'intValue' in value ? { intValue: String(value.intValue) } : value,
      })),
    );
  });

  it.each([
    ['protobuf', () => protobuf(call), {}],
    ['protobuf, gzip', () => gzipSync(protobuf(call)), { 'content-encoding': 'gzip' }],
    ['JSON', () => json(call), { 'content-type': 'application/json' }],
    ['JSON, gzip', () => gzipSync(json(call)), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('%s: one event, and the answer in the same encoding', async (_name, body, headers) => {
    held = await harness();
    const answer = await post('/v1/traces', body(), headers);
    expect(answer.statusCode).toBe(200);
    const type = (headers as Record<string, string>)['content-type'] ?? PROTOBUF;
    expect(answer.headers['content-type']).toContain(type);
    expect(type === PROTOBUF ? decoded(answer.rawPayload) : answer.json()).toEqual({});
    const [record, ...others] = held.batches[0]!.records;
    expect([others.length, record!.headers]).toEqual([0, { 'x-overreach-signal': 'traces' }]);
    const again = await post('/v1/events', Buffer.from(String(record!.value)), { 'content-type': 'application/json' });
    expect(again.json()).toMatchObject({ duplicates: 1, accepted: 0 });
  });

  it('logs', async () => {
    held = await harness();
    const record = {
      hrTime: [1_795_176_000, 1],
      hrTimeObserved: [1_795_176_000, 2],
      severityNumber: 9,
      severityText: 'INFO',
      body: 'call',
      eventName: 'mcp.call',
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'get_ticket', 'gen_ai.agent.id': 'support-1' },
      resource,
      instrumentationScope: scope,
      spanContext: context,
      droppedAttributesCount: 0,
    };
    const body = Buffer.from(ProtobufLogsSerializer.serializeRequest([record] as unknown as Logs)!);
    expect((await post('/v1/logs', body)).statusCode).toBe(200);
    const value = JSON.parse(String(held.batches[0]!.records[0]!.value));
    expect(value.resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({
      traceId: context.traceId,
      eventName: 'mcp.call',
    });
  });

  it('scopes that are still called instrumentation libraries, as before 0.16 of the protocol', async () => {
    held = await harness();
    const attributes = Object.entries({ 'mcp.method.name': 'ping', 'gen_ai.agent.id': 'support-1' }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    );
    const time = { timeUnixNano: '1795176000000000000', startTimeUnixNano: '1795176000000000000' };
    const unit = { ...time, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), kind: 2, attributes };
    const instrumentationLibrary = { name: 'old', version: '0.9' };
    const spans = [{ instrumentationLibrary, spans: [unit] }];
    for (const [signal, body] of [
      ['traces', { resourceSpans: [{ instrumentationLibrarySpans: spans }] }],
      ['logs', { resourceLogs: [{ instrumentationLibraryLogs: [{ instrumentationLibrary, logRecords: [unit] }] }] }],
      ['logs', { resourceLogs: [{ instrumentationLibraryLogs: [{ instrumentationLibrary, logs: [unit] }] }] }],
    ] as const) {
      const answer = await post(`/v1/${signal}`, JSON.stringify(body), { 'content-type': 'application/json' });
      expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
      const { events } = decodeAll([String(held.batches.at(-1)!.records[0]!.value)]);
      expect(events.map(({ body }) => [body.method, body.agent.id])).toEqual([['ping', 'support-1']]);
      expect(decodeAll([JSON.stringify(body)]).events.map(({ key }) => key)).toEqual(events.map(({ key }) => key));
    }
    // The number that the field kept in protobuf: the same bytes as scopes have, under 1000.
    const old = field(1, field(1000, field(2, field(5, Buffer.from('tools/call')))));
    expect(decodeExport('traces', old, true)).toEqual({
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'tools/call' }] }] }],
    });
    const oldLogs = field(1, field(1000, field(2, field(12, Buffer.from('mcp.call')))));
    expect(decodeExport('logs', oldLogs, true)).toEqual({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'mcp.call' }] }] }],
    });
  });

  it('spans that are no MCP call are dropped, which is no failure', async () => {
    held = await harness();
    const answer = await post('/v1/traces', protobuf(span({ 'http.request.method': 'GET' }, 'GET /')));
    expect([answer.statusCode, decoded(answer.rawPayload)]).toEqual([200, {}]);
  });

  it('what is rejected is told as partial success', async () => {
    held = await harness({ guarded: true });
    const foreign = span({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'x', 'gen_ai.agent.id': 'deployer' });
    const answer = await post('/v1/traces', protobuf(foreign), bearer('gateway'));
    expect(answer.statusCode).toBe(200);
    expect(decoded(answer.rawPayload).partialSuccess).toMatchObject({
      rejected: 1,
      errorMessage: expect.stringContaining('forbidden_agent'),
    });
    const inJson = await post('/v1/traces', json(foreign), {
      ...bearer('gateway'),
      'content-type': 'application/json',
    });
    expect(inJson.json().partialSuccess.rejectedSpans).toBe('1');
  });

  it('an empty request, and metrics, are answered and ignored', async () => {
    held = await harness();
    for (const url of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
      const answer = await post(url, Buffer.alloc(0));
      expect([url, answer.statusCode, answer.rawPayload.length]).toEqual([url, 200, 0]);
    }
    expect(held.batches).toEqual([]);
  });
});

describe('failures as exporters understand them', () => {
  it('unreadable bytes are 400 with a Status in the encoding of the request', async () => {
    held = await harness();
    const answer = await post('/v1/traces', Buffer.from('ffffffffff', 'hex'));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, PROTOBUF]);
    expect(decoded(answer.rawPayload, 'Status').message).toContain('protobuf');
    const inJson = await post('/v1/traces', '[]', { 'content-type': 'application/json' });
    expect([inJson.statusCode, inJson.json().message]).toEqual([400, 'the body is no OTLP export request in JSON']);
  });

  it.each(['{"resourceLogs":1}', '{"resource_logs":[]}', '{"resourceSpans":[]}'])(
    'what is no export of this signal is refused, not lost: %s',
    async (body) => {
      held = await harness();
      const json = { 'content-type': 'application/json' };
      expect((await post('/v1/logs', '{}', json)).statusCode).toBe(200);
      const answer = await post('/v1/logs', body, json);
      expect([answer.statusCode, answer.json().message]).toEqual([400, 'the body holds no list resourceLogs']);
    },
  );

  it.each([
    ['resourceLogs', [1]],
    ['scopeLogs', [{ scopeLogs: { logRecords: [] } }]],
    ['scopeLogs', [{ scopeLogs: ['x'] }]],
    ['logRecords', [{ scopeLogs: [{ logRecords: {} }] }]],
    ['logRecords', [{ scopeLogs: [{ logRecords: [[]] }] }]],
    ['logRecords', [{ instrumentationLibraryLogs: [{ logs: 'x' }] }]],
    ['instrumentationLibraryLogs', [{ scopeLogs: [], instrumentationLibraryLogs: ['x'] }]],
  ])('%s that are no list of objects are refused, not lost: %j', async (name, resourceLogs) => {
    held = await harness();
    const answer = await post('/v1/logs', JSON.stringify({ resourceLogs }), { 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json().message]).toEqual([400, `${name} is no list of objects`]);
    const nothing = JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: null }, {}] });
    expect((await post('/v1/logs', nothing, { 'content-type': 'application/json' })).statusCode).toBe(200);
  });

  it('resources whose scopes go by an unknown name are refused, not lost', async () => {
    held = await harness();
    const body = { resourceLogs: [{ resource: {} }, { resource: {}, scope_logs: [{ logRecords: [] }] }] };
    const answer = await post('/v1/logs', JSON.stringify(body), { 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json().message]).toEqual([400, 'a resource holds no list scopeLogs']);
  });

  it('deep nesting costs an answer, not the process', async () => {
    held = await harness();
    let value: Buffer = Buffer.alloc(0);
    for (let depth = 0; depth < 3_000; depth++) value = field(5, field(1, value));
    const attribute = field(9, Buffer.concat([field(1, Buffer.from('k')), field(2, value)]));
    expect((await post('/v1/traces', field(1, field(2, field(2, attribute))))).statusCode).toBe(400);
    // 503 would have it sent again for ever.
    const deep = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}]}]}`;
    const inJson = await post('/v1/traces', deep, { 'content-type': 'application/json' });
    expect([inJson.statusCode, inJson.json().message]).toEqual([400, 'the body is nested too deeply']);
  });

  it('too much waiting is 429 with Retry-After; 415 and 413 where they belong', async () => {
    held = await harness({ http: { max_pending_events: 1, body_limit_mb: 1 } });
    const open = held.hold();
    const first = post('/v1/traces', protobuf(call));
    await expect.poll(() => held.batches.length).toBe(1);
    const busy = await post('/v1/traces', protobuf(call));
    expect([busy.statusCode, Number(busy.headers['retry-after']) > 0]).toEqual([429, true]);
    open();
    expect((await first).statusCode).toBe(200);
    expect((await post('/v1/traces', 'x', { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect(
      (await post('/v1/traces', gzipSync(Buffer.alloc(3_000_000)), { 'content-encoding': 'gzip' })).statusCode,
    ).toBe(413);
  });
});

describe('requests larger than a record may be', () => {
  it('are refused where each part would repeat what is too large to go with any', () => {
    const resource = { attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(900_000) } }] };
    const spans = Array.from({ length: 20_000 }, (_, n) => ({
      traceId: `t${n}`,
      spanId: 's',
      name: 'some name or other',
    }));
    const whole = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 's' }, spans }] }] };
    expect(exportTexts('traces', whole, 1 << 20, 10_000).length).toBeLessThan(32);
    expect(() => exportTexts('traces', whole, 900_100, 10_000)).toThrow('too large');
  });

  it('are parted between traces, and nothing is lost', () => {
    const spans = Array.from({ length: 60 }, (_, index) => ({
      traceId: `t${index % 20}`,
      spanId: `s${index}`,
      name: 'x'.repeat(200),
    }));
    const scopes = [spans.slice(0, 30), spans.slice(30)].map((part) => ({ scope: { name: 's' }, spans: part }));
    const texts = exportTexts('traces', { resourceSpans: [{ resource: { a: 1 }, scopeSpans: scopes }] }, 4_000, 1_000);
    const found = texts.map((text) =>
      (JSON.parse(text) as Export).resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((one) => one.spans)),
    );
    expect(texts.length).toBeGreaterThan(3);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(4_000);
    expect(
      found
        .flat()
        .map((one) => one.spanId)
        .sort(),
    ).toEqual(spans.map((one) => one.spanId).sort());
    const homes = spans.map(
      ({ traceId }) => found.filter((part) => part.some((one) => one.traceId === traceId)).length,
    );
    expect(homes.filter((count) => count > 1).length / spans.length).toBeLessThan(0.5);
  });
});

/** A length-delimited protobuf field. */
function field(number: number, value: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return Buffer.from([...bytes, left]);
}
