import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { decoderOptions } from '../../src/decode/options.ts';
import { createHasher } from '../../src/hash.ts';
import { openDecodeThreads, threadsOf } from '../../src/pipeline/decode-threads.ts';
import { built as build } from '../support/built.ts';
import { batchOf, range, record } from './batches.ts';

type Threads = typeof import('../../src/pipeline/decode-threads.ts');

// Threads load the built program alone.
let folder = '';
let built: Threads;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overreach-threads-'));
  const file = join(await build(folder), 'dist/src/pipeline/decode-threads.js');
  built = (await import(pathToFileURL(file).href)) as Threads;
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('threads that decode', () => {
  const config = configSchema.parse({ agents: [{ match: '^agent-1$', id: 'one' }] });
  const hashKey = Buffer.from('a key of some length, for tests');

  it('answer as the decoder here does, each partition in its order', async () => {
    const threads = built.openDecodeThreads({ config, hashKey }, 2)!;
    const here = createDecoder(decoderOptions(config, createHasher(hashKey)));
    const request = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'search', arguments: { q: 'x' } } };
    const poison = [
      record(90, { value: 'no JSON' }),
      record(91, { value: null }),
      record(92, { value: Buffer.from([255]) }),
    ];
    const batches = [
      ...[0, 1, 2].map((partition) => batchOf([...range(0, 50), ...poison], partition)),
      // The answer is understood by what the same thread heard before.
      batchOf([record(100, { value: JSON.stringify(request), headers: { 'mcp-session-id': 's-1' } })], 1),
      batchOf(
        [
          record(101, {
            value: JSON.stringify({ jsonrpc: '2.0', id: 7, result: {} }),
            headers: { 'mcp-session-id': 's-1' },
          }),
        ],
        1,
      ),
    ];
    const answers = await Promise.all(batches.map((one) => threads.decode(one)));
    expect(answers).toEqual(batches.map((one) => JSON.parse(JSON.stringify(here(one)))));
    expect(answers[4]![0]!.items[0]!.kind).toBe('event');
    await threads.close();
    await expect(threads.decode(batches[0]!)).rejects.toThrow('has ended');
  });

  it('are none where one core is all there is, nor from source', () => {
    expect([1, 2, 4, 64].map(threadsOf)).toEqual([0, 1, 3, 3]);
    expect(built.openDecodeThreads({ config, hashKey }, 0)).toBeNull();
    expect(openDecodeThreads({ config, hashKey }, 2)).toBeNull();
  });
});
