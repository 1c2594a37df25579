import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as api from '../../schemas/api.ts';
import { OPERATIONS } from '../../src/api/operations.ts';
import type { AppOptions } from '../../src/api/ports.ts';
import { ConfigError, QueryError } from '../../src/errors.ts';
import type { QueryLimits, Store } from '../../src/stores/store.ts';
import { ALERT, bearer, event, type Harness, harness, NOW } from './support.ts';

let held: Harness;
afterEach(() => held.close());
const get = (url: string) => held.app.inject({ url });
const query = (body: unknown) =>
  held.app.inject({
    method: 'POST',
    url: '/v1/query',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
const holds = (schema: z.ZodType, value: unknown) => expect(schema.safeParse(value).error?.message).toBeUndefined();

describe('reading', () => {
  it('answers are what the schemas say', async () => {
    held = await harness();
    held.alerts.set('a1', ALERT);
    held.deliveries.push({
      deliveryId: 'd1',
      alertId: 'a1',
      revision: 1,
      channel: 'soc',
      state: 'failed',
      attempt: 2,
      nextAttemptAt: 5,
      at: 4,
      status: 503,
      detail: 'down',
    });
    holds(
      api.alertsAnswer.strict(),
      (await get('/v1/alerts?agent=support-1&min_severity=low&status=new&limit=5')).json(),
    );
    const one = (await get('/v1/alerts/a1')).json();
    holds(api.alertAnswer.strict(), one);
    expect(one.deliveries[0]).toMatchObject({ delivery_id: 'd1', next_attempt_at: '1970-01-01T00:00:00.005Z' });
    holds(api.agentsAnswer.strict(), (await get('/v1/agents')).json());
    holds(api.statusAnswer.strict(), (await get('/v1/status')).json());
    holds(api.detectorsAnswer.strict(), (await get('/v1/detectors')).json());
    holds(api.queryAnswer.strict(), (await query({ sql: 'SELECT 1' })).json());
  });

  it('an agent id with slashes is found by its escaped form', async () => {
    held = await harness();
    expect((await get('/v1/agents/team%2Fsupport-1')).json().agent.agent_id).toBe('team/support-1');
    expect((await get('/v1/agents/nobody')).statusCode).toBe(404);
  });

  it.each([
    '/v1/alerts?limit=0',
    '/v1/alerts?since=yesterday',
    '/v1/alerts?min_severity=awful',
    '/v1/alerts?status=judged',
    '/v1/alerts?unknown=1',
  ])('%s is 400 with the name of what is wrong', async (url) => {
    held = await harness();
    const answer = await get(url);
    holds(api.problemSchema.strict(), answer.json());
    expect([answer.statusCode, answer.json().detail.startsWith('query')]).toEqual([400, true]);
  });

  it('another method than those of an address is 405, and says which there are', async () => {
    held = await harness();
    for (const [method, url, allow] of [
      ['GET', '/v1/events', 'POST'],
      ['PUT', '/v1/agents/a.b?x=1', 'GET'],
      ['DELETE', '/openapi.json', 'GET'],
    ] as const) {
      const answer = await held.app.inject({ method, url });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
      holds(api.problemSchema.strict(), answer.json());
    }
    expect((await get('/openapi_json')).statusCode).toBe(404);
  });

  it('404 is a problem like any other', async () => {
    held = await harness();
    for (const url of ['/nothing', '/v1/alerts/none']) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      holds(api.problemSchema.strict(), answer.json());
    }
  });

  it('so is an address that cannot be decoded', async () => {
    held = await harness();
    const answer = await get('/v1/alerts/%ff');
    expect(answer.statusCode).toBe(400);
    holds(api.problemSchema.strict(), answer.json());
  });
});

describe('POST /v1/query', () => {
  it('hands statement and parameters on, and no more rows than are allowed', async () => {
    held = await harness();
    await query({ sql: ' SELECT {a:String} ', params: { a: "x'" }, max_rows: 5000 });
    await query({ sql: 'SELECT 1', max_rows: 3 });
    await query({ sql: 'SELECT {of:Array(String)}', params: { of: ['a', "x'"] } });
    expect((await query({ sql: ' ' })).json().detail).toBe('body.sql: there is no statement');
    expect(held.queries).toEqual([
      { sql: 'SELECT {a:String}', params: { a: "x'" }, maxRows: 100 },
      { sql: 'SELECT 1', params: undefined, maxRows: 3 },
      { sql: 'SELECT {of:Array(String)}', params: { of: ['a', "x'"] }, maxRows: 100 },
    ]);
  });

  it.each([
    [{}],
    [{ sql: '' }],
    [{ sql: 1 }],
    [{ sql: 'SELECT 1', more: 1 }],
    [[]],
    [{ sql: 'x', params: { 'a-b': 1 } }],
    [{ sql: 'x', params: { a: { b: 1 } } }],
  ])('%j is 400', async (body) => {
    held = await harness();
    expect((await query(body)).statusCode).toBe(400);
    expect(held.queries).toEqual([]);
  });

  it('says what is wrong with a statement, and runs only a few at a time', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let asked = 0;
    const store = {
      query: async () => {
        asked += 1;
        await gate;
        throw new QueryError('Syntax error near FORM');
      },
    };
    held = await harness();
    const other = await harness({ options: { store: store as unknown as AppOptions['store'] } });
    const ask = () =>
      other.app.inject({
        method: 'POST',
        url: '/v1/query',
        headers: { 'content-type': 'application/json' },
        payload: '{"sql":"SELECT 1 FORM"}',
      });
    const running = [ask(), ask(), ask(), ask()];
    await expect.poll(() => asked).toBe(4);
    const fifth = await ask();
    expect([fifth.statusCode, fifth.headers['retry-after']]).toEqual([429, '2']);
    open();
    const [first] = await Promise.all(running);
    expect([first!.statusCode, first!.json().detail]).toEqual([400, 'Syntax error near FORM']);
    await other.close();
  });
});

