import { type ChildProcess, spawn } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Service } from '../../src/commands/support/service.ts';
import { ROOT } from '../support/program.ts';

/** A gateway that is run as it is, between the reference server of MCP and agents, with Overreach behind it. */
export interface LiveGateway {
  name: string;
  /** Id of the agent that makes the calls of `converse`. */
  agent: string;
  installed(): boolean;
  install(): void;
  /** Starts it, makes the calls, and ends when what it published is in the record. */
  run(service: Service, folder: string): Promise<void>;
}

/** Where gateways are installed, from one run to the next. */
export const CACHE = join(homedir(), '.cache', 'overreach');

export async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}

/** Ends with the run that started it. */
export interface Started {
  child: ChildProcess;
  stop(): Promise<void>;
}

export function start(
  command: string,
  args: string[],
  { env, cwd = ROOT, onLine }: { env: NodeJS.ProcessEnv; cwd?: string; onLine(line: string): void },
): Started {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  ended.catch(() => {});
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  return {
    child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The reference server of MCP over HTTP. */
export async function startEverything(): Promise<Started & { url: string }> {
  const port = await freePort();
  const script = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js';
  const env = { PATH: process.env.PATH, PORT: String(port) };
  const started = start(process.execPath, [script, 'streamableHttp'], { env, onLine: () => {} });
  const url = `http://127.0.0.1:${port}/mcp`;
  await answers(url);
  return { ...started, url };
}

/** Waits until something answers there, whatever it says. */
export async function answers(url: string, seconds = 60): Promise<void> {
  for (const until = Date.now() + seconds * 1000; ; await new Promise((next) => setTimeout(next, 200))) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return void (await answer.body?.cancel());
    if (Date.now() > until) throw new Error(`${url}: nothing answers`);
  }
}

export interface Issuer {
  url: string;
  /** A token of this agent, for an hour. */
  token(claims: Record<string, unknown>): string;
  stop(): void;
}

/** An issuer of OpenID Connect with one key, for gateways that check tokens. */
export async function startIssuer(audience: string): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const body = request.url?.includes('openid-configuration')
      ? { issuer: url, jwks_uri: `${url}/jwks`, authorization_endpoint: `${url}/a`, token_endpoint: `${url}/t` }
      : { keys: [jwk] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    url,
    token(claims) {
      const now = Math.floor(Date.now() / 1000);
      const body = { iss: url, aud: audience, iat: now, exp: now + 3600, ...claims };
      const signed = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${part(body)}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
    },
    stop: () => server.close(),
  };
}

export async function connect(url: string, token: string, name = 'live-client'): Promise<Client> {
  const client = new Client({ name, version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

export const SUMS = 20;
/** What the agent may call, and nothing else. */
export const GRANTED = ['*echo', '*get-sum'];

/** Calls that a grant covers, one that fails, one that it does not cover, and one of what is not there; answers how many. */
export async function converse(client: Client): Promise<number> {
  const { tools } = await client.listTools();
  const named = (name: string): string => tools.find((tool) => tool.name.endsWith(name))?.name ?? name;
  let calls = 0;
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<void> => {
    calls += 1;
    await client.callTool({ name: named(name), arguments: args }).catch(() => {});
  };
  for (let n = 0; n < SUMS; n++) await call('get-sum', { a: n, b: 40 });
  await call('echo', { message: 'good morning' });
  await call('get-sum', { a: 'two' });
  await call('get-env');
  await call('no-such-tool');
  return calls;
}

/** Waits until so many events are in the record. */
export async function stored({ store }: Service, where: string, count: number, seconds = 30): Promise<void> {
  const limits = { maxRows: 1, maxSeconds: 30, maxBytes: 1e6 };
  for (
    const until = Date.now() + seconds * 1000;
    Date.now() < until;
    await new Promise((next) => setTimeout(next, 200))
  ) {
    const { rows } = await store.query(`SELECT count() AS n FROM v_events WHERE ${where}`, limits);
    if (Number(rows[0]?.n) >= count) return;
  }
  process.stdout.write(`fewer than ${count} events where ${where}\n`);
}

const LIMITS = { maxRows: 1_000, maxSeconds: 30, maxBytes: 1e7 };
export const ask = async ({ store }: Service, sql: string): Promise<Record<string, unknown>[]> =>
  (await store.query(sql, LIMITS)).rows;

const FIGURES = {
  'events: count, kind, agent, its basis, server, method, target, outcome, scope': `SELECT count(), source_kind,
    agent_id, agent_id_basis, server_id, method, target_name, outcome_status, scope
    FROM v_events GROUP BY ALL ORDER BY source_kind, agent_id, method, target_name`,
  rejects: 'SELECT count(), reason, gateway, any(detail) FROM v_rejects GROUP BY ALL',
  alerts: 'SELECT severity, detector, agent_id, title FROM v_alerts ORDER BY occurred_at',
};

/** What the record says of the run. */
export async function figures(service: Service): Promise<string> {
  let text = '';
  for (const [title, sql] of Object.entries(FIGURES)) {
    const rows = (await ask(service, sql)).map((row) => `  ${Object.values(row).map(String).join('  ')}\n`);
    text += `${title}\n${rows.join('') || '  none\n'}\n`;
  }
  return text;
}
