import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonlOptions, readJsonl } from '../../src/sources/jsonl.ts';

async function read(options: Omit<JsonlOptions, 'instance'>) {
  const records: { offset: number; value: Buffer }[] = [];
  let batches = 0;
  for await (const batch of readJsonl({ ...options, instance: 'test' })) {
    batches++;
    for (const { offset, value } of batch.records) records.push({ offset, value: Buffer.from(value as Uint8Array) });
  }
  return { records, batches, lines: records.map(({ value }) => value.toString('utf8')) };
}

describe('JSON lines', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'overreach-jsonl-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['plain', (bytes) => bytes],
    ['gzip', (bytes) => gzipSync(bytes)],
  ])('are read from a %s file, with line numbers as offsets', async (name, pack) => {
    const path = join(folder, name);
    writeFileSync(path, pack(Buffer.from('one\n\ntwo\r\nthree')));
    const { records, lines } = await read({ input: path });
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(records.map(({ offset }) => offset)).toEqual([0, 2, 3]);
  });

  it('are the same however the bytes are cut into chunks', async () => {
    const chunked = fc.tuple(fc.string(), fc.array(fc.integer({ min: 1, max: 9 })), fc.boolean());
    await fc.assert(
      fc.asyncProperty(chunked, async ([text, sizes, zip]) => {
        const plain = Buffer.from(`{${text.replaceAll('\r', '')}`);
        const bytes = zip ? gzipSync(plain) : plain;
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % Math.max(1, sizes.length)] ?? 5;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const { lines } = await read({ input: Readable.from(chunks, { objectMode: true }) });
        const wanted = plain.toString('utf8').split('\n');
        expect(lines).toEqual(wanted.filter((line) => line !== ''));
      }),
      { numRuns: 200 },
    );
  });

  it('beyond the limit are cut to one byte more, and bytes that are no UTF-8 kept', async () => {
    const bytes = Buffer.concat([Buffer.alloc(50_000, 'x'), Buffer.from('\nok\n'), Buffer.from([0xff, 0xfe, 0x0a])]);
    const { records } = await read({ input: Readable.from([bytes]), maxLineBytes: 1000 });
    expect(records.map(({ value }) => value.length)).toEqual([1001, 2, 2]);
    expect([...records[2]!.value]).toEqual([0xff, 0xfe]);
  });

  it('come in batches of bounded size', async () => {
    const { batches, records } = await read({
      input: Readable.from([Buffer.from('{}\n'.repeat(2500))]),
      batchRecords: 1000,
    });
    expect([batches, records.length]).toEqual([3, 2500]);
  });

  it('say that a broken archive or a missing file could not be read', async () => {
    const path = join(folder, 'broken.gz');
    writeFileSync(path, gzipSync(Buffer.alloc(100_000, 'line\n')).subarray(0, 60));
    await expect(read({ input: path })).rejects.toThrow(/unexpected end/);
    await expect(read({ input: join(folder, 'none') })).rejects.toThrow(/ENOENT/);
  });
});
