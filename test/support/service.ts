import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import type { Alert } from '../../schemas/alert.ts';
import type { ConfigInput } from '../../schemas/config.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { startService } from '../../src/commands/support/service.ts';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createWorld } from '../../src/simulate/world.ts';
import { streamOf } from '../../src/simulate/write.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import { PROGRAM, ROOT } from './program.ts';

/** The variables that a configuration of a test may name. */
export const ENV = {
  OVERREACH_HASH_KEY: 'a key that every run of a test shares',
  ADMIN_TOKEN: 'the-token-of-an-admin',
};
export const BEARER = { authorization: `Bearer ${ENV.ADMIN_TOKEN}` };

/** HTTP for whoever has that token. */
export const ADMIN_HTTP = {
  port: 0,
  tokens: [{ name: 'admin', token_env: 'ADMIN_TOKEN', roles: ['admin' as const] }],
};

/** A folder of its own, with a configuration in it. */
export interface Home {
  folder: string;
  /** Path of the configuration; the record is in `data` beside it. */
  config: string;
  remove(): Promise<void>;
}

export async function createHome(given: ConfigInput = {}, grants?: Partial<GrantsFile>): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'overreach-home-'));
  const config = join(folder, 'overreach.config.yaml');
  if (grants !== undefined) await writeGrants(folder, grants);
  const whole: ConfigInput = {
    http: { port: 0 },
    log: { level: 'silent' },
    alerts: { channels: [] },
    ...(grants === undefined ? {} : { grants: ['grants.yaml'] }),
    ...given,
    data_dir: 'data',
  };
  await writeFile(config, stringify(whole));
  return { folder, config, remove: () => rm(folder, { recursive: true, force: true }) };
}

export const writeGrants = (folder: string, grants: Partial<GrantsFile>): Promise<void> =>
  writeFile(join(folder, 'grants.yaml'), stringify(grants, { lineWidth: 0 }));

/** `up` in this process. */
export const startHere = ({ config }: Home, log = createLog('silent')) =>
  startService({
    loaded: loadConfig(config, ENV),
    screen: { write: () => {}, color: false },
    log,
  });

/** `up` in a process of its own, which may be killed. */
export interface Child {
  url: string;
  pid: number;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGHUP'): Promise<number | null>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** From now on nobody reads what it says. */
  leave(): void;
}

export async function startChild({ config }: Home, more: Record<string, string> = {}): Promise<Child> {
  const child = spawn(process.execPath, [...PROGRAM, 'up', '--config', config], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...ENV, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /listens on (\S+)/.exec(line);
      if (found !== null) resolve(found[1]!);
    });
    ended.then(() => reject(new Error(`it ended by itself: ${said.join('\n')}`)));
  });
  return {
    url,
    pid: child.pid!,
    async kill(signal) {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
    signal: (signal) => void child.kill(signal),
    leave: () => void child.stderr.destroy(),
  };
}

export interface Answer {
  accepted: number;
  duplicates: number;
  rejected_total: number;
}

/** Posts events as lines; answers what the service said once it was durable. */
export async function post(url: string, events: readonly NativeEvent[], query = '?backfill=1'): Promise<Answer> {
  const response = await fetch(`${url}/v1/events${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...BEARER },
    body: events.map((event) => JSON.stringify(event)).join('\n'),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** What a run left behind. */
export interface Left {
  rows: number;
  keys: number;
  nextOffset: number;
  /** All revisions, all fields. */
  alerts: Alert[];
  /** Agent -> its state, as stored. */
  states: Map<string, string>;
  /** What is shown of each call: what was asked, how it was judged, how it went. */
  calls: Record<string, unknown>[];
}

/** Reads the record of a home in which nothing runs. */
export async function leftIn({ config }: Home): Promise<Left> {
  const store = await openStore(loadConfig(config, {}).config);
  const limits = { maxRows: 100_000, maxSeconds: 30, maxBytes: 1e9 };
  try {
    const counts = await store.query('SELECT count() AS rows, uniqExact(event_key) AS keys FROM v_events', limits);
    const calls = await store.query(
      'SELECT event_key, phase, args, args_state, class, scope, outcome_status FROM v_events ORDER BY event_key',
      limits,
    );
    const told = await store.query('SELECT alert FROM alerts FINAL ORDER BY alert_id, revision', limits);
    const manifest = await store.newestManifest('http/0');
    const states = new Map<string, string>();
    for await (const some of store.allStates(manifest!)) for (const [agent, state] of some) states.set(agent, state);
    return {
      rows: Number(counts.rows[0]!.rows),
      keys: Number(counts.rows[0]!.keys),
      nextOffset: manifest!.nextOffset,
      calls: calls.rows,
      alerts: told.rows.map(({ alert }) => JSON.parse(String(alert)) as Alert),
      states: new Map([...states].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  } finally {
    await store.close();
  }
}

/** A small company's weeks with its stories, and its grants, in force from long before. */
export function smallCompany({ agents = 6, days = 24, seed = 'held together', start = Date.UTC(2026, 6, 2) } = {}) {
  const world = createWorld({
    seed,
    agents,
    days,
    start,
    stories: { share: 0.7, from: 0.4, to: 0.8 },
    tasks: { median: 8, spread: 0.4 },
  });
  const long = new Date(start - 180 * 86_400_000).toISOString();
  const grants: GrantsFile = {
    grants: world.grants.map((grant) => ({ ...grant, valid_from: grant.valid_from ?? long })),
    charters: world.charters,
    changes: [],
  };
  return { events: [...troubled(streamOf(world))], grants };
}

/** Now and then a call that somebody should hear of, right after an honest one. */
function* troubled(stream: Iterable<NativeEvent>): Generator<NativeEvent> {
  let n = 0;
  for (const event of stream) {
    yield event;
    n += 1;
    // Ids of their own, also where several come after one event.
    const after = (which: number) => ({ ...event, event_id: `${event.event_id}-after-${which}` });
    if (n % 89 === 0) yield { ...after(1), server: { id: 'vault' }, target: { type: 'tool', name: 'read_secret' } };
    if (n % 151 === 0)
      yield { ...after(2), credential: { ...event.credential, expires_at: '2026-07-01T00:00:00.000Z' } };
    if (n % 233 === 0)
      yield { ...after(3), target: { type: 'tool', name: 'delete_all' }, outcome: { status: 'denied' } };
    if (n % 307 === 0)
      yield { ...after(4), server: { id: `shadow-${n}` }, target: { type: 'tool', name: 'run_query' } };
  }
}
