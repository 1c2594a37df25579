import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryCommand, VIEWS } from '../../src/commands/query.ts';
import { statusCommand } from '../../src/commands/status.ts';
import { startOf, whereAmI } from '../../src/commands/support/process-mark.ts';
import { openReader, type RecordReader } from '../../src/commands/support/reader.ts';
import { reading } from '../../src/commands/support/reading.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { NASTY } from '../contracts/channel.ts';
import { jsonLines, linesIn } from '../support/json-lines.ts';
import { call, type House, house, post, run, spawned } from './support.ts';

let held: House;
beforeAll(async () => {
  held = await house({ query: { max_rows: 10 } });
});
afterAll(() => held.remove());

async function query(...args: string[]) {
  let out = '';
  let err = '';
  const command = reading((open) =>
    queryCommand({ open, write: (text) => (out += text), warn: (text) => (err += text) }),
  );
  return { error: await run(command, [...args, '--config', held.config]), out, err };
}

async function status(...args: string[]) {
  let out = '';
  const command = reading((open) => statusCommand({ open, write: (text) => (out += text), color: false }));
  return { error: await run(command, [...args, '--config', held.config]), out };
}

const UNKNOWN = { tools: 1, calls: 1, most: { server: 'tickets', tool: 'frobnicate' } };
const MANY = 'SELECT number AS n FROM numbers(35) ORDER BY n LIMIT 100';

async function reads(kind: RecordReader['kind']): Promise<void> {
  const reader = await openReader(held.config);
  try {
    expect(reader.kind).toBe(kind);
    expect((await reader.query(MANY, {})).map(({ n }) => n)).toEqual([...Array(35).keys()]);
    expect(await reader.query('SELECT {a:String} AS a -- a remark', { a: NASTY })).toEqual([
      { a: NASTY.toWellFormed() },
    ]);
    expect(await reader.ask(MANY, 1_000)).toMatchObject({ truncated: true, rows: { length: 10 } });
    expect(await reader.ask(MANY, 3)).toMatchObject({ truncated: true, rows: { length: 3 } });
  } finally {
    await reader.close();
  }
}

describe('without a record', () => {
  it('says where it looked', async () => {
    expect((await query('SELECT 1')).error).toMatch(/^ConfigError: data_dir: no record is in .*data yet/);
  });
});

