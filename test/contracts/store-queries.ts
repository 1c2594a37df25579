import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literal } from '../../schemas/sql-literal.ts';
import { QueryError } from '../../src/errors.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, LIMITS, NOW } from '../stores/support.ts';

/** What an analyst may not do, and what is said. */
const REFUSED: [string, RegExp][] = [
  ['INSERT INTO events (event_key) VALUES (1)', /only reads/],
  ['DROP TABLE events', /only reads/],
  ['CREATE TABLE t (a Int8) ENGINE = Memory', /only reads/],
  ['ALTER TABLE events DELETE WHERE 1', /only reads/],
  ['SET readonly = 0', /only reads/],
  ['KILL QUERY WHERE 1', /only reads/],
  ['SYSTEM FLUSH LOGS', /only reads/],
  ['', /only reads/],
  ['WITH 1 AS a INSERT INTO gaps (kind) SELECT toString(a)', /only reads/],
  ['SELECT 1 SETTINGS readonly = 0', /SETTINGS are refused/],
  ['SELECT 1 SETTINGS max_execution_time = 0', /SETTINGS are refused/],
  ['SELECT 1; SELECT 2', /one statement/],
  ['SELECT 1; DROP TABLE events', /one statement/],
  ["SELECT '\\''; DROP TABLE events --'", /one statement/],
  ['SELECT 1 /* /* */; DROP TABLE events -- */', /comment within a comment/],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", /OUTFILE/],
  ["SELECT 1 into/**/outfile '/tmp/x'", /OUTFILE/],
  ["EXPLAIN AST SELECT 1 INTO OUTFILE '/tmp/x'", /OUTFILE/],
  ["SELECT file('/etc/passwd')", /file\(\)/],
  ["SELECT * FROM file('/etc/passwd', 'LineAsString')", /file\(\)/],
  ["SELECT * FROM `file` ('/etc/passwd', 'LineAsString')", /file\(\)/],
  ["SELECT * FROM \"fi\\x6ce\"('/etc/passwd', 'LineAsString')", /backslash in a quoted name/],
  ["SELECT 1 IN /* x */ FILE /* y */ ('/etc/passwd')", /FILE\(\)/],
  ["DESCRIBE TABLE url('http://127.0.0.1:1/', 'CSV')", /url\(\)/],
  ["SELECT * FROM s3('http://127.0.0.1:1/bucket/key')", /s3\(\)/],
  ["SELECT * FROM remote('127.0.0.1:1', system.one)", /remote\(\)/],
  ["SELECT * FROM executable('id', 'TSV', 'a String')", /executable\(\)/],
  ["SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')", /mysql\(\)/],
  ["SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')", /postgresql\(\)/],
  ["SELECT * FROM jdbc('x', 'y', 'z')", /jdbc\(\)/],
  ["SELECT * FROM icebergLocal('/etc')", /icebergLocal\(\)/],
  ["SELECT * FROM eval('SELECT 1')", /eval\(\)/],
  ["SELECT aiGenerate('model', args) FROM v_events", /aiGenerate\(\)/],
  ["SELECT hasColumnInTable('127.0.0.1:1', 'd', 't', 'c')", /hasColumnInTable\(\)/],
  ["SELECT getClientHTTPHeader('Authorization')", /getClientHTTPHeader\(\)/],
  ["SELECT * FROM arrowstream('1')", /arrowstream\(\)/],
  ['SELECT $$a$$', /"\$" is not read/],
  ['SELECT ‘a’', /is not read/],
  ["SELECT 'open", /never closed/],
  ['SELECT 1 /* open', /line 1: a comment that is never closed/],
  ['SELECT nothing_like_it FROM v_events', /nothing_like_it/],
  ['SELEC 1', /only reads/],
  ['SELECT FROM WHERE', /Syntax error/],
  ['SELECT throwIf(1)', /throwIf/],
  ['SELECT 1 FORMAT TSV;', /FORMAT is refused/],
];

