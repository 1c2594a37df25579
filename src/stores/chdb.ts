import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import chdb from 'chdb/connection';
import { literal } from '../../schemas/sql-literal.ts';
import { OperationError } from '../errors.ts';
import { type AnswerPart, askSettings, type Connection, exactRow, OWN_SETTINGS, PIECES } from './connection.ts';
import { parameterText } from './parameters.ts';
import { createPool } from './pool.ts';

/** Connections of our own that work side by side; the engine runs one statement at a time on each. */
const MAX_OPEN = 6;

const ROWS = { format: 'JSONEachRow' } as const;
type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** One connection to the engine, and the client that speaks over it. */
interface Session {
  engine: InstanceType<typeof chdb.ChdbConnection>['chdb'];
  client: ClickHouseClient;
  close(): Promise<void>;
}

/**
 * The engine in this process, on a data folder; one process a folder. Statements run on the engine's threads and leave
 * the event loop free. A setting that came with one query stays on its connection (after `readonly` every insert on it
 * fails), so each analyst's query gets a connection of its own, which costs three milliseconds, and takes it along.
 */
export async function connectChdb({ path, database }: { path: string; database: string }): Promise<Connection> {
  const folder = resolve(path);
  const open = (): Session => {
    const connection = chdb.createChdbConnection({ path: folder });
    // One contract, declared by two packages.
    const client = createClient({ connection: connection as unknown as ClientOptions['connection'] });
    return { engine: connection.chdb, client, close: () => client.close() };
  };
  const pool = createPool(MAX_OPEN, async () => {
    const session = open();
    await set(session, OWN_SETTINGS);
    await session.client.command({ query: `USE ${database}` });
    return session;
  });
  const first = await openFirst(open, folder);
  await first.client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  await first.close();

  return {
    database,
    command: (sql) =>
      pool.use(async ({ client }) => {
        await client.command({ query: sql });
      }),
    insert: (table, pieces, columns) =>
      pool.use(async ({ engine }) => {
        // The client would take the rows as text and turn them into bytes again; the engine takes the bytes as they are.
        const values = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
        const into = columns === undefined ? ROWS : ({ format: 'JSONCompactEachRow', columns } as const);
        await engine.rawInsert({ table: `${database}.${table}`, values, ...into });
      }),
    read: <Row>(sql: string) =>
      pool.use(async ({ client }) => (await client.query({ query: sql, format: 'JSONEachRow' })).json<Row>()),
    async *stream(sql) {
      const session = await pool.take();
      let whole = false;
      try {
        for await (const chunk of session.engine.queryStream(sql, { format: 'JSONCompactEachRow' }))
          yield rowsOf(chunk.text());
        whole = true;
      } finally {
        if (whole) pool.put(session);
        else await pool.drop(session);
      }
    },
    async *ask(sql, limits, params) {
      const end = pool.begin();
      let session: Session | undefined;
      try {
        session = open();
        await session.client.command({ query: `USE ${database}` });
        const texts = Object.entries(params).map(([name, value]) => [`param_${name}`, parameterText(value)]);
        await set(session, { ...Object.fromEntries(texts), ...askSettings(limits) });
        yield* answer(session, sql);
      } finally {
        await session?.close();
        end();
      }
    },
    close: () => pool.close(),
  };
}

/** What begins so, behind comments and brackets. */
const SELECTS = /^(?:[\s(]|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:select|with)\b/i;

/** Only what selects can be streamed; the rest (SHOW, DESCRIBE, EXPLAIN) answers little. */
async function* answer({ engine, client }: Session, query: string): AsyncIterable<AnswerPart> {
  if (!SELECTS.test(query)) {
    yield pieceOf(await (await client.query({ query, format: PIECES })).text());
    return;
  }
  for await (const chunk of engine.queryStream(query, { format: PIECES })) yield pieceOf(chunk.text());
}

function pieceOf(text: string): AnswerPart {
  const [first = '', second, ...lines] = text.trimEnd().split('\n');
  if (second === undefined) throw new SyntaxError('no columns');
  const types = JSON.parse(second) as string[];
  const rows = lines.map((line) => exactRow(line, types));
  return { names: JSON.parse(first) as string[], types, rows, bytes: text.length };
}

function rowsOf(text: string): unknown[][] {
  const rows = text.trimEnd();
  return rows === '' ? [] : rows.split('\n').map((row) => JSON.parse(row) as unknown[]);
}

async function set({ client }: Session, settings: Record<string, string | number>): Promise<void> {
  const statements = Object.entries(settings).map(([name, value]) =>
    typeof value === 'number' ? `SET ${name} = ${value}` : `SET ${name} = ${literal(value)}`,
  );
  await client.command({ query: statements.join('; ') });
}

async function openFirst(open: () => Session, folder: string): Promise<Session> {
  try {
    const session = open();
    await session.client.query({ query: 'SELECT 1' });
    return session;
  } catch (error) {
    // The engine does not say why it could not: nearly always another process has the folder.
    const why = await access(folder, constants.W_OK).then(
      () => 'is held by another process; one process a folder',
      () => 'cannot be written',
    );
    throw new OperationError(`data_dir: ${folder} ${why}`, { cause: error });
  }
}
