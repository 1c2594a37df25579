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

it('a source that takes the place of the one that was learned is told until it has a checkpoint', async () => {
  const of = (foldSource: string) => otherwise(store, foldSource);
  expect(await of('http')).toEqual([]);
  await manifest('http/0');
  expect(await of('http')).toEqual([]);
  const text = 'kafka:a/b is read for the first time, and learns every agent anew: what was learned is of http';
  expect([await of('kafka:a/b'), await of('kafka:a/b')]).toEqual([[text], [text]]);
  await manifest('kafka:a/b/3');
  expect([await of('kafka:a/b'), await of('http')]).toEqual([[], []]);
});
