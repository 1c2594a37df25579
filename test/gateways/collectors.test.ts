import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromMapping } from '../../schemas/gateways/lib/mapping.ts';
import { decodeAll } from '../support/decoding.ts';

type Json = Record<string, unknown>;
const line = (name: string, at = 0): string =>
  readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8').split('\n')[at]!;
const told = (record: unknown) => {
  const { events, rejects, dropped } = decodeAll([JSON.stringify(record)]);
  return {
    events: events.map(({ body }) => [body.source.kind, body.target.name, body.outcome.status]),
    rejects: rejects.map(({ reason }) => reason),
    dropped,
  };
};
const one = (...event: string[]) => ({ events: [event], rejects: [], dropped: 0 });

describe('OTLP log records', () => {
  const time = { timeUnixNano: '1791188043871000000' };
  const logs = (...logRecords: Json[]): Json => ({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] });
  const any = (value: unknown): Json => {
    if (typeof value === 'number') return { intValue: String(value) };
    if (typeof value !== 'object' || value === null) return { stringValue: String(value) };
    return { kvlistValue: { values: pairs(value as Json) } };
  };
  const pairs = (record: Json) => Object.entries(record).map(([key, value]) => ({ key, value: any(value) }));

  it('a line that a Collector read is the body, as text or already parsed', () => {
    const wanted = one('toolhive', 'search', 'ok');
    const read = line('toolhive', 1);
    expect(told(logs({ ...time, body: { stringValue: read } }))).toEqual(wanted);
    expect(told(logs({ ...time, body: any(JSON.parse(read)) }))).toEqual(wanted);
    const docker = JSON.stringify({ log: `${read}\n`, stream: 'stdout', time: '2026-10-05T08:14:03Z' });
    expect(told(logs({ ...time, body: { stringValue: docker } }))).toEqual(wanted);
    expect(told(logs({ ...time, body: { stringValue: `2026-10-05T08:14:03Z stdout F ${read}` } }))).toEqual(wanted);
  });

  it('a list of records in one body, as text or parsed, is as many; of anything else it is none', () => {
    const [one, two] = [line('toolhive', 1), line('toolhive', 1).replace('audit-0002', 'audit-0009')];
    const wanted = ['search', 'search'];
    const names = (body: Json): unknown[] => told(logs({ ...time, body })).events.map(([, name]) => name);
    expect(names({ stringValue: `[${one},${two}]` })).toEqual(wanted);
    expect(names({ arrayValue: { values: [any(JSON.parse(one)), any(JSON.parse(two))] } })).toEqual(wanted);
    for (const body of ['[]', '[1,2]', '["x"]', '[{"level":"info"}]', '[[]]'])
      expect(told(logs({ ...time, body: { stringValue: body } }))).toEqual({ events: [], rejects: [], dropped: 1 });
  });

  it('a line that a Collector of long ago read is no other, and what stands beside it is told once', () => {
    const ours = { ...time, body: { stringValue: line('toolhive', 1) } };
    const call = { ...time, attributes: pairs({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'close' }) };
    const libraries = [{ instrumentationLibrary: { name: 'filelog' }, logRecords: [ours, call] }];
    expect(told({ resourceLogs: [{ resource: {}, instrumentationLibraryLogs: libraries }] })).toEqual({
      events: [
        ['toolhive', 'search', 'ok'],
        ['otlp-logs', 'close', 'ok'],
      ],
      rejects: [],
      dropped: 0,
    });
  });

  it('what stands beside it is read too, and the body of a record that tells a call itself is not', () => {
    const call = { ...time, attributes: pairs({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'close' }) };
    const forged = { ...call, body: { stringValue: line('toolhive', 1) } };
    const ours = { ...time, body: { stringValue: line('toolhive', 1) } };
    const other = { ...time, body: { stringValue: '{"level":"info","msg":"started"}' } };
    expect(told(logs(ours, forged, other))).toEqual({
      events: [
        ['toolhive', 'search', 'ok'],
        ['otlp-logs', 'close', 'ok'],
      ],
      rejects: [],
      dropped: 0,
    });
    expect(told(logs(other))).toEqual({ events: [], rejects: [], dropped: 1 });
  });

  it('the access log of Envoy has its own names there, and a dash for nothing', () => {
    const refused = pairs(
      Object.fromEntries(
        Object.entries(JSON.parse(line('envoy-ai-gateway', 1)) as Json).map(([key, value]) => [
          key,
          String(value ?? '-'),
        ]),
      ),
    );
    expect(told(logs({ ...time, attributes: refused }))).toEqual(one('otlp-logs', 'create_user', 'denied'));
    const nothing = refused.map((pair) => (pair.key === 'mcp.method.name' ? { ...pair, value: any('-') } : pair));
    const { events } = decodeAll([JSON.stringify(logs({ ...time, attributes: nothing }))]);
    expect(events.map(({ body }) => [body.method, body.outcome.status])).toEqual([['http_request', 'denied']]);
  });
});

