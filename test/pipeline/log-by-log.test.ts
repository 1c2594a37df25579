import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { compileRules } from '../../src/engine/rules.ts';
import type { InputBook, Rules } from '../../src/pipeline/input-book.ts';
import { putInPlace, rebuild } from '../../src/pipeline/rebuild.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, manifestOf, migratedStore } from '../stores/support.ts';

describe('a partition whose topic was made anew, folded again from its record', () => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(() => remove());

  it('is folded log by log, each under the inputs that were in force in it', async () => {
    const at = { source: 'kafka:t', partition: 0 };
    const old = Array.from({ length: 10 }, (_, offset) => judged(offset, at));
    const young = Array.from({ length: 8 }, (_, offset) =>
      judged(offset, { ...at, epoch: 2, key: `b${offset}`.padEnd(32, 'a') }),
    );
    await store.writeEvents(store.pack([...young, ...old]));
    const adopt = (epoch: number, fromOffset: number, version: string) =>
      store.writeAdoption({ partition: 'kafka:t/0', kind: 'config', version, fromOffset, epoch });
    await adopt(0, 0, 'v1');
    // Epoch 1 is an operator's: the log went on.
    await adopt(1, 5, 'v2');
    await adopt(2, 0, 'v3');
    await adopt(2, 3, 'v4');
    // Past the manifest: for the records there, which the next fold judges.
    await adopt(2, 6, 'v5');
    const rules = compileRules({});
    const inForce: (string | undefined)[] = [];
    const book = {
      rules(versions) {
        inForce.push(versions.config);
        return Promise.resolve(rules);
      },
    } as InputBook<Rules>;
    const state = '{"remade":[2],"partitions":1}';
    const instead = manifestOf({ partition: 'kafka:t/0', epoch: 2, nextOffset: 5, state, writers: [] });
    const options = { store, book, dedupeWindow: 100, from: 0, onProgress() {}, keep: 1 };
    const rebuilt = await rebuild(instead, options);
    const { events, held, agentIds, stateOf } = rebuilt;
    // Of the younger log what lies past the manifest is left to the next fold.
    expect(events).toBe(15);
    const calls = agentIds.map((agentId) => (JSON.parse(stateOf(agentId)!) as AgentState).calls);
    expect(calls.reduce((sum, one) => sum + one, 0)).toBe(15);
    // One waits in a file.
    expect([agentIds.length, held.absent.size]).toEqual([3, 1]);
    expect(inForce).toEqual([undefined, 'v1', 'v2', 'v3', 'v4']);
    await putInPlace(rebuilt, store, 'w', 0);
    rebuilt.close();
    const put = await store.loadStates((await store.newestManifest('kafka:t/0'))!, agentIds);
    expect([...put.keys()].sort()).toEqual([...agentIds].sort());
    expect((await store.newestManifest('kafka:t/0'))!.inputs).toEqual({ config: 'v4' });
    expect(await store.adoptions('kafka:t/0', 3, 5)).toMatchObject([{ version: 'v5', fromOffset: 6 }]);
  });
});
