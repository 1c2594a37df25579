import { expect, it } from 'vitest';
import { slicesOf } from '../../src/pipeline/slices.ts';

const records = (sizes: readonly number[]) =>
  sizes.map((size, offset) => ({ offset, value: new Uint8Array(size), receivedAt: 0 }));
const lengths = (sizes: readonly number[]): number[] => [...slicesOf(records(sizes))].map(({ length }) => length);

it('a batch is cut by number and by bytes, and nothing of it is lost', () => {
  expect(lengths([])).toEqual([]);
  expect(lengths(Array.from({ length: 600 }, () => 600))).toEqual([250, 250, 100]);
  expect(lengths([1_000_000, 10, 1_000_000, 1_000_000])).toEqual([1, 1, 1, 1]);
  expect(lengths(Array.from({ length: 20 }, () => 30_000))).toEqual([8, 8, 4]);
  const all = records([5, 300_000, 7]);
  expect([...slicesOf(all)].flat()).toEqual(all);
  expect([...slicesOf([{ offset: 1, value: null, receivedAt: 0 }])]).toHaveLength(1);
});
