import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { OperationError } from '../../src/errors.ts';
import { engineCode, engineMessage, isFull, isRetryable, refusesRows } from '../../src/stores/errors.ts';

const fromEngine = (code: number, type: string): Error =>
  new ClickHouseError({ message: 'no', code: String(code), type });
const fromSocket = (code: string): Error => Object.assign(new Error(code), { code });
/** chDB's own errors bring the number in their text. */
const fromChdb = (code: number): Error =>
  Object.assign(new Error(`Code: ${code}. DB::Exception: Code: ${code}. DB::Exception: no\nmore`), {
    code: 'CHDB_QUERY',
  });

describe('which errors pass by themselves', () => {
  it.each([
    ['a server that is away', fromSocket('ECONNREFUSED')],
    ['a connection that broke', fromSocket('ECONNRESET')],
    ['the client clock', new Error('Timeout error.')],
    ['a proxy without its server', new Error('<html><h1>502 Bad Gateway</h1></html>')],
    ['a full disk', fromEngine(243, 'NOT_ENOUGH_SPACE')],
    ['too many parts', fromEngine(252, 'TOO_MANY_PARTS')],
    ['an engine that is out of memory', fromChdb(241)],
    ['what was explained, by its cause', new OperationError('store.url: away', { cause: fromSocket('ECONNREFUSED') })],
  ])('repeats after %s', (_, error) => expect(isRetryable(error)).toBe(true));

  it.each([
    ['a wrong password', fromEngine(516, 'AUTHENTICATION_FAILED')],
    ['a row that is no row', fromEngine(117, 'INCORRECT_DATA')],
    ['a table that is not there', fromChdb(60)],
    ['a bug', new TypeError('undefined is not a function')],
    ['a store that is closed', new OperationError('the store is closed')],
    ['what is no error', 'ECONNREFUSED'],
  ])('does not repeat after %s', (_, error) => expect(isRetryable(error)).toBe(false));

  it.each([
    ['the engine, by its number', fromChdb(243), true],
    ['a system below the engine', new Error('create_directories: No space left on device ["/data"]. '), true],
    ['the system', fromSocket('ENOSPC'), true],
    ['the cause of what was explained', new OperationError('no', { cause: fromSocket('ENOSPC') }), true],
    ['a system that watches too many files', Object.assign(fromSocket('ENOSPC'), { syscall: 'watch' }), false],
    ['an engine that is out of memory', fromChdb(241), false],
  ])('hears of a full disk from %s: %s', (_, error, full) => {
    expect(isFull(error)).toBe(full);
    if (full) expect(isRetryable(error)).toBe(true);
  });

  it.each([
    ['a server that cannot parse it', fromEngine(117, 'INCORRECT_DATA'), true],
    ['an embedded engine that cannot', fromChdb(27), true],
    ['a table that is not there', fromChdb(60), false],
    [
      'a text that an agent chose',
      Object.assign(new Error('Code: 241. DB::Exception: while inserting ILLEGAL'), { code: 'CHDB_QUERY' }),
      false,
    ],
    ['no engine at all', new Error('CANNOT_PARSE_TEXT'), false],
  ])('says by its number that it refuses rows: %s', (_, error, refused) => expect(refusesRows(error)).toBe(refused));

  it('finds the number and the words of the engine', () => {
    expect(engineCode(fromEngine(516, 'X'))).toBe(516);
    expect(engineCode(fromChdb(60))).toBe(60);
    expect(engineCode(fromSocket('ECONNRESET'))).toBeUndefined();
    expect(engineCode(null)).toBeUndefined();
    expect(engineMessage(fromChdb(60))).toBe('no');
    expect(engineMessage(new Error('Code: 60. DB::Exception: no. (UNKNOWN_TABLE) (version 26.7.2.1). (X)'))).toBe(
      'no.',
    );
  });
});
