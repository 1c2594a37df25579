import { expect, it } from 'vitest';
import { plainly } from '../../src/commands/support/plainly.ts';
import { OperationError } from '../../src/errors.ts';

const here = { data_dir: '/nowhere/data', store: { kind: 'chdb' as const } };
const there = {
  data_dir: '/nowhere/data',
  store: {
    kind: 'clickhouse' as const,
    url: 'http://127.0.0.1:8123/',
    username: 'default',
    database: 'overreach',
    compression: true,
    request_timeout_ms: 30_000,
  },
};
const fromEngine = (code: number) => new Error(`Code: ${code}. DB::Exception: Cannot reserve 1.00 MiB. `);
const fromFolder = Object.assign(new Error("ENOSPC: no space left on device, write '/nowhere/data/hash.key'"), {
  code: 'ENOSPC',
});
const SAFE = 'What was acknowledged is stored and stays so, the rest is sent or read again.';
const MEND = 'Make room, or move the folder to a larger disk and name it in data_dir, then start again';

it.each([
  [
    'the store in the folder',
    here,
    fromEngine(243),
    `data_dir: the disk of /nowhere/data is full: Cannot reserve 1.00 MiB. ${SAFE} ${MEND}`,
  ],
  [
    'a file of the folder',
    there,
    fromFolder,
    `data_dir: the disk of /nowhere/data is full: ENOSPC: no space left on device, write '/nowhere/data/hash.key'. ${SAFE} ${MEND}`,
  ],
  [
    'the server of the store',
    there,
    fromEngine(243),
    `store.url: the disk of http://127.0.0.1:8123 is full: Cannot reserve 1.00 MiB. ${SAFE} Make room there, then start again`,
  ],
  [
    'a store that takes nothing for another reason',
    there,
    fromEngine(241),
    `the store takes no rows: Cannot reserve 1.00 MiB. ${SAFE} Start again when it does`,
  ],
])('a full disk of %s ends a service in one line: where, what, what is safe, the mend', (_, config, error, line) => {
  const said = plainly(error, config) as Error;
  expect(said).toBeInstanceOf(OperationError);
  expect(said.message).toBe(line);
});

it('a bug stays a bug', () => {
  const bug = new TypeError('undefined is not a function');
  expect(plainly(bug, here)).toBe(bug);
});
