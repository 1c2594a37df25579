import { afterAll, beforeAll, expect, it } from 'vitest';
import { otherwise } from '../../src/commands/support/otherwise.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore, NOW } from '../stores/support.ts';

let store: Store;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ store, remove } = await migratedStore());
});
afterAll(() => remove());

const manifest = (partition: string) =>
  store.writeManifest({
    partition,
    epoch: 0,
    nextOffset: 7,
    writer: 'w',
    writers: [],
    inputs: {},
    state: '',
    savedAt: NOW,
  });

it('another hash key is told once, and one that is put back as well', async () => {
  const keys = async (...marks: string[]) => {
    const told: number[] = [];
    for (const keyMark of marks) told.push((await otherwise(store, { keyMark, foldSource: 'http' })).length);
    return told;
  };
  expect(await keys('a', 'a', 'b', 'b', 'a', 'a')).toEqual([0, 0, 1, 0, 1, 0]);
});

it('a source that takes the place of the one that was learned is told until it has a checkpoint', async () => {
  const of = (foldSource: string) => otherwise(store, { keyMark: 'a', foldSource });
  expect(await of('http')).toEqual([]);
  await manifest('http/0');
  expect(await of('http')).toEqual([]);
  const text = 'kafka:a/b is read for the first time, and learns every agent anew: what was learned is of http';
  expect([await of('kafka:a/b'), await of('kafka:a/b')]).toEqual([[text], [text]]);
  await manifest('kafka:a/b/3');
  expect([await of('kafka:a/b'), await of('http')]).toEqual([[], []]);
});
