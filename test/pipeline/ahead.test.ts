import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ahead, type Work } from '../../src/pipeline/ahead.ts';
import { pack, unpack } from '../../src/pipeline/parcel.ts';
import type { Batch, SourceItem, SourceRecord } from '../../src/sources/source.ts';
import { batchOf, range } from './batches.ts';

const batch = (records: SourceRecord[]): SourceItem => ({ kind: 'batch', batch: batchOf(records) });

async function* listed(items: (SourceItem | Error)[], taken: number[] = []): AsyncGenerator<SourceItem> {
  for (const [index, item] of items.entries()) {
    taken.push(index);
    if (item instanceof Error) throw item;
    yield item;
  }
}

const offsets = (work: Work): number[] => (work.kind === 'batch' ? work.decoded.map(({ offset }) => offset) : []);
const plain = ({ records }: Batch) => records.map(({ offset }) => ({ offset, items: [], dropped: 0 }));
const pause = () => new Promise((resolve) => setImmediate(resolve));

describe('decoding ahead of the fold', () => {
  it.each([0, 1, 4])('keeps the order of the source, however long each batch takes (depth %i)', async (depth) => {
    const items = Array.from({ length: 12 }, (_, n) => batch(range(n * 300, (n + 1) * 300 + (n === 5 ? 2_500 : 0))));
    const decode = async (one: Batch) => {
      for (let turn = one.records[0]!.offset % 7; turn > 0; turn -= 1) await pause();
      return plain(one);
    };
    const seen: number[] = [];
    for await (const work of ahead(listed(items), decode, depth, () => 0)) seen.push(...offsets(work));
    expect(seen).toEqual(
      items.flatMap((item) => (item.kind === 'batch' ? plain(item.batch).map((d) => d.offset) : [])),
    );
  });

  it('cuts large batches, but for those that somebody waits for', async () => {
    const settled = (): void => {};
    const items: SourceItem[] = [
      batch(range(0, 2_500)),
      { kind: 'batch', batch: { ...batchOf(range(0, 2_500)), settled } },
    ];
    const sizes: number[] = [];
    for await (const work of ahead(listed(items), plain, 4, () => 0)) sizes.push(offsets(work).length);
    expect(sizes).toEqual([1_000, 1_000, 500, 2_500]);
  });

  it('takes nothing behind an assignment that is not answered', async () => {
    const assigned: SourceItem = {
      kind: 'assigned',
      assignment: { source: 'kafka:t', partition: 0, generation: 1, seek: () => {} },
    };
    const taken: number[] = [];
    const works = ahead(
      listed([batch(range(0, 1)), assigned, batch(range(1, 2)), batch(range(2, 3))], taken),
      plain,
      4,
      () => 0,
    );
    expect((await works.next()).value?.kind).toBe('batch');
    expect((await works.next()).value?.kind).toBe('assigned');
    for (let turn = 0; turn < 5; turn += 1) await pause();
    expect(taken).toEqual([0, 1]);
    expect(offsets((await works.next()).value!)).toEqual([1]);
    expect(offsets((await works.next()).value!)).toEqual([2]);
    expect((await works.next()).done).toBe(true);
  });

  it('ends when the source does, though nothing came for a while', async () => {
    let stop = (): void => {};
    async function* quiet(): AsyncGenerator<SourceItem> {
      yield { kind: 'ours', partitions: [] };
      await new Promise<void>((resolve) => {
        stop = resolve;
      });
    }
    const works = ahead(quiet(), plain, 4, () => 0);
    expect((await works.next()).value).toEqual({ kind: 'ours', partitions: [] });
    const last = works.next();
    for (let turn = 0; turn < 5; turn += 1) await pause();
    stop();
    expect((await last).done).toBe(true);
  });

  it('tells of a failure of the source behind what came before it, and of the decoder in its place', async () => {
    const seen: number[] = [];
    const all = async (items: (SourceItem | Error)[], decode = plain) => {
      for await (const work of ahead(listed(items), decode, 4, () => 0)) seen.push(...offsets(work));
    };
    await expect(all([batch(range(0, 2)), new Error('torn')])).rejects.toThrow('torn');
    expect(seen.splice(0)).toEqual([0, 1]);
    const failing = (one: Batch) => {
      if (one.records[0]!.offset === 1) throw new Error('broken');
      return plain(one);
    };
    await expect(all([batch(range(0, 1)), batch(range(1, 2)), batch(range(2, 3))], failing)).rejects.toThrow('broken');
    expect(seen).toEqual([0]);
  });
});

describe('a parcel', () => {
  it('holds all of a batch', () => {
    const records = fc.array(
      fc.record(
        {
          offset: fc.nat(),
          receivedAt: fc.nat(),
          value: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.string(), fc.constant(null)),
          headers: fc.dictionary(fc.string(), fc.string()),
          refused: fc.constant({ reason: 'not_json' as const, detail: 'x' }),
          backfill: fc.boolean(),
        },
        { requiredKeys: ['offset', 'receivedAt', 'value'] },
      ),
    );
    fc.assert(
      fc.property(records, (some) => {
        const given = batchOf(some as SourceRecord[]);
        expect(unpack(structuredClone(pack(given)))).toEqual(given);
      }),
    );
  });
});
