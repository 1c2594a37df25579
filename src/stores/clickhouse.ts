import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { HOUR } from '../../schemas/durations.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { ConfigError, OperationError } from '../errors.ts';
import { askSettings, type Connection, exactRow, OWN_SETTINGS, PIECES } from './connection.ts';
import { engineCode, engineMessage } from './errors.ts';

export interface ClickHouseOptions {
  url: string;
  username: string;
  password: string;
  database: string;
  requestTimeoutMs: number;
  compression: boolean;
}

/** A replay, a large sort or a person's sum may say nothing for long; what is only slow is not given up. */
const STREAM_TIMEOUT_MS = HOUR;

/** A ClickHouse server over HTTP. The database is made where it is missing and the user may. */
export async function connectClickHouse(options: ClickHouseOptions): Promise<Connection> {
  const { database } = options;
  await prepare(options);
  const writer = client(options, { ...OWN_SETTINGS });
  const patient = { ...options, requestTimeoutMs: STREAM_TIMEOUT_MS };
  const streamer = client(patient, { ...OWN_SETTINGS });
  // The reader of people sends its limits with every query, of time too; the server holds them for that one alone.
  const reader = client(patient, {});

  return {
    database,
    async command(sql) {
      await writer.command({ query: sql });
    },
    async insert(table, lines, columns) {
      // `insert` would serialise again what is text already; `exec` streams it as it is.
      const into = columns === undefined ? 'FORMAT JSONEachRow' : `(${columns.join(', ')}) FORMAT JSONCompactEachRow`;
      const query = `INSERT INTO ${table} ${into}`;
      const { stream } = await writer.exec({ query, values: Readable.from(lines, { objectMode: false }) });
      await finished(stream.resume());
    },
    read: async <Row>(sql: string) => (await writer.query({ query: sql, format: 'JSONEachRow' })).json<Row>(),
    async *stream(sql) {
      const result = await streamer.query({ query: sql, format: 'JSONCompactEachRow' });
      try {
        for await (const batch of result.stream<unknown[]>()) yield batch.map((row) => row.json<unknown[]>());
      } finally {
        result.close();
      }
    },
    async *ask(query, limits, query_params) {
      const clickhouse_settings = { cancel_http_readonly_queries_on_client_close: 1, ...askSettings(limits) };
      const result = await reader.query({
        query,
        query_params,
        clickhouse_settings: clickhouse_settings as Record<string, string | number>,
        format: PIECES,
        ...(limits.gone && { abort_signal: limits.gone }),
      });
      let names: string[] | undefined;
      let types: string[] | undefined;
      try {
        for await (const batch of result.stream<unknown[]>()) {
          const bytes = batch.reduce((sum, { text }) => sum + text.length, 0);
          const lines = batch.map(({ text }) => text);
          names ??= parsed(lines.shift());
          types ??= parsed(lines.shift());
          if (names === undefined || types === undefined) continue;
          const known = types;
          yield { names, types, rows: lines.map((line) => exactRow(line, known)), bytes };
        }
      } finally {
        result.close();
      }
    },
    async close() {
      await Promise.all([writer.close(), streamer.close(), reader.close()]);
    },
  };
}

const parsed = (line: string | undefined): string[] | undefined =>
  line === undefined ? undefined : (JSON.parse(line) as string[]);

function client(
  {
    url,
    username,
    password,
    database,
    requestTimeoutMs,
    compression,
  }: Omit<ClickHouseOptions, 'database'> & { database?: string },
  clickhouse_settings: Record<string, string | number>,
): ClickHouseClient {
  return createClient({
    url,
    username,
    password,
    ...(database === undefined ? {} : { database }),
    request_timeout: requestTimeoutMs,
    max_open_connections: 10,
    compression: { request: compression, response: compression },
    application: 'overreach',
    clickhouse_settings,
    // What stands between us and the server may take no address longer than a few kB.
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** Everything that can be wrong with the configuration shows here, each as one line that names its value. */
async function prepare({ database, ...options }: ClickHouseOptions): Promise<void> {
  const { origin } = new URL(options.url);
  const plain = client(options, {});
  try {
    await plain.command({ query: 'SELECT 1' });
    await plain.command({ query: `CREATE DATABASE IF NOT EXISTS \`${database}\`` }).catch(async (error: unknown) => {
      if (engineCode(error) !== ACCESS_DENIED || !(await exists(plain, database))) throw error;
    });
  } catch (error) {
    throw explained(error, { origin, username: options.username, database });
  } finally {
    await plain.close();
  }
}

const ACCESS_DENIED = 497;
/** UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD, AUTHENTICATION_FAILED. */
const NOT_LET_IN = new Set([192, 193, 194, 516]);

async function exists(plain: ClickHouseClient, database: string): Promise<boolean> {
  const query = `SELECT count() AS found FROM system.databases WHERE name = ${literal(database)}`;
  const [row] = await (await plain.query({ query, format: 'JSONEachRow' })).json<{ found: number | string }>();
  return Number(row?.found) > 0;
}

function explained(error: unknown, at: { origin: string; username: string; database: string }): Error {
  const code = engineCode(error);
  const cause = { cause: error };
  if (code !== undefined && NOT_LET_IN.has(code))
    return new ConfigError(
      `store.password_env: ${at.origin} does not let user ${at.username} in with this password`,
      cause,
    );
  if (code === ACCESS_DENIED)
    return new ConfigError(
      `store.database: ${at.database} does not exist at ${at.origin}, and user ${at.username} may not create it`,
      cause,
    );
  const why = ((error as NodeJS.ErrnoException).code ?? String(error)).split('\n')[0]!;
  if (code !== undefined) return new OperationError(`store.url: ${at.origin} answers ${engineMessage(error)}`, cause);
  return new OperationError(`store.url: no ClickHouse server answers at ${at.origin} (${why})`, cause);
}
