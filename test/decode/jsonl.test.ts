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

  it('of a broken archive are read as far as they go; then its name and the place are told', async () => {
    const path = join(folder, 'broken.gz');
    const many = Array.from({ length: 9_000 }, (_, i) => `line ${i * 7919}`).join('\n');
    writeFileSync(path, gzipSync(many).subarray(0, 20_000));
    const lines: number[] = [];
    const reading = async () => {
      for await (const { records } of readJsonl({ input: path, instance: path })) lines.push(records.length);
    };
    await expect(reading()).rejects.toThrow(/^.*broken\.gz: the gzip data ends too early, after line \d{3,4}$/);
    expect(lines.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(500);
    writeFileSync(path, Buffer.concat([gzipSync('one\n'), Buffer.from('no gzip at all')]));
    await expect(reading()).rejects.toThrow(/broken gzip data after line \d \(/);
  });

  it('that are not there are a mistake of who called', async () => {
    await expect(read({ input: join(folder, 'none') })).rejects.toThrow(/none: there is no such file$/);
    await expect(read({ input: folder })).rejects.toThrow(/: this is a folder, a file is wanted$/);
  });
});

describe('a file that is one JSON document', () => {
  const document = [{ a: 1 }, { b: [2, { c: 'x\ny' }] }, 'text'];
  const lines = document.map((one) => JSON.stringify(one));
  const of = async (text: string, options = {}) =>
    (await read({ input: Readable.from([Buffer.from(text)]), ...options })).lines;

  it.each([
    ['a pretty array', JSON.stringify(document, null, 2), lines],
    ['an array that begins with its first object', `[{\n${JSON.stringify(document, null, 2).slice(6)}`, lines],
    ['a pretty object', `\ufeff\n${JSON.stringify({ a: [1, 2] }, null, 4)}\n`, ['{"a":[1,2]}']],
    ['the Records of an export', JSON.stringify({ Records: document }, null, 1), lines],
    ['the records of an export of Azure', JSON.stringify({ records: document }, null, 1), lines],
  ])('is its records: %s', async (_, text, wanted) => {
    expect(await of(text)).toEqual(wanted);
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    expect((await read({ input: Readable.from(bytes) })).lines).toEqual(wanted);
  });

  it('in one line longer than a record may be is its records, too', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({ row: i }));
    expect(await of(JSON.stringify(rows), { maxLineBytes: 100 })).toHaveLength(300);
    expect((await of(JSON.stringify(rows))).length).toBe(1);
  });

  it('that breaks off is lines, each of which is refused by itself', async () => {
    const text = JSON.stringify(document, null, 2).slice(0, -2);
    expect(await of(text)).toEqual(text.split('\n'));
  });
});
