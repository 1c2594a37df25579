import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { OperationError } from '../../src/errors.ts';
import { connectChdb } from '../../src/stores/chdb.ts';
import { checkMigrated, migrate, readMigrations, retain } from '../../src/stores/migrate.ts';
import { openChdb } from '../../src/stores/sql-store.ts';
import { storeContract } from '../contracts/store.ts';
import { gather, judged, LIMITS, OPTIONS, rowsOf, series, temporaryFolder } from './support.ts';

describe('the store on chDB', () => {
  storeContract(async () => {
    const folder = await temporaryFolder();
    return { store: await openChdb(folder.path, OPTIONS), close: folder.remove };
  });
});

// The engine holds one folder a process: each of these closes its own before the next opens.
describe('a data folder', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const folder = async (): Promise<string> => {
    const { path, remove } = await temporaryFolder();
    cleanups.push(remove);
    return path;
  };
  /** A store in a process of its own: writes batches of ten events, and says each one that was answered for. */
  const writer = (path: string) => {
    const script = fileURLToPath(new URL('writer-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    cleanups.push(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { child, ended, lines: createInterface({ input: child.stdout }) };
  };

  it('keeps what it was given when it is opened again, and migrates once', async () => {
    const path = await folder();
    const first = await openChdb(path, OPTIONS);
    expect(await first.migrate()).toEqual((await readMigrations()).map(({ name }) => name));
    await first.writeEvents(first.pack(series(0, 100)));
    await first.close();
    await expect(first.ping()).rejects.toThrow('closed');
    const second = await openChdb(path, OPTIONS);
    cleanups.push(() => second.close());
    expect(await second.migrate()).toEqual([]);
    expect(await gather(second.replay({ source: 'http', partition: 0 }, 0))).toEqual(series(0, 100));
  });

  it('is closed after what is under way', async () => {
    const path = await folder();
    const store = await openChdb(path, OPTIONS);
    await store.migrate();
    const asking = rowsOf(store, 'SELECT sleep(0.2) AS slept');
    const reading = store.alerts({ limit: 5 });
    await store.close();
    expect(await asking).toEqual([{ slept: 0 }]);
    expect(await reading).toEqual([]);
    await expect(store.writeEvents(store.pack(series(0, 5)))).rejects.toThrow('the store is closed');
  });

  it('says so when another process holds it', async () => {
    const path = await folder();
    const { lines } = writer(path);
    await new Promise((resolve) => lines.once('line', resolve));
    const opened = openChdb(path, OPTIONS);
    await expect(opened).rejects.toThrow(OperationError);
    await expect(opened).rejects.toThrow(/^data_dir: .* is held by another process/);
  });

  it('has every row that was answered for after kill -9, at any moment', async () => {
    const path = await folder();
    let answered = 0;
    for (const batches of [3, 1, 7]) {
      const { child, ended, lines } = writer(path);
      let since = 0;
      lines.on('line', (line) => {
        answered = Number(line);
        since += 1;
        if (since >= batches) child.kill('SIGKILL');
      });
      await ended;
    }
    const store = await openChdb(path, OPTIONS);
    cleanups.push(() => store.close());
    const offsets = (await gather(store.replay({ source: 'http', partition: 0 }, 0))).map(
      ({ event }) => event.position.offset,
    );
    expect(answered).toBeGreaterThanOrEqual(110);
    expect(offsets.length).toBeGreaterThanOrEqual(answered);
    expect(offsets).toEqual(offsets.map((_, i) => i));
    await store.writeEvents(store.pack([judged(offsets.length)]));
    expect(await store.nextOffset({ source: 'http', partition: 0 })).toBe(offsets.length + 1);
  });

  it('leaves the event loop free while a large batch is written', async () => {
    const store = await openChdb(await folder(), OPTIONS);
    cleanups.push(() => store.close());
    await store.migrate();
    const rows = series(0, 20_000);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    await store.writeEvents(store.pack(rows));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  });

  it('refuses migrations that were changed, or that it does not know', async () => {
    const connection = await connectChdb({ path: await folder(), database: 'overreach' });
    cleanups.push(() => connection.close());
    const one = { name: '001.sql', sql: '-- a; comment\nCREATE TABLE IF NOT EXISTS a (x Int8)\nENGINE = Memory;\n' };
    const two = { name: '002.sql', sql: 'CREATE TABLE IF NOT EXISTS b (x Int8) ENGINE = Memory;' };
    expect(await migrate(connection, [one])).toEqual(['001.sql']);
    expect(await migrate(connection, [one, two])).toEqual(['002.sql']);
    await expect(migrate(connection, [{ ...one, sql: `${one.sql} ` }, two])).rejects.toThrow(
      /migration 001.sql was applied to overreach with other contents/,
    );
    await expect(migrate(connection, [one])).rejects.toThrow(/made by a newer version \(002.sql\)/);
  });

  it('is not brought up to date by who only reads', async () => {
    const connection = await connectChdb({ path: await folder(), database: 'overreach' });
    cleanups.push(() => connection.close());
    const one = { name: '001.sql', sql: 'CREATE TABLE IF NOT EXISTS a (x Int8) ENGINE = Memory;' };
    const two = { name: '002.sql', sql: 'CREATE TABLE IF NOT EXISTS b (x Int8) ENGINE = Memory;' };
    await expect(checkMigrated(connection, [one])).rejects.toThrow(/no record is in overreach yet/);
    await migrate(connection, [one]);
    await expect(checkMigrated(connection, [one, two])).rejects.toThrow(/an older version \(it lacks 002.sql\)/);
    await migrate(connection, [one, two]);
    await checkMigrated(connection, [one, two]);
    await expect(checkMigrated(connection, [one])).rejects.toThrow(/a newer version \(002.sql\)/);
  });

  it('keeps the retention it was given, whatever the configuration of who only reads', async () => {
    const path = await folder();
    const writer = await openChdb(path, OPTIONS);
    await writer.migrate();
    await writer.close();
    const reader = await openChdb(path, { ...OPTIONS, retention: { eventsDays: 1, alertsDays: 1 } });
    cleanups.push(() => reader.close());
    await reader.check();
    const { rows } = await reader.query(
      "SELECT countIf(engine_full LIKE '%toIntervalDay(1)%') AS short FROM system.tables WHERE name IN ('events', 'alerts', 'rejects')",
      LIMITS,
    );
    expect(rows).toEqual([{ short: 0 }]);
  });

  it('goes on after a migration that was cut off', async () => {
    const connection = await connectChdb({ path: await folder(), database: 'overreach' });
    cleanups.push(() => connection.close());
    const [tables, ...rest] = await readMigrations();
    const half = { name: tables!.name, sql: `${tables!.sql};\nSELECT throwIf(1)` };
    await expect(migrate(connection, [half])).rejects.toThrow(/throwIf/);
    expect(await migrate(connection, [tables!, ...rest])).toHaveLength(rest.length + 1);
  });

  it('carries rows over from before epochs, though the migration is cut off or two processes run it', async () => {
    const path = await folder();
    const connection = await connectChdb({ path, database: 'overreach' });
    const all = await readMigrations();
    const at = all.findIndex(({ name }) => name.startsWith('007'));
    await migrate(connection, all.slice(0, at));
    const refused = { partition: 'kafka:t/0', record_index: 0, received_at: '2026-11-20 14:00:00', reason: 'not_json' };
    const lines = [5, 6].map((offset) =>
      Buffer.from(`${JSON.stringify({ ...refused, offset, raw: `old ${offset}` })}\n`),
    );
    await connection.insert('rejects', lines);
    await connection.insert('events', [
      Buffer.from(`${JSON.stringify({ event_key: 'k', agent_id: 'a', partition: 'kafka:t/0', offset: 4 })}\n`),
    ]);
    const half = { ...all[at]!, sql: `${all[at]!.sql};\nSELECT throwIf(1)` };
    await expect(migrate(connection, [...all.slice(0, at), half])).rejects.toThrow(/throwIf/);
    await Promise.all([migrate(connection, all), migrate(connection, all)]);
    await connection.close();

    const store = await openChdb(path, OPTIONS);
    cleanups.push(() => store.close());
    expect(await store.migrate()).toEqual([]);
    const reject = { receivedAt: 0, reason: 'not_json', detail: '', gateway: '', raw: 'new' } as const;
    const position = { source: 'kafka:t', partition: 0, offset: 5, index: 0 };
    await store.writeRejects([{ ...reject, position: { ...position, epoch: 1 } }]);
    await store.writeRejects([{ ...reject, position: { ...position, offset: 6 }, raw: 'said again' }]);
    expect(await rowsOf(store, 'SELECT offset, epoch, raw FROM v_rejects ORDER BY offset, epoch')).toEqual([
      { offset: 5, epoch: 0, raw: 'old 5' },
      { offset: 5, epoch: 1, raw: 'new' },
      { offset: 6, epoch: 0, raw: 'said again' },
    ]);
    expect(await rowsOf(store, 'SELECT event_key, offset, epoch FROM v_events')).toEqual([
      { event_key: 'k', offset: 4, epoch: 0 },
    ]);
  });

  it('changes the days that rows are kept where the configuration does', async () => {
    const connection = await connectChdb({ path: await folder(), database: 'overreach' });
    cleanups.push(() => connection.close());
    await migrate(connection, await readMigrations());
    const kept = async (): Promise<string[]> => {
      const rows = await connection.read<{ ttl: string }>(
        "SELECT extract(engine_full, 'toIntervalDay\\\\((\\\\d+)') AS ttl FROM system.tables WHERE database = 'overreach' AND name IN ('events', 'alerts') ORDER BY name DESC",
      );
      return rows.map(({ ttl }) => ttl);
    };
    expect(await kept()).toEqual(['400', '800']);
    await retain(connection, { events: 30, alerts: 800 });
    expect(await kept()).toEqual(['30', '800']);
  });
});
