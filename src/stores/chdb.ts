import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import chdb from 'chdb/connection';
import { OperationError } from '../errors.ts';
import { askSettings, type Connection, literal, OWN_SETTINGS, PIECES, type Piece } from './connection.ts';
import { parameterText } from './parameters.ts';

/** Connections of our own that work side by side; the engine runs one statement at a time on each. */
const MAX_OPEN = 6;

const ROWS = { format: 'JSONEachRow' } as const;
type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

interface Line {
  chdb: InstanceType<typeof chdb.ChdbConnection>;
  client: ClickHouseClient;
}

/**
 * The engine in this process, on a data folder; one process a folder. Statements run on the engine's threads and leave
 * the event loop free. A setting that came with one query stays on its connection (after `readonly` every insert on it
 * fails), so each analyst's query gets a connection of its own, which costs three milliseconds, and takes it along.
 */
export async function connectChdb({ path, database }: { path: string; database: string }): Promise<Connection> {
  const folder = resolve(path);
  const open = (): Line => {
    const connection = chdb.createChdbConnection({ path: folder });
    // One contract, declared by two packages.
    const client = createClient({ connection: connection as unknown as ClientOptions['connection'] });
    return { chdb: connection, client: client as unknown as ClickHouseClient };
  };
  const lines = createLines(async () => {
    const line = open();
    await set(line, OWN_SETTINGS);
    await line.client.command({ query: `USE ${database}` });
    return line;
  });
  const first = await openFirst(open, folder);
  await first.client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  await first.client.close();

  return {
    database,
    command: (sql) =>
      lines.use(async ({ client }) => {
        await client.command({ query: sql });
      }),
    insert: (table, pieces, columns) =>
      lines.use(async (line) => {
        // The client would take the rows as text and turn them into bytes again; the engine takes the bytes as they are.
        const values = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
        const into = columns === undefined ? ROWS : ({ format: 'JSONCompactEachRow', columns } as const);
        await line.chdb.chdb.rawInsert({ table: `${database}.${table}`, values, ...into });
      }),
    read: <Row>(sql: string) =>
      lines.use(async ({ client }) => (await client.query({ query: sql, format: 'JSONEachRow' })).json<Row>()),
    async *stream(sql) {
      const line = await lines.take();
      let whole = false;
      try {
        for await (const chunk of line.chdb.chdb.queryStream(sql, { format: 'JSONCompactEachRow' }))
          yield rowsOf(chunk.text());
        whole = true;
      } finally {
        if (whole) lines.put(line);
        else await lines.drop(line);
      }
    },
    async *ask(sql, limits, params) {
      const end = lines.begin();
      const line = open();
      try {
        await line.client.command({ query: `USE ${database}` });
        const texts = Object.entries(params).map(([name, value]) => [`param_${name}`, parameterText(value)]);
        await set(line, { ...Object.fromEntries(texts), ...askSettings(limits) });
        yield* answer(line, sql);
      } finally {
        await line.client.close();
        end();
      }
    },
    close: () => lines.close(),
  };
}

/** Only what selects can be streamed; the rest (SHOW, DESCRIBE, EXPLAIN) answers little. */
async function* answer({ chdb: connection, client }: Line, query: string): AsyncIterable<Piece> {
  if (!/^[\s(]*(?:select|with)\b/i.test(query.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' '))) {
    yield pieceOf(await (await client.query({ query, format: PIECES })).text());
    return;
  }
  for await (const chunk of connection.chdb.queryStream(query, { format: PIECES })) yield pieceOf(chunk.text());
}

function pieceOf(text: string): Piece {
  const [names, types, ...rows] = rowsOf(text);
  if (types === undefined) throw new SyntaxError('no columns');
  return { names: names as string[], types: types as string[], rows, bytes: text.length };
}

const rowsOf = (text: string): unknown[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row) as unknown[]);

async function set({ client }: Line, settings: Record<string, string | number>): Promise<void> {
  const statements = Object.entries(settings).map(([name, value]) =>
    typeof value === 'number' ? `SET ${name} = ${value}` : `SET ${name} = ${literal(value)}`,
  );
  await client.command({ query: statements.join('; ') });
}

async function openFirst(open: () => Line, folder: string): Promise<Line> {
  try {
    const line = open();
    await line.client.query({ query: 'SELECT 1' });
    return line;
  } catch (error) {
    // The engine does not say why it could not: nearly always another process has the folder.
    const why = await access(folder, constants.W_OK).then(
      () => 'is held by another process; one process a folder',
      () => 'cannot be written',
    );
    throw new OperationError(`data_dir: ${folder} ${why}`, { cause: error });
  }
}

/** Connections that are lent out one statement at a time, opened when all are busy, up to a bound. */
function createLines(open: () => Promise<Line>) {
  const idle: Line[] = [];
  const waiting: ((line: Line | Promise<Line>) => void)[] = [];
  let opened = 0;
  let running = 0;
  let closed: (() => void) | null = null;

  /** Something is under way, until what comes back is called: the engine must not be closed beneath it. */
  function begin(): () => void {
    if (closed !== null) throw new OperationError('the store is closed');
    running += 1;
    return end;
  }

  function end(): void {
    running -= 1;
    if (running === 0) closed?.();
  }

  async function lend(): Promise<Line> {
    const line = idle.pop();
    if (line !== undefined) return line;
    if (opened >= MAX_OPEN) return await new Promise((resolve) => waiting.push(resolve));
    opened += 1;
    try {
      return await open();
    } catch (error) {
      opened -= 1;
      throw error;
    }
  }

  async function take(): Promise<Line> {
    begin();
    try {
      return await lend();
    } catch (error) {
      end();
      throw error;
    }
  }

  function put(line: Line): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(line);
    else next(line);
    end();
  }

  /** After an error the engine may answer the next statement on the same connection with what was left of this one. */
  async function drop(line: Line): Promise<void> {
    opened -= 1;
    try {
      await line.client.close();
    } finally {
      const next = waiting.shift();
      next?.(lend());
      end();
    }
  }

  return {
    begin,
    take,
    put,
    drop,
    async use<T>(work: (line: Line) => Promise<T>): Promise<T> {
      const line = await take();
      try {
        const result = await work(line);
        put(line);
        return result;
      } catch (error) {
        await drop(line);
        throw error;
      }
    },
    /** Waits for what is under way. */
    async close(): Promise<void> {
      if (closed !== null) return;
      await new Promise<void>((resolve) => {
        closed = resolve;
        if (running === 0) resolve();
      });
      await Promise.all(idle.splice(0).map((line) => line.client.close()));
    },
  };
}
