import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { bearer, event, type Harness, harness } from './support.ts';

let held: Harness;
afterEach(() => held.close());

const post = (body: string | Buffer, headers: Record<string, string> = {}, query = '') =>
  held.app.inject({
    method: 'POST',
    url: `/v1/events${query}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
const ndjson = { 'content-type': 'application/x-ndjson' };
const text = (...events: object[]): string => events.map((one) => JSON.stringify(one)).join('\n');

describe('what a body may be', () => {
  const two = [event('a'), event('b')];
  const bodies: [string, string | Buffer, Record<string, string>][] = [
    ['an array', JSON.stringify(two, null, 2), {}],
    ['NDJSON', `${text(...two)}\n`, ndjson],
    ['NDJSON with blank lines and CRLF', `\r\n${text(...two).replace('\n', '\r\n\r\n')}\r\n`, ndjson],
    ['NDJSON said to be JSON', text(...two), {}],
    ['gzip', gzipSync(text(...two)), { ...ndjson, 'content-encoding': 'gzip' }],
    ['a charset', text(...two), { 'content-type': 'application/json; charset=utf-8' }],
    ['a byte order mark', `\ufeff${JSON.stringify(two)}`, {}],
  ];
  it.each(bodies)('%s', async (_name, body, headers) => {
    held = await harness();
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ accepted: 2, duplicates: 0, dropped: 0, rejected: [], rejected_total: 0 });
    expect(held.batches[0]!.records.map(({ offset }) => offset)).toEqual([100, 101]);
  });

  it('one pretty-printed event', async () => {
    held = await harness();
    expect((await post(JSON.stringify(event('a'), null, 2))).json().accepted).toBe(1);
  });

  it('hands elements on as they were sent, brackets and quotes in strings included', async () => {
    held = await harness();
    const one = '{"a": "]}, \\" \\\\", "n": 1.0, "big": 12345678901234567890}';
    await post(`[ ${one} ,{"b":[[1],[2]]}]`);
    expect(held.batches[0]!.records.map(({ value }) => String(value))).toEqual([one, '{"b":[[1],[2]]}']);
  });

  it('an empty array brings nothing, and that is no mistake', async () => {
    held = await harness();
    const answer = await post('[]');
    expect([answer.statusCode, answer.json().accepted]).toEqual([202, 0]);
  });

  it('attributes of a binary CloudEvent go with it', async () => {
    held = await harness();
    const { event_id: _id, ...rest } = event('a') as Record<string, unknown>;
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'ce-9', 'ce-type': 'call', 'ce-source': 'gw' };
    expect((await post(JSON.stringify(rest), headers)).statusCode).toBe(202);
    expect(held.batches[0]!.records[0]!.headers).toMatchObject({ ce_id: 'ce-9', ce_source: 'gw' });
  });

  it('the session that messages of MCP went over goes with them', async () => {
    held = await harness();
    const messages = [
      { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'search' } },
      { jsonrpc: '2.0', id: 7, result: {} },
    ];
    for (const message of messages)
      expect((await post(JSON.stringify(message), { 'mcp-session-id': 's-1' })).statusCode).toBe(202);
    const headers = held.batches.flatMap(({ records }) => records.map((record) => record.headers));
    expect(headers).toEqual([{ 'mcp-session-id': 's-1' }, { 'mcp-session-id': 's-1' }]);
  });
});

describe('what is wrong in a body', () => {
  it('a bad line is a reject with its index and reason, its neighbours are stored', async () => {
    held = await harness();
    const answer = await post(`${text(event('a'))}\n{"broken\n${text(event('b'), { method: 'x' })}`, ndjson);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ accepted: 2, rejected_total: 2 });
    expect(
      answer.json().rejected.map(({ index, reason }: { index: number; reason: string }) => [index, reason]),
    ).toEqual([
      [1, 'not_json'],
      [3, 'unknown_format'],
    ]);
  });

  it('400 where not one could be understood, with every reason', async () => {
    held = await harness();
    const answer = await post('nonsense\nmore', ndjson);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'all_rejected', accepted: 0, rejected_total: 2 });
    expect(answer.json().detail).toContain('not_json');
  });

  it('a line that is no JSON takes none with it where lines are said to be one text', async () => {
    held = await harness();
    const answer = await post(`${text(event('a'))}\nnot json\n${text(event('b'))}\n`, { 'content-type': 'text/plain' });
    expect(answer.json()).toMatchObject({ accepted: 2, rejected: [{ index: 1, reason: 'not_json' }] });
  });

  it.each([
    ['an empty body', ' \n ', {}, 400, 'empty'],
    ['an array without an end', '[{"a":1}', {}, 400, 'unreadable'],
    ['more behind the array', '[{"a":1}] x', {}, 400, 'unreadable'],
    ['an unknown type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_type'],
    ['an unknown encoding', 'x', { 'content-encoding': 'br' }, 415, 'unsupported_encoding'],
    ['a broken gzip', 'not gzip', { 'content-encoding': 'gzip' }, 400, 'unreadable'],
  ])('%s', async (_name, body, headers, status, error) => {
    held = await harness();
    const answer = await post(body, headers);
    expect([answer.statusCode, answer.json().error]).toEqual([status, error]);
    expect(Object.keys(answer.json())).toEqual(['error', 'detail', 'mend']);
  });

  it('a cut gzip is unreadable', async () => {
    held = await harness();
    const answer = await post(gzipSync(text(event('a'))).subarray(0, 40), { 'content-encoding': 'gzip' });
    expect(answer.statusCode).toBe(400);
  });

  it('takes a limit that is a fraction of a megabyte', async () => {
    held = await harness({ http: { body_limit_mb: 0.3 } });
    const send = (payload: string) =>
      held!.app.inject({ method: 'POST', url: '/v1/events', payload, headers: { 'content-type': 'application/json' } });
    expect((await send('{}')).statusCode).toBe(400);
    expect((await send(JSON.stringify({ text: 'x'.repeat(400_000) }))).statusCode).toBe(413);
  });

  it('413 for a body too large, and for a small one that unpacks to too much', async () => {
    held = await harness({ http: { body_limit_mb: 1 } });
    expect((await post(Buffer.alloc(1_100_000, 0x20))).statusCode).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await post(bomb, { 'content-encoding': 'gzip' });
    expect([answer.statusCode, answer.json().error]).toEqual([413, 'too_large']);
  });
});