/** What an analyst may ask, and how many rows it answers. */
const ANSWERED: [string, number][] = [
  ['SELECT 1;', 1],
  ['  -- how many\nselect count() from v_events # no\n'.replace('# no', '-- no'), 1],
  ['WITH 2 AS a SELECT a', 1],
  ['(SELECT 1) UNION ALL (SELECT 2)', 2],
  ['/* one **/ -- two\n( /***/ SELECT 1)', 1],
  ["SELECT 'a; b', 'it''s', 'INTO OUTFILE', 'file(1)', `value` FROM (SELECT 1 AS value)", 1],
  ['SHOW CREATE TABLE events', 1],
  ['EXISTS TABLE v_alerts', 1],
  ['SELECT name FROM system.tables WHERE database = currentDatabase() AND name = {name:String}', 1],
  ['SELECT * FROM numbers(7)', 7],
];

export function storeQueries(store: () => Store): void {
  let offset = 0;
  /** After each query the store still writes: no setting of the reader's connection has come over to the writer's. */
  const writes = async (): Promise<void> => {
    offset += 1;
    const key = `q${offset}-`.padEnd(32, '0');
    const place = { source: 'queries', partition: 0 };
    await store().writeEvents(store().pack([judged(offset, { ...place, key, occurredAt: NOW })]));
    expect(await store().nextOffset(place)).toBe(offset + 1);
  };

  describe('queries', () => {
    it.each(REFUSED)('refuses %j', async (sql, message) => {
      const asked = store().query(sql, LIMITS);
      await expect(asked).rejects.toThrow(QueryError);
      await expect(asked).rejects.toThrow(message);
      await writes();
    });

    it.each(ANSWERED)('answers %j', async (sql, rows) => {
      const result = await store().query(sql, LIMITS, { name: 'events' });
      expect(result.rows).toHaveLength(rows);
      expect(result.truncated).toBe(false);
      await writes();
    });

    it.each([
      ['comments', (more: string) => `SELECT 1 ${more}`],
      ['comments in a text', (more: string) => `SELECT length('${more}')`],
    ])(
      'looks through a statement full of %s that begin and do not end, in time',
      { timeout: 10_000 },
      async (_, of) => {
        const asked = store().query(of('/*x'.repeat(400_000)), LIMITS);
        // Whether it is answered, or is too long for the engine, is not the question.
        expect(await asked.catch((error: Error) => error.name)).toEqual(
          expect.toSatisfy((found) => typeof found === 'object' || found === 'QueryError'),
        );
      },
    );

    it('names and types the columns', async () => {
      const sql =
        "SELECT toUInt64(5) AS n, toDateTime64(0.5, 3, 'UTC') AS t, [1] AS list, NULL AS nothing, 1 AS `__proto__`";
      const { columns, rows } = await store().query(sql, LIMITS);
      expect(columns.slice(0, 2)).toEqual([
        { name: 'n', type: 'UInt64' },
        { name: 't', type: "DateTime64(3, 'UTC')" },
      ]);
      expect(Object.entries(rows[0]!)).toEqual([
        ['n', 5],
        ['t', '1970-01-01T00:00:00.500Z'],
        ['list', [1]],
        ['nothing', null],
        ['__proto__', 1],
      ]);
    });

    it('tells a whole number to its last digit, as text where JavaScript would round it', async () => {
      const sql =
        "SELECT 18446744073709551615 AS a, toInt64('-9223372036854775808') AS b, 9007199254740991 AS c, [toUInt64(18446744073709551615), 1] AS d, ',18446744073709551615,' AS e, map('k', 18446744073709551615) AS f, 12.1234567890123456 AS g, count() AS n FROM numbers(3)";
      expect((await store().query(sql, LIMITS)).rows).toEqual([
        {
          a: '18446744073709551615',
          b: '-9223372036854775808',
          c: 9007199254740991,
          d: ['18446744073709551615', 1],
          e: ',18446744073709551615,',
          f: { k: '18446744073709551615' },
          g: 12.123456789012346,
          n: 3,
        },
      ]);
    });

    it('takes parameters as values, whatever is in them', async () => {
      const text = "'; DROP TABLE events; -- \\ \n\t \0 漢";
      const sql = 'SELECT {text:String} AS text, {n:UInt32} + 1 AS n, {list:Array(String)} AS list';
      const { rows } = await store().query(sql, LIMITS, { text, n: 41, list: ["it's", '\\'] });
      expect(rows).toEqual([{ text, n: 42, list: ["it's", '\\'] }]);
    });

    it.each(['x = 1; DROP TABLE events; SET y', "x'", '', 'a b', 'readonly = 0, x'])(
      'refuses a parameter named %j',
      async (name) => {
        await expect(store().query('SELECT 1', LIMITS, { [name]: 1 })).rejects.toThrow(QueryError);
        await writes();
      },
    );

    it('takes lists that are far longer than an address may be', async () => {
      const list = Array.from({ length: 2_000 }, (_, n) => `a key of thirty characters ${n}'\\`);
      const { rows } = await store().query('SELECT {list:Array(String)} AS list', LIMITS, { list });
      expect(rows).toEqual([{ list }]);
    });

    it('reads quotes as the engine does: a text in a statement is that text, whatever is in it', async () => {
      const evil = [
        "'; DROP TABLE events",
        "file('/etc/passwd')",
        'INTO OUTFILE',
        '/*',
        '*/',
        '--',
        '\\',
        '"',
        '`',
        "''",
      ];
      const text = fc
        .array(fc.oneof(fc.string(), fc.constantFrom(...evil)), { maxLength: 5 })
        .map((all) => all.join(''));
      await fc.assert(
        fc.asyncProperty(text, async (value) => {
          const doubled = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
          const { rows } = await store().query(`SELECT ${literal(value)} AS a, ${doubled} AS b`, LIMITS);
          expect(rows).toEqual([{ a: value, b: value }]);
        }),
        { numRuns: 50, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true },
      );
    });

    it('ends after as many rows as are wanted, and says that there were more', async () => {
      const { rows, truncated } = await store().query('SELECT number FROM numbers(1000000)', {
        ...LIMITS,
        maxRows: 10,
      });
      expect(rows).toHaveLength(10);
      expect(truncated).toBe(true);
      expect((await store().query('SELECT number FROM numbers(10)', { ...LIMITS, maxRows: 10 })).truncated).toBe(false);
      await writes();
    });

    it('holds the limits of time, memory and bytes', async () => {
      const slow = store().query('SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1', {
        ...LIMITS,
        maxSeconds: 1,
      });
      await expect(slow).rejects.toThrow(/longer than 1 s/);
      await writes();
      const large = store().query("SELECT groupArray(repeat('x', 100000)) FROM numbers(1000000)", {
        ...LIMITS,
        maxSeconds: 60,
      });
      await expect(large).rejects.toThrow(/more memory/);
      await writes();
      const wide = await store().query("SELECT repeat('x', 1000) FROM numbers(50000)", {
        ...LIMITS,
        maxSeconds: 60,
        maxRows: 1_000_000,
        maxBytes: 1_000_000,
      });
      expect(wide.truncated).toBe(true);
      expect(wide.rows.length).toBeLessThan(10_000);
      await writes();
    });

    it('answers several at once, and writes meanwhile', async () => {
      const asked = Array.from({ length: 8 }, (_, i) => store().query(`SELECT ${i} AS i, sleep(0.1)`, LIMITS));
      await writes();
      expect((await Promise.all(asked)).map(({ rows }) => rows[0]!.i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it('answers a ping', async () => {
      await store().ping();
    });
  });
}