describe('while up holds the folder', () => {
  let service: Service;
  beforeAll(async () => {
    service = await held.start();
    await post(
      service.url,
      [1, 2]
        .map((n) => call(n))
        .concat(call(3, { agent: { id: `=cmd()${NASTY}` }, target: { type: 'tool', name: 'frobnicate' } })),
    );
  });
  afterAll(() => service.stop());

  it('asks it, page by page', () => reads('server'));

  it('shows rows as a table, JSON lines and CSV that no spreadsheet obeys', async () => {
    const sql = 'SELECT event_id, agent_id FROM v_events ORDER BY event_id';
    const table = await query(sql);
    expect(table.out.split('\n').slice(0, 2)).toEqual(['event_id  agent_id', 'call-1    support-1']);
    expect(table.out).not.toContain('\u001b');
    expect(table.err).toMatch(/^3 rows in \d+ ms\n$/);
    const { out } = await query('--json', sql);
    const json = jsonLines(out);
    expect(json.map(({ event_id }) => event_id)).toEqual(['call-1', 'call-2', 'call-3']);
    expect(json[2]!.agent_id).toBe(`=cmd()${NASTY}`.toWellFormed());
    // JSON itself leaves what orders a terminal about as it is from \u007f on: the one-byte CSI, marks that reorder.
    for (const line of linesIn(out)) expect(line).toMatch(/^[^\p{C}]*$/u);
    const csv = (await query('--format', 'csv', sql)).out.split('\r\n');
    expect(csv.slice(0, 2)).toEqual(['"event_id","agent_id"', '"call-1","support-1"']);
    expect(csv[3]).toMatch(/^"call-3","'=cmd\(\)/);
  });

  it('shows the names of columns as it shows what stands in them, and says why there are no more rows', async () => {
    const { out } = await query('SELECT 1 AS `漢字\u001b[31m`, 2 AS b');
    expect(out).toBe('漢字\\u{1b}[31m  b\n1               2\n');
    expect((await query('--limit', '2', MANY)).err).toMatch(/^2 rows in \d+ ms; there are more\n$/);
    expect((await query(MANY)).err).toMatch(/^10 rows in \d+ ms; there are more: narrow it, or see query.max_rows\n$/);
  });

  it('names every view there is in its help', async () => {
    const sql = "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'v_')";
    const { out } = await query('--json', '--limit', '10', `${sql} AND name NOT IN ('${VIEWS.join("','")}')`);
    expect(out).toBe('');
    const { out: known } = await query('--json', `SELECT count() AS n FROM (${sql})`);
    expect(JSON.parse(known).n).toBe(VIEWS.length);
  });

  it.each([
    'DROP TABLE events',
    'INSERT INTO events VALUES (1)',
    'SELECT 1; SELECT 2',
    "SELECT * FROM url('http://x')",
  ])('refuses %s', async (sql) => {
    expect((await query(sql)).error).toMatch(/^QueryError: /);
  });

  it('keeps its folder to itself: a second one is told where the first listens', async () => {
    await expect(held.start()).rejects.toThrow(
      `data_dir: ${join(held.folder, 'data')} is held by process ${process.pid}, the overreach on ${service.url}; stop it, or give this one a folder of its own`,
    );
  });

  it('says how it stands', async () => {
    const { out } = await status('--json');
    expect(JSON.parse(out)).toMatchObject({ running: true, url: service.url, ready: true, events: { accepted: 3 } });
    const text = (await status()).out;
    expect(text).toContain('3 accepted, 0 duplicates');
    expect(text).toMatch(/\nrejects +none \(since it started\)\n/);
    expect(text).toMatch(/support-1 +2 +2026-11-20T09:00:02\.000Z +0 +\d+ %/);
    expect(text).not.toContain('\u001b');
    expect(JSON.parse(out).unknown_tools).toEqual(UNKNOWN);
    expect(text).toContain(
      '1 tool of unknown class in 7 days (1 call), taken for write; the most called: overreach classify tickets frobnicate;',
    );
  });

  it('is the same as a program of its own, with exit codes', async () => {
    const config = ['--config', held.config];
    const good = await spawned(['query', '--json', 'SELECT count() AS n FROM v_events', ...config]);
    expect(good).toMatchObject({ code: 0, out: '{"n":3}\n' });
    const bad = await spawned(['query', 'DELETE FROM events', ...config]);
    expect(bad.code).toBe(2);
    expect(bad.err).toMatch(/^overreach: only reads are answered here[^\n]*\n$/);
    const nobody = await spawned(['status', '--url', 'http://127.0.0.1:1', ...config]);
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(/^overreach: http:\/\/127\.0\.0\.1:1 does not answer[^\n]*\n$/);
  });
});

describe('when nobody runs', () => {
  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, url: 'http://127.0.0.1:9' })],
    ['a process that is another now', JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:9' })],
    ['nobody', 'not JSON'],
  ])('opens the folder, though a lock names %s', async (_who, lock) => {
    await writeFile(join(held.folder, 'data', 'overreach.lock'), lock);
    await reads('store');
  });

  it('says of a process that has the folder, and does not answer, that it does', async () => {
    const path = join(held.folder, 'data', 'overreach.lock');
    await writeFile(path, JSON.stringify({ pid: process.pid, where: whereAmI(), started: startOf(process.pid) }));
    try {
      await expect(openReader(held.config, { patienceMs: 0 })).rejects.toThrow(
        `data is held by process ${process.pid}, an overreach that starts, stops or reads`,
      );
    } finally {
      await rm(path);
    }
  });

  it('waits for another that reads, and goes on when that is done', async () => {
    const first = await openReader(held.config);
    let opened = false;
    const second = openReader(held.config).then((reader) => {
      opened = true;
      return reader;
    });
    expect(await first.query('SELECT 1 AS n', {})).toEqual([{ n: 1 }]);
    expect(opened).toBe(false);
    await first.close();
    await (await second).close();
    await reads('store');
  });

  it('is waited for by an `up` that starts, which is told for whom', async () => {
    const reader = await openReader(held.config);
    let began = false;
    const starting = held.start().then((started) => {
      began = true;
      return started;
    });
    try {
      expect(await reader.query('SELECT 1 AS n', {})).toEqual([{ n: 1 }]);
      expect(began).toBe(false);
    } finally {
      await reader.close();
      await (await starting).stop();
    }
  });

  it('reads all rows, however many one answer holds', { timeout: 60_000 }, async () => {
    const reader = await openReader(held.config);
    try {
      const rows = await reader.query('SELECT number AS n FROM numbers(1000002) ORDER BY n', {});
      expect([rows.length, rows.at(-1)]).toEqual([1_000_002, { n: 1_000_001 }]);
    } finally {
      await reader.close();
    }
  });

  it('refuses writes all the same', async () => {
    expect((await query('DROP TABLE events')).error).toMatch(/^QueryError: only reads are answered here/);
  });

  it('says what the record holds, and how far agents were learned', async () => {
    const { out } = await status('--json');
    expect(JSON.parse(out)).toMatchObject({
      running: false,
      events: 3,
      agents: 2,
      deliveries_waiting: 0,
      unknown_tools: UNKNOWN,
      sources: [{ name: 'http/0', next_offset: 3 }],
    });
    const learned = JSON.parse(out).latest_agents.map(({ learning }: { learning: { of: number } }) => learning.of > 0);
    expect(learned).toEqual([true, true]);
    expect((await status()).out).toContain('none runs here');
    expect((await status()).out).toMatch(/agent +calls tried +last seen/);
  });
});

describe('a server that asks for a token', () => {
  it('is told so, and how to give one', async () => {
    const other = await house({
      http: { port: 0, tokens: [{ name: 'soc', token_env: 'SOC_TOKEN', roles: ['read'] }] },
    });
    process.env.SOC_TOKEN = 'a-token-of-the-soc-team';
    const service = await other.start();
    try {
      const open = (token?: string) => openReader(other.config, { token });
      await expect((await open()).ask('SELECT 1')).rejects.toThrow(/a token is needed \(OVERREACH_TOKEN or --token/);
      await expect((await open('wrong-token-0000')).ask('SELECT 1')).rejects.toThrow(/the token is not known/);
      expect((await (await open('a-token-of-the-soc-team')).ask('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await service.stop();
      delete process.env.SOC_TOKEN;
      await other.remove();
    }
  });
});