describe('durability and load', () => {
  it('is answered only when the batch is settled', async () => {
    held = await harness();
    const open = held.hold();
    let answered = false;
    const answer = post(JSON.stringify(event('a'))).then((response) => {
      answered = true;
      return response;
    });
    await expect.poll(() => held.batches.length).toBe(1);
    expect(answered).toBe(false);
    open();
    expect((await answer).statusCode).toBe(202);
  });

  it('429 with Retry-After where too many wait', async () => {
    held = await harness({ http: { max_pending_events: 2 } });
    const open = held.hold();
    const first = post(text(event('a'), event('b')), ndjson);
    await expect.poll(() => held.batches.length).toBe(1);
    const refused = await post(JSON.stringify(event('c')));
    expect([refused.statusCode, refused.json().error]).toEqual([429, 'busy']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    open();
    expect((await first).statusCode).toBe(202);
    expect((await post(JSON.stringify(event('c')))).statusCode).toBe(202);
  });

  it('a repeated post is all duplicates', async () => {
    held = await harness();
    await post(JSON.stringify(event('a')));
    expect((await post(JSON.stringify(event('a')))).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});

describe('who may send', () => {
  it('the token names the instance and bounds the agents', async () => {
    held = await harness({ guarded: true });
    const mine = await post(JSON.stringify(event('a')), bearer('gateway'));
    expect(mine.statusCode).toBe(202);
    expect(held.batches[0]).toMatchObject({ instance: 'gateway', agents: ['support-*'] });
    const foreign = await post(JSON.stringify(event('b', { agent: { id: 'deployer' } })), bearer('gateway'));
    expect([foreign.statusCode, foreign.json().rejected[0].reason]).toEqual([400, 'forbidden_agent']);
    expect(foreign.json().mend).toContain('http.tokens[].agents');
  });

  it('backfill needs the role admin once there are tokens', async () => {
    held = await harness({ guarded: true });
    expect((await post(JSON.stringify(event('a')), bearer('gateway'), '?backfill=1')).statusCode).toBe(403);
    expect((await post(JSON.stringify(event('a')), bearer('admin'), '?backfill=1')).statusCode).toBe(202);
    expect(held.batches[0]!.backfill).toBe(true);
  });

  it.each([
    ['?backfil=1', 'query: Unrecognized key: "backfil"'],
    ['?gateway=toolhiv', 'query.gateway: there is no gateway toolhiv'],
  ])('%s is told, and nothing is taken for what it was not meant to be', async (query, detail) => {
    held = await harness();
    const answer = await post(JSON.stringify(event('a')), {}, query);
    expect([answer.statusCode, answer.json().detail]).toEqual([400, detail]);
    expect(held.batches).toEqual([]);
    expect((await post(JSON.stringify(event('a')), {}, '?gateway=toolhive')).statusCode).not.toBe(500);
  });

  it('without tokens, on loopback, anybody may backfill', async () => {
    held = await harness();
    expect((await post(JSON.stringify(event('a')), {}, '?backfill=true')).statusCode).toBe(202);
    expect((await post(JSON.stringify(event('a')), {}, '?backfill=perhaps')).statusCode).toBe(400);
  });
});
