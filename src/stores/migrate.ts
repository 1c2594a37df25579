import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { ISO_TIMES } from './connection.ts';
import { encode, plainLine } from './lines.ts';

interface Migration {
  name: string;
  sql: string;
}

/** Beside this file in the source tree; in a package the compiled file lies in `dist/src/stores`. */
const FOLDERS = ['./migrations/', '../../../src/stores/migrations/'];

/** The migrations of this version, in order of their names. */
export async function readMigrations(): Promise<Migration[]> {
  const folder = FOLDERS.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(fileURLToPath(url)));
  if (folder === undefined) throw new Error('the folder of migrations is missing from this installation');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return await Promise.all(names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), 'utf8') })));
}

const LEDGER = `CREATE TABLE IF NOT EXISTS migrations
(name String, hash String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = ReplacingMergeTree ORDER BY name`;

/**
 * Applies what is missing, in order, and answers its names. Each statement may be run twice, so that one that was cut
 * off halfway, or a second process that starts at the same moment, does no harm.
 */
export async function migrate(connection: Connection, migrations: readonly Migration[]): Promise<string[]> {
  await connection.command(LEDGER);
  const missing = await missingOf(connection, migrations);
  for (const { name, sql } of missing) {
    for (const statement of statements(sql)) await connection.command(statement);
    await connection.insert('migrations', await encode([{ name, hash: hashOf(sql) }], plainLine));
  }
  return missing.map(({ name }) => name);
}

async function missingOf(connection: Connection, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await connection.read<{ name: string; hash: string }>(
    `SELECT name, hash FROM migrations FINAL ${ISO_TIMES}`,
  );
  const known = new Map(rows.map(({ name, hash }) => [name, hash]));
  checkKnown(known, migrations, connection.database);
  return migrations.filter(({ name }) => !known.has(name));
}

/** Changes nothing: a ConfigError where there is no record, or one of another version. */
export async function checkMigrated(connection: Connection, migrations: readonly Migration[]): Promise<void> {
  const [ledger] = await connection.read<{ result: number }>('EXISTS TABLE migrations');
  if (Number(ledger?.result) !== 1)
    throw new ConfigError(`store: no record is in ${connection.database} yet (\`overreach up\` makes it)`);
  const missing = await missingOf(connection, migrations);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new ConfigError(
    `store: the record was made by an older version (it lacks ${names}): \`overreach up\` of this version brings it up to date, for good`,
  );
}

function checkKnown(known: ReadonlyMap<string, string>, migrations: readonly Migration[], database: string): void {
  for (const { name, sql } of migrations)
    if (known.has(name) && known.get(name) !== hashOf(sql))
      throw new ConfigError(
        `store.database: migration ${name} was applied to ${database} with other contents: a file that was applied is never changed, another is added`,
      );
  const names = new Set(migrations.map(({ name }) => name));
  const newer = [...known.keys()].filter((name) => !names.has(name));
  if (newer.length > 0)
    throw new ConfigError(
      `store: ${database} was made by a newer version (${newer.join(', ')}): run that one or a later, or put back a copy from before`,
    );
}

const hashOf = (sql: string): string => createHash('sha256').update(sql).digest('hex').slice(0, 32);

/** Statements end with a semicolon at the end of a line; comments say nothing to the engine. */
const statements = (sql: string): string[] =>
  sql
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/** Days that rows are kept, by table: told to the engine where it holds another number. */
export async function retain(connection: Connection, days: Readonly<Record<string, number>>): Promise<void> {
  const rows = await connection.read<{ name: string; engine: string }>(
    `SELECT name, engine_full AS engine FROM system.tables WHERE database = currentDatabase() ${ISO_TIMES}`,
  );
  for (const { name, engine } of rows) {
    const wanted = days[name];
    const held = /TTL stored_at \+ toIntervalDay\((\d+)\)/.exec(engine)?.[1];
    if (wanted !== undefined && held !== undefined && Number(held) !== wanted)
      await connection.command(`ALTER TABLE ${name} MODIFY TTL stored_at + toIntervalDay(${wanted})`);
  }
}
