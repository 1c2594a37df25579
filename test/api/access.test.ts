import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { readTokens } from '../../src/api/access.ts';
import { hostCheck } from '../../src/api/guard.ts';
import { bearer, type Harness, harness, TOKENS } from './support.ts';

let held: Harness | undefined;
afterEach(async () => {
  await held?.close();
  held = undefined;
});

const ROUTES = [
  ['GET', '/v1/alerts', 'read'],
  ['GET', '/v1/agents', 'read'],
  ['GET', '/v1/status', 'read'],
  ['GET', '/v1/detectors', 'read'],
  ['GET', '/metrics', 'read'],
  ['POST', '/v1/query', 'read'],
  ['POST', '/v1/events', 'ingest'],
  ['POST', '/v1/traces', 'ingest'],
  ['POST', '/v1/logs', 'ingest'],
  ['POST', '/v1/metrics', 'ingest'],
  ['POST', '/v1/alerts/x/verdict', 'respond'],
  ['POST', '/v1/alerts/resend', 'respond'],
  ['POST', '/v1/connections/review', 'respond'],
  ['POST', '/v1/grants/reload', 'admin'],
] as const;
const MAY = {
  gateway: ['ingest'],
  reader: ['read'],
  analyst: ['read', 'respond'],
  admin: ['ingest', 'read', 'respond', 'admin'],
} as const;

describe('roles', () => {
  it.each(ROUTES)('%s %s is for %s alone', async (method, url, role) => {
    held = await harness({ guarded: true });
    const ask = (headers: Record<string, string>) => held!.app.inject({ method, url, headers });
    const without = await ask({});
    expect(without.statusCode).toBe(401);
    expect(without.headers['www-authenticate']).toContain('Bearer');
    expect((await ask({ authorization: 'Bearer wrong-token-wrong-token' })).statusCode).toBe(401);
    expect((await ask({ authorization: `Basic ${TOKENS.admin}` })).statusCode).toBe(401);
    for (const [name, roles] of Object.entries(MAY)) {
      const { statusCode } = await ask(bearer(name as keyof typeof MAY));
      if ((roles as readonly string[]).includes(role)) expect([401, 403], `${name} ${url}`).not.toContain(statusCode);
      else expect(statusCode, `${name} ${url}`).toBe(403);
    }
  });

  it('respond and admin need a token even where none is configured', async () => {
    held = await harness();
    for (const url of ['/v1/alerts/x/verdict', '/v1/grants/reload']) {
      const answer = await held.app.inject({ method: 'POST', url });
      expect([answer.statusCode, answer.json().mend]).toEqual([401, 'add one to http.tokens']);
    }
    expect((await held.app.inject({ url: '/v1/alerts' })).statusCode).toBe(200);
  });

  it('no token is ever in the log or in an answer', async () => {
    held = await harness({ guarded: true, options: { status: () => Promise.reject(new Error('boom')) } });
    const answer = await held.app.inject({ url: '/v1/status', headers: bearer('reader') });
    expect([answer.statusCode, answer.body.includes('boom')]).toEqual([503, false]);
    expect(held.logged.join('')).toContain('boom');
    expect(held.logged.join('')).not.toContain(TOKENS.reader);
  });
});

describe('tokens and the open door', () => {
  const tokens = configSchema.parse({
    http: {
      tokens: [
        { name: 'a', token_env: 'A' },
        { name: 'b', token_env: 'B' },
      ],
    },
  }).http.tokens;
  it('short and equal tokens are mistakes of the configuration', () => {
    expect(() => readTokens(tokens, () => 'short')).toThrow(
      'http.tokens.0.token_env: A must have at least 16 characters',
    );
    expect(() => readTokens(tokens, () => 'the-same-token-twice')).toThrow('b and a have the same token');
  });

  it.each(['0.0.0.0', '::', '10.0.0.5', 'overreach.example'])('refuses %s without tokens', async (host) => {
    await expect(harness({ http: { host } })).rejects.toMatchObject({ name: 'ConfigError' });
  });
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('takes %s without tokens', async (host) => {
    held = await harness({ http: { host } });
  });
  it('takes 0.0.0.0 with tokens', async () => {
    held = await harness({ guarded: true, http: { host: '0.0.0.0' } });
  });
});

describe('Host and Origin', () => {
  const check = (http: object, host: string) => hostCheck(configSchema.parse({ http }).http)(host);
  it.each([
    [{}, '127.0.0.1:8410', true],
    [{}, 'localhost:9999', true],
    [{}, 'LOCALHOST', true],
    [{}, '[::1]:8410', true],
    [{}, 'evil.example:8410', false],
    [{}, 'localhost.evil.example', false],
    [{}, '127.0.0.1.evil.example', false],
    [{}, '10.0.0.5:8410', false],
    [{}, '', false],
    [{ host: '0.0.0.0' }, '10.0.0.5:8410', true],
    [{ host: '0.0.0.0' }, 'evil.example', false],
    [{ allowed_hosts: ['Overreach.internal'] }, 'overreach.internal:443', true],
    [{ allowed_hosts: ['overreach:8410'] }, 'overreach:8410', true],
    [{ allowed_hosts: ['overreach:8410'] }, 'overreach:1', false],
  ])('%j and Host %s: %s', (http, host, expected) => expect(check(http, host)).toBe(expected));

  it('a rebound name is refused before anything else', async () => {
    held = await harness();
    const answer = await held.app.inject({ url: '/v1/alerts', headers: { host: 'evil.example' } });
    expect([answer.statusCode, answer.json().error]).toEqual([403, 'host_refused']);
  });

  it('foreign pages are refused, our own and allowed ones are not', async () => {
    held = await harness({ http: { allowed_origins: ['https://soc.example'] } });
    const ask = (origin: string, method: 'GET' | 'OPTIONS' = 'GET') =>
      held!.app.inject({ method, url: '/v1/alerts', headers: { host: 'localhost:8410', origin } });
    expect((await ask('https://evil.example')).statusCode).toBe(403);
    expect((await ask('null')).statusCode).toBe(403);
    expect((await ask('http://localhost:1')).statusCode).toBe(403);
    expect((await ask('http://localhost:8410')).statusCode).toBe(200);
    const allowed = await ask('https://soc.example');
    expect(allowed.headers['access-control-allow-origin']).toBe('https://soc.example');
    expect((await ask('https://soc.example', 'OPTIONS')).statusCode).toBe(204);
    expect((await ask('https://evil.example', 'OPTIONS')).statusCode).toBe(403);
  });
});