describe('Google Cloud Logging', () => {
  const entry = { insertId: 'i', timestamp: '2026-10-05T08:14:03Z', resource: { type: 'k8s_container' } };

  it('what a container wrote is that, and no log of its own', () => {
    for (const logName of ['projects/p/logs/stdout', 'projects/p/logs/run.googleapis.com%2Fstderr']) {
      const record = { ...entry, logName };
      const wanted = one('toolhive', 'search', 'ok');
      expect(told({ ...record, jsonPayload: JSON.parse(line('toolhive', 1)) })).toEqual(wanted);
      expect(told({ ...record, textPayload: line('toolhive', 1) })).toEqual(wanted);
    }
  });
});

describe('who acts, where a span tells what was proven and what was said', () => {
  const span = (kind: number) => {
    const attributes = Object.entries({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'search',
      'gen_ai.agent.id': 'said',
      'oauth.client_id': 'proven',
    }).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1791188043684000000' };
    const spans = [{ ...ids, endTimeUnixNano: '1791188043871000000', name: 'x', kind, attributes }];
    return decodeAll([JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })]).events[0]!.body.agent.id;
  };

  it('a server knows the client that it checked; a client knows which agent it is', () => {
    expect([span(2), span(3)]).toEqual(['proven', 'said']);
  });
});

describe('a mapping', () => {
  it('tells the address without its port, the first of several hands', () => {
    const mapping = {
      name: 'mine',
      claims: { gw: 'mine' },
      occurred_at: 'at',
      method: { otherwise: 'ping' },
      ip: 'xff',
    };
    const record = JSON.stringify({ gw: 'mine', at: 1791188043, xff: '203.0.113.9:4711, 10.0.0.1' });
    const { events } = decodeAll([record], { gateways: [fromMapping(mapping)] });
    expect(events[0]!.body.src).toEqual({ ip: '203.0.113.9' });
  });
});

describe('spans without ids', () => {
  it('are each a call, and none is taken for another', () => {
    const spans = ['search', 'close'].map((tool) => ({
      traceId: 'a'.repeat(32),
      startTimeUnixNano: '1791188043684000000',
      name: 'x',
      kind: 2,
      attributes: Object.entries({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': tool }).map(
        ([key, stringValue]) => ({ key, value: { stringValue } }),
      ),
    }));
    const exported = (...some: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: some }] }] });
    const names = ({ events }: ReturnType<typeof decodeAll>) => events.map(({ body }) => body.target.name);
    expect(names(decodeAll([exported(...spans)]))).toEqual(['search', 'close']);
    const apart = decodeAll(spans.map((one) => exported(one)));
    expect([names(apart), new Set(apart.events.map(({ key }) => key)).size]).toEqual([['search', 'close'], 2]);
  });
});

describe('spans that tell an end of their own', () => {
  const told = (attributes: Json) => {
    const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1791188043684000000' };
    const pairs = Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: String(value) } }));
    const spans = [{ ...ids, endTimeUnixNano: '1791188043871000000', name: 'x', kind: 2, attributes: pairs }];
    const { events, rejects } = decodeAll([JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })]);
    return [...events.map(({ body }) => [body.method, body.target.name, body.outcome.status]), ...rejects];
  };

  it('agentgateway: the refusal that it disguises, and the one before the request was read', () => {
    const { time: _, scope: __, level: ___, ...hidden } = JSON.parse(line('agentgateway', 1)) as Json;
    expect(told(hidden)).toEqual([['tools/call', 'iam_create_user', 'denied']]);
    const { 'mcp.method.name': ____, ...early } = hidden;
    const lost = { ...early, 'http.status': 401, reason: 'JwtAuth', error: 'no token' };
    expect(told(lost)).toEqual([['http_request', undefined, 'denied']]);
  });

  it.each([
    [{ 'gen_ai.tool.call.result': '{"isError":true,"content":[]}' }, 'tool_error'],
    [{ 'error.type': '403' }, 'denied'],
    [{ 'error.type': '504' }, 'timeout'],
    [{ 'error.type': '500' }, 'transport_error'],
  ])('by the conventions: %j', (more, status) => {
    const call = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search' };
    expect(told({ ...call, ...more })).toEqual([['tools/call', 'search', status]]);
  });
});
