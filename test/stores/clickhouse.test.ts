import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../../src/commands/query.ts';
import { ConfigError, OperationError } from '../../src/errors.ts';
import type { ClickHouseOptions } from '../../src/stores/clickhouse.ts';
import { isRetryable } from '../../src/stores/errors.ts';
import { openClickHouse } from '../../src/stores/sql-store.ts';
import { alertNumber } from '../alerts/support.ts';
import { storeContract } from '../contracts/store.ts';
import { type Front, startFront } from '../support/chdb-http-front.ts';
import { gather, judged, NOW, OPTIONS, rowsOf, series, temporaryFolder } from './support.ts';

const PASSWORD = 's3cret "\\é';
const server = (url: string, over: Partial<ClickHouseOptions> = {}): ClickHouseOptions => ({
  url,
  username: 'overreach',
  password: PASSWORD,
  database: 'the-record.1',
  requestTimeoutMs: 30_000,
  compression: true,
  ...over,
});

/** What a user's profile may hold, and what we rely on being otherwise. */
const PROFILE = [
  'join_use_nulls = 1',
  'aggregate_functions_null_for_empty = 1',
  'data_type_default_nullable = 1',
  "date_time_input_format = 'basic'",
];

/** With settings of its own is the harder case: without any the same statements are held to the contract on chDB. */
describe('the store on a server whose user has settings of its own', () => {
  storeContract(async () => {
    const folder = await temporaryFolder();
    const profile = PROFILE.map((setting) => `SET ${setting}`).join('; ');
    const front = await startFront({ path: folder.path, user: 'overreach', password: PASSWORD, profile });
    const close = async (): Promise<void> => {
      await front.close();
      await folder.remove();
    };
    return { store: await openClickHouse(server(front.url), OPTIONS), close };
  });
});

/** A server that takes everything and never answers what a person asks. */
async function quietServer() {
  const asked: IncomingMessage[] = [];
  const quiet = createHttpServer((request, response) => {
    if (request.url!.includes('readonly=1')) asked.push(request);
    else response.end();
  }).listen(0, '127.0.0.1');
  await once(quiet, 'listening');
  const { port } = quiet.address() as AddressInfo;
  const store = await openClickHouse(server(`http://127.0.0.1:${port}`), OPTIONS);
  const close = async (): Promise<void> => {
    await store.close();
    quiet.close();
  };
  return { store, asked, close };
}

it('who asked and is gone has the server end the query, and frees its connection', async () => {
  const { store, asked, close } = await quietServer();
  const client = new AbortController();
  const limits = { maxRows: 1, maxSeconds: 60, maxBytes: 1_000, gone: client.signal };
  const answer = store.query('SELECT sum(number) FROM numbers(1e15)', limits);
  await expect.poll(() => asked.length).toBe(1);
  client.abort();
  await expect(answer).rejects.toThrow('nobody waits for the answer any more');
  await expect.poll(() => asked[0]!.socket.destroyed).toBe(true);
  expect(asked[0]!.url).toContain('cancel_http_readonly_queries_on_client_close=1');
  await close();
});

it('waits for an answer as long as the query may take, and the server bounds that', async () => {
  const opened: Socket[] = [];
  const listener = (message: unknown): void => void opened.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', listener);
  const { store, asked, close } = await quietServer();
  const client = new AbortController();
  const limits = { maxRows: 1, maxSeconds: 300, maxBytes: 1_000, gone: client.signal };
  const answer = store.query('SELECT sum(number) FROM numbers(1e15)', limits);
  await expect.poll(() => asked.length).toBe(1);
  const ours = opened.find(({ localPort }) => localPort === asked[0]!.socket.remotePort);
  expect(ours!.timeout).toBeGreaterThan(300_000);
  expect(asked[0]!.url).toContain('max_execution_time=300');
  client.abort();
  await expect(answer).rejects.toThrow();
  unsubscribe('net.client.socket', listener);
  await close();
});

