import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryAnswer } from '../../../schemas/api.ts';
import { urlOf } from '../../../schemas/url.ts';
import { type LoadedConfig, loadConfig } from '../../config.ts';
import { checkDataFolder } from '../../data-folder.ts';
import { ConfigError } from '../../errors.ts';
import type { ReadPort } from '../../grants/read-port.ts';
import type { QueryLimits, QueryResult, Store } from '../../stores/store.ts';
import { createFolderLock, holderOf } from './lock.ts';
import { createServer, type Server } from './server.ts';

interface Reading extends ReadPort {
  loaded: LoadedConfig;
  /** All rows, however many a person's query may have. */
  query(sql: string, params: Record<string, unknown>): Promise<Record<string, unknown>[]>;
  /** A person's query, within the limits of the configuration. */
  ask(sql: string, maxRows?: number): Promise<QueryResult>;
  close(): Promise<void>;
}

/** The record: by way of the server that holds it, or opened by this process. */
export type RecordReader = Reading & ({ kind: 'server'; server: Server } | { kind: 'store'; store: Store });

/** A server somewhere else, or the token for it; without them the environment is asked, then the data folder. */
export interface Where {
  url?: string | undefined;
  token?: string | undefined;
  /** Milliseconds for which another command that reads the folder is waited for. */
  patienceMs?: number;
}

/** For reads of our own, which say themselves how many rows they want. */
const OWN: QueryLimits = { maxRows: 1_000_000, maxSeconds: 300, maxBytes: 2 ** 30 };
/** As much as an answer to an analyst may hold. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** One process a folder: where `up` holds it, `up` is asked; else the folder is opened until `close`. */
export async function openReader(config: string | undefined, where: Where = {}): Promise<RecordReader> {
  const loaded = loadConfig(config);
  const token = where.token ?? loaded.secret('OVERREACH_TOKEN');
  const url = where.url ?? loaded.secret('OVERREACH_URL') ?? (await holderOf(loaded.config.data_dir));
  if (url !== undefined) return serverReader(createServer(checked(url), token), loaded);
  return await openFolder(loaded, where.patienceMs);
}

/** How long it waits for another command that reads the same folder, milliseconds. */
const PATIENCE_MS = 30_000;

/** Reading makes no record: where there is none yet, that is said. */
async function openFolder(loaded: LoadedConfig, patienceMs = PATIENCE_MS): Promise<RecordReader> {
  const { config } = loaded;
  checkDataFolder(config.data_dir);
  if (config.store.kind !== 'chdb') return storeReader(await openRecord(loaded), loaded);
  if (!existsSync(join(config.data_dir, 'chdb')))
    throw new ConfigError(
      `data_dir: no record is in ${config.data_dir} yet (\`overreach up\` makes it; --url names a server)`,
    );
  // The engine serves one process at a time, and says so on stdout in words of its own.
  const lock = createFolderLock(config);
  await lock.take(patienceMs);
  try {
    const reader = storeReader(await openRecord(loaded), loaded);
    return { ...reader, close: () => reader.close().finally(lock.release) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function checked(url: string): string {
  if (/^https?:\/\/./.test(url) && urlOf(url) !== null) return url;
  throw new ConfigError(`--url ${url}: an address is expected, e.g. http://127.0.0.1:8410`);
}

async function openRecord({ config, requireSecret }: LoadedConfig): Promise<Store> {
  const { store: kind } = config;
  // The engine is half a gigabyte: who only asks a server goes without.
  const { openStore } = await import('../../stores/sql-store.ts');
  const env = kind.kind === 'clickhouse' ? kind.password_env : undefined;
  const store = await openStore(config, env === undefined ? '' : requireSecret(env, 'store.password_env'));
  try {
    await store.check();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Who answers cuts where his limits are, and says so: the next page begins there. Such statements are ordered. */
async function allRows(
  sql: string,
  ask: (page: string) => Promise<Pick<QueryResult, 'rows' | 'truncated'>>,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let truncated = true;
  for (let from = 0; truncated; from = rows.length) {
    const page = from === 0 ? sql : `SELECT * FROM (${sql}\n) LIMIT ${OWN.maxRows} OFFSET ${from}`;
    const answer = await ask(page);
    for (const row of answer.rows) rows.push(row);
    truncated = answer.truncated && answer.rows.length > 0;
  }
  return rows;
}

function storeReader(store: Store, loaded: LoadedConfig): RecordReader {
  const { max_rows, max_seconds: maxSeconds } = loaded.config.query;
  return {
    kind: 'store',
    store,
    loaded,
    query: (sql, params) => allRows(sql, (page) => store.query(page, OWN, params)),
    ask: (sql, maxRows = max_rows) =>
      store.query(sql, { maxRows: Math.min(maxRows, max_rows), maxSeconds, maxBytes: MAX_BYTES }),
    close: () => store.close(),
  };
}

function serverReader(server: Server, loaded: LoadedConfig): RecordReader {
  async function post(sql: string, more: object): Promise<QueryAnswer> {
    const answer = await server.post<QueryAnswer>('/v1/query', { sql, ...more });
    if (answer === null) throw new ConfigError(`${server.url}: no overreach server is there`);
    return answer;
  }
  return {
    kind: 'server',
    server,
    loaded,
    query: (sql, params) => allRows(sql, (page) => post(page, { params })),
    async ask(sql, maxRows) {
      const { elapsed_ms: elapsedMs, ...answer } = await post(sql, maxRows === undefined ? {} : { max_rows: maxRows });
      return { ...answer, elapsedMs };
    },
    close: async () => {},
  };
}
