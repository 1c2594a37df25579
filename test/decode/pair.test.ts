import { describe, expect, it } from 'vitest';
import type { Gateway, NativeDraft } from '../../schemas/gateways/gateway.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { decodeAll, hasher, RECEIVED_AT } from '../support/decoding.ts';

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const span = (spanId: string, kind: number, name: string, more: Record<string, string>, parentSpanId?: string) => ({
  traceId: '7b1f5f8f6e0f4e0d9c1b2a3c4d5e6f70',
  spanId,
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  name,
  kind,
  startTimeUnixNano: '1791188043684000000',
  endTimeUnixNano: '1791188043871000000',
  attributes: Object.entries(more).map(([key, value]) => attribute(key, value)),
});
const call = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search', 'jsonrpc.request.id': '7' };
const exported = (service: string, scope: string, ...spans: object[]) => ({
  resource: { attributes: [attribute('service.name', service)] },
  scopeSpans: [{ scope: { name: scope }, spans }],
});
const post = (...resourceSpans: object[]) => JSON.stringify({ resourceSpans });

describe('pieces of one call', () => {
  const request = JSON.stringify({
    jsonrpc: '2.0',
    id: 9,
    method: 'tools/call',
    params: { name: 'close', arguments: { id: 1881 } },
  });
  const answer = JSON.stringify({
    jsonrpc: '2.0',
    id: 9,
    result: { isError: true, content: [{ type: 'text', text: 'locked' }] },
  });

  it('share a key, and the later knows what the earlier told', () => {
    const [first, second] = decodeAll([request, answer]).events;
    expect(second?.key).toBe(first?.key);
    expect([first?.body.phase, second?.body.phase]).toEqual(['request', 'complete']);
    expect(second?.body).toMatchObject({
      method: 'tools/call',
      target: { name: 'close' },
      args: { id: 1881 },
      outcome: { status: 'tool_error' },
    });
  });

  it('keep all that one of them alone tells, whichever comes first', () => {
    const told = (phase: string, more: Record<string, unknown>) => ({
      ...{ phase, occurred_at: '2026-10-05T08:14:03.684Z', agent: { id: 'a' }, server: { id: 's' } },
      ...{ method: 'tools/call', target: { type: 'tool', name: 'search' }, pair: 'r-1' },
      ...more,
    });
    const request = {
      args: { q: 'x' },
      bytes_in: 120,
      user: { id: 'ann' },
      delegation: [{ sub: 'ann' }],
      task: { id: 't-1' },
      annotations: { read_only: true },
      trace_id: 'trace',
      request_id: 'r-1',
    };
    const answer = { outcome: { status: 'ok' }, bytes_out: 9_000, duration_ms: 7, result: { id: 'T-1' } };
    const gateway: Gateway = {
      ...{ name: 'halves', title: '', reference: '', carries: [] },
      claims: () => true,
      translate: ({ half }) => [half as NativeDraft],
    };
    const halves = [told('request', request), told('response', answer)].map((half) => JSON.stringify({ half }));
    for (const records of [halves, halves.toReversed()]) {
      const capture = [{ server: '*', args: 'full', result: 'full' } as const];
      const { events } = decodeAll(records, { gateways: [gateway], gateway: 'halves', capture });
      expect(events[1]!.body).toMatchObject({ ...request, ...answer, phase: 'complete' });
    }
  });

  it('are told apart where a JSON-RPC id is used again', () => {
    const keys = decodeAll([request, answer, request.replace('1881', '1882'), answer]).events.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('are not taken for pieces of a call that never got its answer', () => {
    const later = request.replace('1881', '1882');
    const { events } = decodeAll([request, later, answer]);
    expect(new Set(events.map(({ key }) => key)).size).toBe(2);
    expect(events.map(({ body }) => [body.phase, body.args])).toEqual([
      ['request', { id: 1881 }],
      ['request', { id: 1882 }],
      ['complete', { id: 1882 }],
    ]);
    expect(decodeAll([request, request]).events.map(({ key }) => key)).toEqual([events[0]!.key, events[0]!.key]);
  });

  it('are found again in a later batch of their partition, for ten minutes of event time', () => {
    const decode = createDecoder({ hasher });
    const told = (ms: number, value: string, partition = 0) => {
      const records = [{ offset: ms, value, receivedAt: RECEIVED_AT + ms }];
      const [decoded] = decode({ source: 's', instance: 'i', partition, generation: 1, gateway: 'auto', records });
      const [item] = decoded!.items;
      return item?.kind === 'event' ? item.event.body.phase : item?.reject.detail;
    };
    const numbered = (text: string, id: number) => text.replace('"id":9', `"id":${id}`);
    expect(told(0, request)).toBe('request');
    expect(told(1, answer, 1)).toContain('without its request');
    expect(told(2, answer)).toBe('complete');
    expect(told(3, numbered(request, 10))).toBe('request');
    expect(told(700_000, numbered(request, 11))).toBe('request');
    expect(told(700_001, numbered(answer, 10))).toContain('without its request');
  });

  it('are not met over a restart: the call stays as it was told, and its answer is refused and says why', () => {
    const told = (decode: ReturnType<typeof createDecoder>, generation: number, offset: number, value: string) =>
      decode({
        ...{ source: 's', instance: 'i', partition: 0, generation, gateway: 'auto' },
        records: [{ offset, value, receivedAt: RECEIVED_AT + offset }],
      })[0]!.items[0]!;
    const decode = createDecoder({ hasher });
    expect(told(decode, 1, 0, request)).toMatchObject({ event: { body: { phase: 'request', args: { id: 1881 } } } });
    for (const after of [told(createDecoder({ hasher }), 1, 1, answer), told(decode, 2, 1, answer)])
      expect(after).toMatchObject({
        reject: { detail: expect.stringContaining('before a restart'), raw: expect.stringContaining('locked') },
      });
  });

  it.each([
    ['of another machine', 900_000, undefined],
    ['far off in a file', 1e12, true],
  ])('are found again whatever a clock %s says', (_, ahead, backfill) => {
    const exportedAt = (name: string, kind: number, ms: number) => {
      const nanos = `${RECEIVED_AT + ms}000000`;
      const one = { ...span(name, kind, 'tools/call search', call, kind === 2 ? name.slice(1) : undefined) };
      return post(exported(name, 'lib', { ...one, startTimeUnixNano: nanos, endTimeUnixNano: nanos }));
    };
    const others = ['x', 'y'].map((name) => exportedAt(name, 3, ahead));
    const posts = [exportedAt('c', 3, -5_000), others[0]!, exportedAt('sc', 2, 1_000)];
    const { events } = decodeAll(backfill ? posts : [posts[0]!, ...others, posts[2]!], {
      ...(backfill && { backfill }),
    });
    expect(events.at(-1)!.body.phase).toBe('complete');
  });

  it('leave an answer that stands alone refused, with its reason', () => {
    expect(decodeAll([answer]).rejects[0]).toMatchObject({
      reason: 'invalid_event',
      detail: expect.stringContaining('without its request'),
    });
  });
});

describe('spans of one call', () => {
  const client = span('c1', 3, 'tools/call search', call);
  const server = span('s1', 2, 'tools/call search', call, 'c1');

  it('count once within one export, told by the server, made by the caller', () => {
    const { events } = decodeAll([post(exported('my-agent', 'lib', client), exported('tickets', 'lib', server))]);
    expect(events).toHaveLength(1);
    expect(events[0]?.body).toMatchObject({
      agent: { id: 'my-agent', id_basis: 'client_name' },
      server: { id: 'tickets' },
      phase: 'complete',
    });
  });

  it('are one call where they come one after the other, whichever is first', () => {
    const ofClient = post(exported('my-agent', 'lib', client));
    const ofServer = post(exported('tickets', 'lib', server));
    for (const posts of [
      [ofClient, ofServer],
      [ofServer, ofClient],
    ]) {
      const decode = createDecoder({ hasher });
      const [first, second] = posts.map((value, offset) => {
        const batch = { source: 'http', instance: 'otel', partition: 0, generation: 1, gateway: 'auto' };
        const [decoded] = decode({ ...batch, records: [{ offset, value, receivedAt: RECEIVED_AT }] });
        const [item] = decoded!.items;
        return item?.kind === 'event' ? item.event : undefined;
      });
      expect(first?.key).toBe(second?.key);
      expect(first?.body.phase).toBe(posts[0] === ofClient ? 'request' : 'response');
      expect(second?.body).toMatchObject({
        agent: { id: 'my-agent', id_basis: 'client_name' },
        server: { id: 'tickets' },
        outcome: { status: 'ok' },
        phase: 'complete',
        occurred_at: first?.body.occurred_at,
      });
    }
  });

  it('share a key where nobody remembers the first', () => {
    const [first] = decodeAll([post(exported('my-agent', 'lib', client))]).events;
    const [second] = decodeAll([post(exported('tickets', 'lib', server))]).events;
    expect(first?.key).toBe(second?.key);
    expect([first?.body.phase, second?.body.phase]).toEqual(['request', 'response']);
  });

  it('of two servers that were called alike are two calls', () => {
    const to = (id: string, parent: string) => span(id, 2, 'tools/call search', call, parent);
    const { events } = decodeAll([
      post(
        exported('my-agent', 'lib', client, span('c2', 3, 'tools/call search', call)),
        exported('tickets', 'lib', to('s1', 'c1')),
        exported('wiki', 'lib', to('s2', 'c2')),
      ),
    ]);
    expect(new Set(events.map(({ key }) => key)).size).toBe(2);
    expect(events.map(({ body }) => [body.agent.id, body.server.id])).toEqual([
      ['my-agent', 'tickets'],
      ['my-agent', 'wiki'],
    ]);
  });

  it('count once through the HTTP spans between them, and through a gateway that passed the request on', () => {
    const { events } = decodeAll([
      post(
        exported('my-agent', 'lib', client, span('h1', 3, 'POST', {}, 'c1')),
        exported('gateway', 'lib', span('h2', 2, 'POST', {}, 'h1'), span('g', 2, 'tools/call search', call, 'h2')),
        exported('tickets', 'lib', span('s', 2, 'tools/call search', call, 'g')),
      ),
    ]);
    expect(events.map(({ body }) => [body.agent.id, body.server.id])).toEqual([['my-agent', 'gateway']]);
  });

  it('count once where application, library and transport each leave one', () => {
    const spans = [
      span('a', 1, 'execute_tool search', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }),
      span('b', 3, 'tools/call search', call, 'a'),
      span('c', 3, 'MCP send tools/call', { 'mcp.method.name': 'tools/call', 'jsonrpc.request.id': '7' }, 'b'),
      span('d', 2, 'tools/call search', call, 'c'),
    ];
    const { events } = decodeAll([post(exported('x', 'lib', ...spans))]);
    expect(events.map(({ body }) => body.span_id)).toEqual(['d']);
  });

  describe('of a server that knows nobody, under a parent that the caller chose', () => {
    const tools = ['read_file', 'delete_all', 'drop_db'];
    const calls = tools.map((tool, i) => span(`s${i}`, 2, tool, { ...call, 'gen_ai.tool.name': tool }, 'c1'));
    const apart = calls.map((one) => post(exported('files', 'lib', one)));
    const keysOf = (posts: string[]) => decodeAll(posts).events.map(({ key, contentHash }) => `${key} ${contentHash}`);

    it('are a call each, told again or not', () => {
      for (const posts of [apart, [post(exported('files', 'lib', ...calls))]]) {
        const [first, second] = [keysOf(posts), keysOf([...posts, ...posts])];
        expect(new Set(first.map((key) => key.slice(0, 32))).size).toBe(3);
        expect(second).toEqual([...first, ...first]);
      }
    });

    it('are a call each where that parent has had its answer', () => {
      const whole = post(exported('my-agent', 'lib', client), exported('files', 'lib', calls[0]!));
      const { events } = decodeAll([whole, ...apart.slice(1)]);
      expect(new Set(events.map(({ key }) => key)).size).toBe(3);
    });

    it('conflict where nobody remembers the one before, and are not taken for it', () => {
      const [first, second] = apart.map((one) => decodeAll([one]).events[0]!);
      expect([second!.key === first!.key, second!.contentHash === first!.contentHash]).toEqual([true, false]);
    });
  });

  it('that are no call are dropped and counted', () => {
    const told = decodeAll([
      post(exported('x', 'http', span('h', 2, 'GET /health', { 'http.request.method': 'GET' }))),
    ]);
    expect([told.events.length, told.rejects.length, told.dropped]).toEqual([0, 0, 1]);
  });

  it('of a library that lists its own tools are dropped', () => {
    const list = span('l', 2, 'tools/list', { 'mcp.method.name': 'tools/list' });
    expect(decodeAll([post(exported('x', 'fastmcp', list))]).events).toHaveLength(0);
    expect(decodeAll([post(exported('x', 'other', list))]).events).toHaveLength(1);
  });
});
