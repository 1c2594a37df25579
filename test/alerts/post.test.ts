import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuard } from '../../src/alerts/guard.ts';
import { MAX_RESPONSE_BYTES, type PostOptions, post } from '../../src/alerts/post.ts';
import { parseRetryAfter } from '../../src/alerts/retry.ts';
import { receiver, TLS } from './support.ts';

const guard = createGuard({
  allowNetworks: ['127.0.0.0/8'],
  allowHttp: true,
  resolve: () => Promise.resolve(['127.0.0.1']),
});
const at = Date.parse('2026-11-20T14:00:00Z');
const opened: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(server: T): T => {
  opened.push(server);
  return server;
};
const send = (url: string, options: Partial<PostOptions> = {}, signal = new AbortController().signal) =>
  post(url, { 'content-type': 'application/json' }, '{"a":1}', at, signal, { guard, ...options });

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

/** A server that speaks bytes, not HTTP. */
async function raw(onConnection: (socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return keep({
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

describe('one guarded POST', () => {
  it('sends the body and reads the answer', async () => {
    const server = keep(await receiver((_request, response) => response.writeHead(202).end('taken\n\u001b[31m')));
    expect(await send(server.url)).toEqual({ ok: true, status: 202, detail: 'Accepted: taken \\u{1b}[31m' });
    expect(server.received).toMatchObject([
      { method: 'POST', path: '/hook', body: '{"a":1}', headers: { 'content-length': '7' } },
    ]);
  });

  it.each([301, 302, 303, 307, 308])('takes %i for a failure and follows nothing', async (status) => {
    const elsewhere = keep(await receiver());
    const server = keep(
      await receiver((_request, response) => response.writeHead(status, { location: elsewhere.url }).end()),
    );
    expect(await send(server.url)).toMatchObject({ ok: false, status, retry: true });
    expect(elsewhere.received).toEqual([]);
  });

  it.each([
    [400, { retry: false }],
    [401, { retry: true }],
    [404, { retry: true }],
    [410, { retry: false, disable: true }],
    [413, { retry: false }],
    [500, { retry: true }],
    [503, { retry: true }],
  ])('judges %i', async (status, expected) => {
    const server = keep(await receiver((_request, response) => response.writeHead(status).end()));
    expect(await send(server.url, { permanent: [400, 413] })).toMatchObject({ ok: false, status, ...expected });
  });

  it('waits as long as it is asked to', async () => {
    const server = keep(
      await receiver((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end()),
    );
    expect(await send(server.url)).toMatchObject({ ok: false, status: 429, retry: true, afterMs: 120_000 });
  });

  it('reads 64 KiB of an answer of 10 MB and cuts the rest', async () => {
    const server = keep(await receiver((_request, response) => response.writeHead(200).end('x'.repeat(10_000_000))));
    const result = await send(server.url);
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.detail.length).toBeLessThanOrEqual(MAX_RESPONSE_BYTES + 4);
  });

  it('takes an endless answer for what its status says', async () => {
    const server = keep(
      await receiver((_request, response) => {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      }),
    );
    expect(await send(server.url)).toMatchObject({ ok: true, status: 200 });
  });

  it('takes an answer cut in its body for what its status says', async () => {
    const server = await raw((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy()),
      ),
    );
    expect(await send(server.url)).toMatchObject({
      ok: false,
      status: 500,
      retry: true,
      detail: expect.stringContaining('half'),
    });
  });

  it.each([
    ['closes without an answer', (socket: net.Socket) => socket.once('data', () => socket.destroy())],
    ['resets', (socket: net.Socket) => socket.resetAndDestroy()],
    ['speaks no HTTP', (socket: net.Socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
  ])('tries again where a receiver %s', async (_what, behave) => {
    const server = await raw((socket) => void behave(socket));
    expect(await send(server.url)).toMatchObject({
      ok: false,
      status: 0,
      retry: true,
      detail: expect.not.stringContaining('stopped'),
    });
  });

  it('gives up on a receiver that hangs', async () => {
    const server = keep(await receiver(() => {}));
    expect(await send(server.url, { totalMs: 100 })).toEqual({
      ok: false,
      status: 0,
      detail: 'no answer within 100 ms',
      retry: true,
    });
  });

  it('gives up on a look-up that hangs', async () => {
    const hanging = createGuard({ resolve: () => new Promise(() => {}) });
    expect(await send('https://slow.example/', { guard: hanging, totalMs: 50 })).toMatchObject({
      ok: false,
      detail: 'no answer within 50 ms',
    });
  });

  it('gives up on a handshake that hangs', async () => {
    const server = await raw(() => {});
    expect(await send(server.url.replace('http:', 'https:'), { connectMs: 60 })).toMatchObject({
      ok: false,
      detail: 'Error: no connection within 60 ms',
    });
  });

  it('stops when told to', async () => {
    const server = keep(await receiver(() => {}));
    const stop = new AbortController();
    const sending = send(server.url, {}, stop.signal);
    stop.abort();
    expect(await sending).toMatchObject({ ok: false, detail: 'stopped' });
  });

  it('says what it refuses, without the URL', async () => {
    const result = await send('https://10.0.0.1/secret-path');
    expect(result).toMatchObject({
      ok: false,
      status: 0,
      detail: expect.stringContaining('refused: 10.0.0.1 is at 10.0.0.1 (private)'),
    });
    expect(result.detail).not.toContain('secret-path');
  });

  it('asks no proxy, whatever the environment says', async () => {
    const proxy = keep(await receiver());
    const server = keep(await receiver());
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
      process.env[name] = name.endsWith('ENV_PROXY') ? '1' : proxy.url;
    await send(server.url);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
      delete process.env[name];
    expect(server.received).toHaveLength(1);
    expect(proxy.received).toEqual([]);
  });
});

describe('TLS', () => {
  it('connects to the address that was checked, under the name that was asked for', async () => {
    const server = keep(await receiver(undefined, true));
    let lookups = 0;
    const named = createGuard({
      allowNetworks: ['127.0.0.0/8'],
      resolve: () => {
        lookups += 1;
        return Promise.resolve(['127.0.0.1']);
      },
    });
    const url = `https://receiver.example:${server.port}/hook`;
    expect(await send(url, { guard: named, ca: TLS.cert })).toMatchObject({ ok: true, status: 204 });
    expect(lookups).toBe(1);
    expect(server.received[0]?.headers.host).toBe(`receiver.example:${server.port}`);
  });

  it.each([
    ['is signed by nobody known', 'receiver.example', {}, 'TLS: DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['is for another name', 'other.example', { ca: TLS.cert }, 'TLS: ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('names the error of a certificate that %s', async (_what, name, options, detail) => {
    const server = keep(await receiver(undefined, true));
    const result = await send(`https://${name}:${server.port}/`, options);
    expect(result).toMatchObject({ ok: false, status: 0, retry: true, detail: expect.stringContaining(detail) });
    expect(server.received).toEqual([]);
  });

  it('names the error of a server that speaks no TLS', async () => {
    const server = keep(await receiver());
    expect(await send(server.url.replace('http:', 'https:'))).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^TLS: /),
    });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Fri, 20 Nov 2026 14:10:00 GMT', 600_000],
    ['Fri, 20 Nov 2026 13:00:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
    ['99999999999', 86_400_000],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfter(header, at)).toBe(expected);
  });
});