describe('verdicts and reload', () => {
  const say = (id: string, body: unknown, headers = bearer('analyst')) =>
    held.app.inject({
      method: 'POST',
      url: `/v1/alerts/${id}/verdict`,
      headers: { ...headers, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });

  it("the author is the token's name, whatever the body says", async () => {
    held = await harness({ guarded: true });
    held.alerts.set('a1', ALERT);
    const answer = await say('a1', {
      verdict: 'safe',
      reason: 'release',
      author: 'somebody else',
      expires_at: '2026-12-01T00:00:00Z',
    });
    expect(answer.statusCode).toBe(200);
    holds(api.verdictAnswer.strict(), answer.json());
    expect(held.verdicts).toMatchObject([
      { verdict: 'safe', author: 'analyst', alert_id: 'a1', at: '2026-11-20T12:00:00.000Z' },
    ]);
    const list = await held.app.inject({ url: '/v1/verdicts?limit=5', headers: bearer('reader') });
    holds(api.verdictsAnswer.strict(), list.json());
    expect(list.json().verdicts).toMatchObject([{ alert_id: 'a1', verdict: 'safe', hidden: 3 }]);
    expect((await say('a1', { verdict: 'nonsense' })).statusCode).toBe(400);
    const late = await say('a1', { verdict: 'safe', expires_at: '2026-11-20T12:00:00Z' });
    expect([late.statusCode, late.json().detail]).toEqual([400, expect.stringContaining('expires_at: it is past')]);
    expect(held.verdicts).toHaveLength(1);
    expect((await say('none', { verdict: 'safe' })).statusCode).toBe(404);
  });

  it('puts deliveries back, and notes reviews under the name of the token', async () => {
    held = await harness({ guarded: true });
    held.alerts.set('a1', ALERT);
    const send = (url: string, body: unknown) =>
      held.app.inject({
        method: 'POST',
        url,
        headers: { ...bearer('analyst'), 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      });
    const again = await send('/v1/alerts/resend', { ids: ['a1'], channel: 'soc' });
    expect(again.json()).toEqual({ resent: 1 });
    holds(api.resendAnswer.strict(), again.json());
    expect((await send('/v1/alerts/resend', { ids: ['none'] })).statusCode).toBe(404);
    const nowhere = await send('/v1/alerts/resend', { ids: ['a1'], channel: 'sco' });
    expect([nowhere.statusCode, nowhere.json().detail]).toEqual([400, 'body.channel: none is named sco']);
    expect(nowhere.json().mend, 'no file is wrong').toBe('there are: soc');
    expect((await send('/v1/alerts/resend', {})).json().detail).toBe('body: ids or since');
    const review = await send('/v1/connections/review', { agent: 'a', server: 'vault', note: 'fine', by: 'me' });
    expect(review.statusCode).toBe(400);
    holds(api.reviewAnswer.strict(), (await send('/v1/connections/review', { agent: 'a', server: 'vault' })).json());
    expect(held.reviews).toEqual([{ agent: 'a', server: 'vault', note: '', by: 'analyst', at: NOW }]);
  });

  it('a broken file is 422, and says so', async () => {
    held = await harness({
      guarded: true,
      options: { reload: () => Promise.reject(new ConfigError('grants.yaml: grants[3].agents: expected array')) },
    });
    const answer = await held.app.inject({ method: 'POST', url: '/v1/grants/reload', headers: bearer('admin') });
    expect([answer.statusCode, answer.json().error]).toEqual([422, 'invalid_configuration']);
    expect(answer.json().detail).toContain('grants[3].agents');
  });
});

describe('health', () => {
  it('ready only when recovered and the store answers', async () => {
    held = await harness({ guarded: true });
    expect((await get('/healthz')).statusCode).toBe(200);
    expect((await get('/readyz')).statusCode).toBe(200);
    held.trouble.notReady = 'http/0 is being recovered';
    expect([(await get('/readyz')).statusCode, (await get('/readyz')).json().detail]).toEqual([
      503,
      'http/0 is being recovered',
    ]);
    held.trouble.notReady = null;
    held.trouble.store = 'ECONNREFUSED';
    expect([(await get('/readyz')).statusCode, (await get('/readyz')).json().detail]).toEqual([
      503,
      'the store is down',
    ]);
    expect((await get('/healthz')).statusCode).toBe(200);
  });

  it('metrics in the exposition format', async () => {
    held = await harness();
    await get('/v1/status');
    const answer = await get('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain(
      'overreach_http_request_seconds_count{route="/v1/status",method="GET",status="200"} 1',
    );
  });
});

describe('what is served of itself', () => {
  it('openapi.json lists every route, and no other', async () => {
    const routes: string[] = [];
    held = await harness();
    const listed = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/, ':$1')}`);
    for (const line of listed) {
      const [method, url] = line.split(' ') as ['GET' | 'POST', string];
      if (held.app.hasRoute({ method, url })) routes.push(line);
    }
    expect(routes).toEqual(listed);
    const served = held.app.printRoutes({ commonPrefix: false }).match(/\((?:GET|POST)/g)!.length;
    // The page is fourteen files, for people.
    expect(served).toBe(listed.length + 14);
    const document = (await get('/openapi.json')).json();
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3']);
    expect(document.paths['/v1/query'].post.security).toEqual([{ token: [] }, {}]);
    expect(document.paths['/v1/alerts/{id}/verdict'].post.security).toEqual([{ token: [] }]);
    expect(document.paths['/v1/alerts/{id}/verdict'].post).toMatchObject({ 'x-role': 'respond' });
  });

  it('schemas of the event and of the configuration', async () => {
    held = await harness();
    expect((await get('/schema/event.json')).json().required).toContain('occurred_at');
    expect((await get('/schema/config.json')).json().properties).toHaveProperty('http');
  });

  it('security headers on everything', async () => {
    held = await harness();
    for (const url of ['/', '/v1/alerts', '/nothing', '/page/page.js']) {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
  });
});

describe('limits', () => {
  it('one address may read so often and no oftener; ingest is bounded by its queue alone', async () => {
    held = await harness();
    let answer = await get('/v1/agents');
    for (let asked = 1; answer.statusCode === 200 && asked < 1300; asked++) answer = await get('/v1/agents');
    expect([answer.statusCode, answer.json().error]).toEqual([429, 'too_many']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    holds(api.problemSchema.strict(), answer.json());
    expect((await get('/readyz')).statusCode).toBe(200);
  });

  it('each token has its own share, although a proxy makes all of them one address', async () => {
    held = await harness({ guarded: true });
    const ask = (name: 'reader' | 'analyst') => held.app.inject({ url: '/v1/agents', headers: bearer(name) });
    let answer = await ask('reader');
    for (let asked = 1; answer.statusCode === 200 && asked < 1300; asked++) answer = await ask('reader');
    expect([answer.statusCode, answer.json().detail]).toEqual([429, 'too many requests with this token']);
    expect((await ask('analyst')).statusCode).toBe(200);
  });
});

describe('over a real socket', () => {
  it('takes a chunked body of 20,000 lines, and stops cleanly', async () => {
    held = await harness();
    const address = await held.app.listen({ host: '127.0.0.1', port: 0 });
    async function* chunks() {
      for (let part = 0; part < 20; part++)
        yield Buffer.from(
          Array.from({ length: 1000 }, (_, index) => `${JSON.stringify(event(`e${part}-${index}`))}\n`).join(''),
        );
    }
    const answer = await fetch(`${address}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: chunks(),
      duplex: 'half',
    } as unknown as RequestInit);
    expect([answer.status, ((await answer.json()) as api.IngestAnswer).accepted]).toEqual([202, 20_000]);
    expect(held.batches.map(({ records }) => records.length)).toEqual([5000, 5000, 5000, 5000]);
  });

  it('answers what comes while it stops as everything else, with when to come again', async () => {
    held = await harness();
    const { port } = new URL(await held.app.listen({ host: '127.0.0.1', port: 0 }));
    const release = held.hold();
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    const body = JSON.stringify(event('in-hand'));
    const type = `content-type: application/json\r\ncontent-length: ${body.length}`;
    socket.write(`POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${type}\r\n\r\n${body}`);
    await expect.poll(() => held.batches.length).toBe(1);
    const closed = held.app.close();
    await expect.poll(() => held.app.server.listening).toBe(false);
    socket.write(`GET /v1/agents HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    release();
    const answers = (await socket.toArray()).join('');
    const [head = '', problem = ''] = answers.slice(answers.lastIndexOf('HTTP/1.1')).split('\r\n\r\n');
    expect(answers).toMatch(/^HTTP\/1\.1 202/);
    expect(head).toMatch(/^HTTP\/1\.1 503.*retry-after: 1$/ms);
    holds(api.problemSchema.strict(), JSON.parse(problem));
    await closed;
    expect(held.logged.join('')).not.toMatch(/abort|503|failed/);
  });

  it.each([
    [400, 'NONSENSE\r\n\r\n'],
    [431, `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('answers with %i what cannot be read as HTTP, as everything else', async (status, request) => {
    held = await harness();
    const { port } = new URL(await held.app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    socket.write(request);
    const [head = '', problem = ''] = (await socket.toArray()).join('').split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    holds(api.problemSchema.strict(), JSON.parse(problem));
  });

  it('ends the query of a client that is gone', async () => {
    let begun: (gone: AbortSignal) => void = () => {};
    const running = new Promise<AbortSignal>((resolve) => {
      begun = resolve;
    });
    const query = async (_sql: string, { gone }: QueryLimits) => {
      begun(gone!);
      await once(gone!, 'abort');
      throw new QueryError('nobody waits');
    };
    held = await harness({ options: { store: { query } as unknown as Store } });
    const address = await held.app.listen({ host: '127.0.0.1', port: 0 });
    const client = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const asked = fetch(`${address}/v1/query`, {
      method: 'POST',
      headers,
      body: '{"sql":"SELECT 1"}',
      signal: client.signal,
    });
    const gone = await running;
    client.abort();
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => gone.aborted).toBe(true);
  });

  it('a body larger than an address takes is not said to be what the configuration forbids', async () => {
    held = await harness();
    const answer = await held.app.inject({
      method: 'POST',
      url: '/v1/query',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ sql: `SELECT '${'x'.repeat(300_000)}'` }),
    });
    expect([answer.statusCode, answer.json().error]).toEqual([413, 'too_large']);
    expect(answer.json().detail).toBe('the body, unpacked, is larger than this address takes');
  });

  it('answers 413 to who keeps sending', async () => {
    held = await harness({ http: { body_limit_mb: 1 } });
    const address = await held.app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${address}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(4_000_000, 0x20),
    });
    expect(answer.status).toBe(413);
  });
});