it('an analyst sees the same over a client of his own, whatever his profile says', async () => {
  const folder = await temporaryFolder();
  const profile = PROFILE.map((setting) => `SET ${setting}`).join('; ');
  const front = await startFront({ path: folder.path, user: 'overreach', password: PASSWORD, profile });
  const store = await openClickHouse(server(front.url), OPTIONS);
  const own = createClient({ url: front.url, username: 'overreach', password: PASSWORD, database: 'the-record.1' });
  try {
    await store.migrate();
    await store.writeAlerts([alertNumber(1), alertNumber(2)]);
    const at = '2026-11-20T15:00:00.000Z';
    const verdict = 'safe' as const;
    await store.writeVerdicts([{ alert_id: alertNumber(2).alert_id, at, author: 'mia', verdict, reason: 'why' }]);
    const version = (id: string, loadedAt: number) => ({
      kind: 'grants',
      version: id,
      content: JSON.stringify({ file: { grants: [{ id, agents: ['a'] }] } }),
      loadedAt,
    });
    await store.writeInput(version('before', NOW));
    await store.writeAdoption({ partition: '', kind: 'grants', version: 'before', fromOffset: 0, epoch: 0 });
    await store.writeInput(version('now', Date.UTC(2199, 0, 1)));
    await store.writeEvents(
      store.pack([...series(0, 10), judged(10, { body: { user: { email: 'mia@acme.example' } } })]),
    );
    const views = VIEWS.map((view) => `SELECT * FROM ${view}`);
    for (const of of ['SELECT grant_id FROM grants', ...views]) {
      const sql = `${of} ORDER BY ALL`;
      const seen = await own.query({ query: `${sql} SETTINGS date_time_output_format = 'iso'`, format: 'JSONEachRow' });
      expect(await seen.json()).toEqual(await rowsOf(store, sql));
    }
    expect(await rowsOf(store, 'SELECT status, verdict_by FROM v_alerts ORDER BY alert_id')).toEqual([
      { status: 'new', verdict_by: '' },
      { status: 'resolved', verdict_by: 'mia' },
    ]);
    expect(await rowsOf(store, 'SELECT grant_id FROM grants')).toEqual([{ grant_id: 'now' }]);
  } finally {
    await own.close();
    await store.close();
    await front.close();
    await folder.remove();
  }
});

describe('a server that is configured wrongly', () => {
  let front: Front;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    front = await startFront({ path: folder.path, user: 'overreach', password: PASSWORD, mayCreate: false });
  });
  afterAll(async () => {
    await front.close();
    await folder.remove();
  });

  it.each([
    [
      'a wrong password',
      { password: 'wrong' },
      ConfigError,
      /^store\.password_env: http:\/\/127\.0\.0\.1:\d+ does not let user overreach in with this password$/,
    ],
    ['an unknown user', { username: 'nobody' }, ConfigError, /^store\.password_env: .* user nobody/],
    [
      'a database that may not be made',
      {},
      ConfigError,
      /^store\.database: the-record\.1 does not exist at .*, and user overreach may not create it$/,
    ],
    [
      'an address where nothing answers',
      { url: 'http://127.0.0.1:1' },
      OperationError,
      /^store\.url: no ClickHouse server answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)$/,
    ],
    [
      'a name that does not exist',
      { url: 'http://nowhere.invalid' },
      OperationError,
      /^store\.url: no ClickHouse server answers at http:\/\/nowhere\.invalid \((ENOTFOUND|EAI_AGAIN)\)$/,
    ],
  ])('says in one line what is wrong: %s', async (_, over, kind, message) => {
    const opened = openClickHouse(server(front.url, over), OPTIONS);
    await expect(opened).rejects.toThrow(kind);
    await expect(opened).rejects.toThrow(message);
  });

  it('can do with a database that exists already', async () => {
    const store = await openClickHouse(server(front.url, { database: 'default' }), OPTIONS);
    await store.migrate();
    await store.writeEvents(store.pack(series(0, 3)));
    expect(await store.nextOffset({ source: 'http', partition: 0 })).toBe(3);
    await store.close();
  });
});

describe('a server that dies', () => {
  const script = fileURLToPath(new URL('../support/chdb-http-front.ts', import.meta.url));
  async function startProcess(path: string, port: string) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, '--path', path, '--port', port], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const url = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
    return { url, kill };
  }

  it('loses nothing and holds each row once when the write is repeated', async () => {
    const folder = await temporaryFolder();
    let front = await startProcess(folder.path, '0');
    const store = await openClickHouse(server(front.url, { username: 'default', password: '' }), OPTIONS);
    try {
      await store.migrate();
      const rows = series(0, 12_000);
      await store.writeEvents(store.pack(rows.slice(0, 6_000)));
      const writing = store.writeEvents(store.pack(rows));
      const [failed] = await Promise.all([writing.then(() => null).catch((error: unknown) => error), front.kill()]);
      expect(failed === null || isRetryable(failed)).toBe(true);
      const refused = await store.ping().catch((error: unknown) => error);
      expect(isRetryable(refused)).toBe(true);
      front = await startProcess(folder.path, new URL(front.url).port);
      await store.writeEvents(store.pack(rows));
      expect(await gather(store.replay({ source: 'http', partition: 0 }, 0))).toEqual(rows);
    } finally {
      await store.close();
      await front.kill();
      await folder.remove();
    }
  });
});
