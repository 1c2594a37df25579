import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from '../../src/engine/rules.ts';
import type { InputBook, Rules } from '../../src/pipeline/input-book.ts';
import { takeOver } from '../../src/pipeline/partitions.ts';
import { putInPlace, rebuild } from '../../src/pipeline/rebuild.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, manifestOf, migratedStore } from '../stores/support.ts';

describe('a rebuild from a time since when a partition was given nothing', () => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(() => remove());

  it('leaves it as one that begins where it stands, under the inputs in force there, and knows each key again', async () => {
    const place = { source: 'kafka:t', partition: 1 };
    const rows = Array.from({ length: 10 }, (_, offset) => judged(offset, place));
    const events = rows.map(({ event }) => event);
    await store.writeEvents(store.pack(rows));
    const adoption = { partition: 'kafka:t/1', kind: 'config', version: 'v1', fromOffset: 3, epoch: 0 } as const;
    await store.writeAdoption(adoption);
    const rules = compileRules({});
    const book = { rules: () => Promise.resolve(rules) } as unknown as InputBook<Rules>;
    const common = { store, book, dedupeWindow: 100 };
    const taken = () => {
      const asked = { ...common, storeIsLog: false, now: () => 0, refolded: async () => {} };
      return takeOver({ ...place, generation: 1, logStart: 10, seek() {} }, asked);
    };
    const begun = await taken();
    const instead = manifestOf({ partition: 'kafka:t/1', nextOffset: 10, inputs: { config: 'v1' }, writers: [] });
    const from = Math.max(...events.map(({ receivedAt }) => receivedAt)) + 1;
    const rebuilt = await rebuild(instead, { ...common, from, onProgress() {}, keep: 10 });
    expect([rebuilt.events, rebuilt.agentIds]).toEqual([0, []]);
    await putInPlace(rebuilt, store, 'w', 0);
    rebuilt.close();
    const { held } = await taken();
    expect(JSON.stringify(held.partition)).toBe(JSON.stringify(begun.held.partition));
    expect([held.partition.nextOffset, held.absent.size, held.versions]).toEqual([10, 0, { config: 'v1' }]);
    const kinds = held.partition.foldAll(events, rules.inputs).map(({ outcome }) => outcome.kind);
    expect(new Set(kinds)).toEqual(new Set(['duplicate']));
  });
});
