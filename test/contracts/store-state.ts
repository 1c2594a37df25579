import { describe, expect, it } from 'vitest';
import { readReviews } from '../../src/commands/support/connections-port.ts';
import type { Manifest, Store } from '../../src/stores/store.ts';
import { LIMITS, manifestOf, NOW, stateOf } from '../stores/support.ts';

let partitions = 0;
const named = (): string => `state/${partitions++}`;

export function storeState(store: () => Store): void {
  const all = async (manifest: Manifest): Promise<Record<string, string>> => {
    const states: Record<string, string> = {};
    for await (const batch of store().allStates(manifest)) Object.assign(states, Object.fromEntries(batch));
    return states;
  };
  const seen = (states: Record<string, string> | Map<string, string>) =>
    Object.fromEntries(
      (states instanceof Map ? [...states] : Object.entries(states)).map(([id, state]) => {
        const { nextOffset, writer } = JSON.parse(state) as { nextOffset: number; writer: string };
        return [id, `${writer}@${nextOffset}`];
      }),
    );

  describe('checkpoints', () => {
    it('answers the newest manifest by epoch, then offset, as it was written', async () => {
      const partition = named();
      expect(await store().newestManifest(partition)).toBeNull();
      const early = manifestOf({ partition, nextOffset: 500, state: '{"a":1}' });
      const late = manifestOf({ partition, epoch: 1, nextOffset: 3, inputs: { grants: 'v2', config: "c'" } });
      for (const manifest of [late, early, early]) await store().writeManifest(manifest);
      expect(await store().newestManifest(partition)).toEqual(late);
      expect(await store().newestManifest(named())).toBeNull();
    });

    it('names every partition that has one, once', async () => {
      const [second, first, without] = [`b${named()}`, `a${named()}`, named()];
      for (const [nextOffset, partition] of [second, second, first].entries())
        await store().writeManifest(manifestOf({ partition, nextOffset }));
      const mine = (await store().checkpointed()).filter((one) => [first, second, without].includes(one));
      expect(mine).toEqual([first, second]);
    });

    it('counts the rows that the manifest names, and no others', async () => {
      const partition = named();
      await store().writeStates([
        stateOf('both', 90, { partition }),
        stateOf('both', 110, { partition, writer: 'w2' }),
        stateOf('old', 40, { partition }),
        // Written by the first writer after the second took over: its manifest does not name them.
        stateOf('old', 120, { partition }),
        stateOf('stray', 105, { partition, writer: 'w3' }),
        stateOf("it's \\ one", 100, { partition }),
      ]);
      const writers = [
        { writer: 'w1', nextOffset: 100 },
        { writer: 'w2', nextOffset: 130 },
      ];
      const manifest = manifestOf({ partition, nextOffset: 130, writer: 'w2', writers });
      const known = { both: 'w2@110', old: 'w1@40', "it's \\ one": 'w1@100' };
      expect(seen(await all(manifest))).toEqual(known);
      expect(seen(await store().loadStates(manifest, ['both', 'stray', "it's \\ one", 'none']))).toEqual({
        both: 'w2@110',
        "it's \\ one": 'w1@100',
      });
      expect((await store().loadStates(manifest, [])).size).toBe(0);
      const ids: string[] = [];
      for await (const some of store().agentIds(manifest)) ids.push(...some);
      expect(ids.sort()).toEqual(Object.keys(known).sort());
    });

    it('takes a later epoch before a higher offset', async () => {
      const partition = named();
      await store().writeStates([
        stateOf('a', 900, { partition }),
        stateOf('a', 10, { partition, epoch: 1 }),
        stateOf('b', 800, { partition }),
      ]);
      const writers = [{ writer: 'w1', nextOffset: 20, epoch: 1 }];
      expect(seen(await all(manifestOf({ partition, epoch: 1, nextOffset: 20, writers })))).toEqual({
        a: 'w1@10',
        b: 'w1@800',
      });
    });

    it('knows the states that thousands of processes wrote, one after the other', async () => {
      const partition = named();
      const start = 5_000_000_000;
      const writers = Array.from({ length: 3_000 }, (_, n) => ({
        writer: `process-${n}`.padEnd(36, '-'),
        nextOffset: start + n,
      }));
      await store().writeStates([
        ...writers.map(({ writer, nextOffset }, n) => stateOf(`agent-${n % 20}`, nextOffset, { partition, writer })),
        stateOf('stray', 0, { partition, writer: 'none of them' }),
        stateOf('agent-7', start + 9_999, { partition, writer: writers[7]!.writer }),
      ]);
      const manifest = manifestOf({ partition, nextOffset: start + 2_999, writer: writers.at(-1)!.writer, writers });
      await store().writeManifest(manifest);
      await store().collect(manifest);
      const states = seen(await all(manifest));
      expect(Object.keys(states)).toHaveLength(20);
      expect(states['agent-7']).toBe(`${writers[2_987]!.writer}@${start + 2_987}`);
    });

    it('loads many agents at once, and streams all of them', async () => {
      const partition = named();
      const states = Array.from({ length: 12_000 }, (_, i) =>
        stateOf(`agent-${i}-${'x'.repeat(30)}`, 1 + (i % 50), { partition }),
      );
      await store().writeStates(states);
      const manifest = manifestOf({ partition });
      expect(
        (
          await store().loadStates(
            manifest,
            states.map(({ agentId }) => agentId),
          )
        ).size,
      ).toBe(12_000);
      expect(Object.keys(await all(manifest))).toHaveLength(12_000);
    });

    it('collects what no manifest needs that somebody may still hold', async () => {
      const partition = named();
      const at = (nextOffset: number, savedAt: number): Manifest => manifestOf({ partition, nextOffset, savedAt });
      const checkpoint = async (manifest: Manifest, ...agents: string[]): Promise<void> => {
        await store().writeStates(agents.map((agent) => stateOf(agent, manifest.nextOffset, { partition })));
        await store().writeManifest(manifest);
      };
      const [first, second, third, last] = [
        at(10, NOW),
        at(20, NOW + 30_000),
        at(30, NOW + 100_000),
        at(40, NOW + 120_000),
      ] as const;
      await checkpoint(first, 'quiet', 'busy');
      await checkpoint(second, 'busy');
      await checkpoint(third, 'busy');
      await checkpoint(last, 'busy');
      await store().collect(third);
      expect(seen(await all(first)), 'not the newest: nothing is deleted').toEqual({ quiet: 'w1@10', busy: 'w1@10' });
      await store().collect(last);
      expect(seen(await all(last))).toEqual({ quiet: 'w1@10', busy: 'w1@40' });
      expect(seen(await all(third)), 'saved within the minute').toEqual({ quiet: 'w1@10', busy: 'w1@30' });
      expect(seen(await all(second)), 'the last one before').toEqual({ quiet: 'w1@10', busy: 'w1@20' });
      expect(seen(await all(first)), 'superseded long ago').toEqual({ quiet: 'w1@10' });
      expect(await store().newestManifest(partition)).toEqual(last);
    });
  });

  describe('how far topics are re-keyed', () => {
    it('answers the furthest place of each partition of a source, by epoch, then offset', async () => {
      const [source, other] = [`kafka:${named()}`, `kafka:${named()}`];
      const place = (partition: string, epoch: number, nextOffset: number) => ({
        ...{ partition, epoch, nextOffset },
        state: `{"partitions":2,"last":{"offset":${nextOffset - 1},"at":1}}`,
        savedAt: NOW,
      });
      const [first, second] = [place(`${source}/0`, 1, 7), place(`${source}/1`, 0, 900)];
      await store().writeRekeyedPlaces([]);
      await store().writeRekeyedPlaces([place(`${source}/0`, 0, 50), second, place(`${other}/0`, 3, 3)]);
      await store().writeRekeyedPlaces([first]);
      // Of a process that stood still meanwhile.
      await store().writeRekeyedPlaces([place(`${source}/0`, 0, 60), place(`${source}/1`, 0, 800), first]);
      const found = await store().rekeyedPlaces(source);
      expect(found.sort((a, b) => (a.partition < b.partition ? -1 : 1))).toEqual([first, second]);
      expect(await store().rekeyedPlaces(`kafka:${named()}`)).toEqual([]);
    });
  });

  describe('inputs', () => {
    it('keeps each version once, with the time of its first loading', async () => {
      const version = { kind: 'grants', version: 'abc', content: '{"grants":[{"id":"g"}]}', loadedAt: NOW };
      for (const loadedAt of [NOW + 5, NOW, NOW + 9]) await store().writeInput({ ...version, loadedAt });
      await store().writeInput({ ...version, kind: 'config', version: 'x', content: "it's \ud800 \\" });
      expect(await store().readInput('grants', 'abc')).toEqual(version);
      expect(await store().readInput('config', 'x')).toMatchObject({ content: "it's \ufffd \\" });
      expect(await store().readInput('grants', 'none')).toBeNull();
    });

    it('answers the newest of a kind', async () => {
      const kind = named();
      expect(await store().newestInput(kind)).toBeNull();
      const of = (version: string, loadedAt: number) => ({ kind, version, content: `content of ${version}`, loadedAt });
      for (const one of [of('b', NOW), of('c', NOW + 5), of('a', NOW + 2), of('b', NOW + 9)])
        await store().writeInput(one);
      expect(await store().newestInput(kind)).toEqual(of('c', NOW + 5));
      expect(await store().newestInput(kind, NOW + 4)).toEqual(of('a', NOW + 2));
      expect(await store().newestInput(kind, NOW - 1)).toBeNull();
    });

    it('answers adoptions from an offset on, the last word at each', async () => {
      const partition = named();
      const adopt = (fromOffset: number, version: string, kind = 'grants', epoch = 0) =>
        store().writeAdoption({ partition, kind, version, fromOffset, epoch });
      await adopt(0, 'v1');
      await adopt(50, 'v2');
      await adopt(50, 'v3');
      await adopt(50, 'c2', 'config');
      await adopt(70, 'v9', 'grants', 1);
      expect(await store().adoptions(partition, 0, 50)).toEqual([
        { partition, kind: 'grants', version: 'v3', fromOffset: 50, epoch: 0 },
        { partition, kind: 'config', version: 'c2', fromOffset: 50, epoch: 0 },
      ]);
      expect(await store().adoptions(partition, 0, 0)).toHaveLength(3);
    });

    it('keeps reviews of connections', async () => {
      const review = { agent: 'a', server: 'vault', at: NOW, by: 'mia', note: 'fine' };
      await store().writeReview({ ...review, at: NOW + 1 });
      await store().writeReview(review);
      await store().writeReview(review);
      const port = { query: async (sql: string) => (await store().query(sql, LIMITS)).rows };
      expect(await readReviews(port)).toEqual([review, { ...review, at: NOW + 1 }]);
    });
  });
}
