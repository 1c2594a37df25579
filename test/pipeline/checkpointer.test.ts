import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPartition, type Partition } from '../../src/engine/partition.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { createCheckpointer } from '../../src/pipeline/checkpointer.ts';
import type { HeldPartition } from '../../src/pipeline/held.ts';
import { newTally } from '../../src/pipeline/tally.ts';
import type { Store } from '../../src/stores/store.ts';
import { call } from '../scope/support.ts';
import { migratedStore } from '../stores/support.ts';

const START = Date.parse('2026-10-05T09:00:00Z');
const AGENTS = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
const rules = compileRules({});

function heldOf(id: string): HeldPartition {
  const partition = createPartition({ id, engine: rules.engine, dedupeWindow: 1_000, nextOffset: 0 });
  const [source, number] = id.split('/') as [string, string];
  return {
    source,
    number: Number(number),
    generation: 1,
    partition,
    epoch: 0,
    began: 0,
    manifest: null,
    versions: {},
    rules,
    absent: new Set(),
    journal: [],
    judged: 0,
    tally: newTally(0, START),
  };
}

/** One more event of each agent. */
function goOn({ partition }: HeldPartition): void {
  for (const id of AGENTS) {
    const offset = partition.nextOffset;
    const at = START + offset * 60_000;
    const body = call({ agent: { id, id_basis: 'subject' }, target: { type: 'tool', name: `get_${offset}` } });
    const times = { occurredAt: at, receivedAt: at, effectiveAt: at };
    const position = { source: 't', partition: 0, offset, index: 0 };
    const facts = { args: [], result: [], redacted: [], tools: [] };
    const key = offset.toString(16).padStart(16, '0').padEnd(32, '0');
    partition.fold({ key, contentHash: key.slice(0, 16), position, ...times, body, facts }, rules.inputs);
    partition.pass(offset);
  }
}

const statesOf = (partition: Partition): [string, string][] =>
  [...partition.agents].map(([id, agent]): [string, string] => [id, JSON.stringify(agent)]).sort();

describe('a checkpoint of more state than is written at once', () => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(async () => {
    await remove();
  });

  /** `dies`: the writing of state, counted, at which the process ends. */
  const checkpointer = (
    dies = Number.POSITIVE_INFINITY,
    between = (): void | Promise<void> => {},
    { writer, storeIsLog } = { writer: 'test', storeIsLog: false },
  ) => {
    let written = 0;
    const save = createCheckpointer({
      store: {
        ...store,
        async writeStates(rows) {
          written += 1;
          if (written === dies) throw new Error('killed');
          await store.writeStates(rows);
          await between();
        },
      },
      writer,
      storeIsLog,
      durable: () => Promise.resolve(),
      persist: (_, write) => write(),
      commit: () => Promise.resolve(),
      maxAgents: () => 100,
      portion: 20_000,
      now: () => START,
    });
    return { save, portions: () => written };
  };

  it('is whole, and of one moment, though events are folded while it is written', async () => {
    const held = heldOf('whole/0');
    goOn(held);
    const then = statesOf(held.partition);
    const { save, portions } = checkpointer(Number.POSITIVE_INFINITY, () => goOn(held));
    await save([held]);
    expect(portions()).toBeGreaterThan(2);
    const manifest = (await store.newestManifest('whole/0'))!;
    expect(manifest.nextOffset).toBe(AGENTS.length);
    expect([...(await store.loadStates(manifest, AGENTS))].sort()).toEqual(then);
  });

  it('counts for nothing where the process died in the midst of it', async () => {
    const held = heldOf('broken/0');
    goOn(held);
    await checkpointer().save([held]);
    const then = statesOf(held.partition);
    goOn(held);
    await expect(checkpointer(2).save([held])).rejects.toThrow('killed');
    const manifest = (await store.newestManifest('broken/0'))!;
    expect(manifest.nextOffset).toBe(AGENTS.length);
    expect([...(await store.loadStates(manifest, AGENTS))].sort()).toEqual(then);
  });

  it('waits for the one before it, whose states it counts on', async () => {
    const held = heldOf('twice/0');
    goOn(held);
    let second: Promise<unknown> | undefined;
    const { save } = checkpointer(Number.POSITIVE_INFINITY, async () => {
      second ??= save([held]);
      // Time for the second to overtake the first, where nothing holds it back.
      for (let n = 0; n < 20; n += 1) await store.newestManifest('twice/0');
      const manifest = await store.newestManifest('twice/0');
      if (manifest !== null) expect((await store.loadStates(manifest, AGENTS)).size).toBe(AGENTS.length);
    });
    const first = save([held]);
    held.partition.pass(2 * AGENTS.length);
    await first;
    await second;
    const manifest = (await store.newestManifest('twice/0'))!;
    expect(manifest.nextOffset).toBe(2 * AGENTS.length + 1);
    expect([...(await store.loadStates(manifest, AGENTS))].sort()).toEqual(statesOf(held.partition));
  });

  it('is the last one where it failed: what it took is in no row', async () => {
    const held = heldOf('failed/0');
    goOn(held);
    const { save } = checkpointer(2);
    await expect(save([held])).rejects.toThrow('killed');
    goOn(held);
    await expect(save([held])).rejects.toThrow('killed');
    expect(await store.newestManifest('failed/0')).toBeNull();
  });

  const process = (writer: string, storeIsLog: boolean) =>
    checkpointer(Number.POSITIVE_INFINITY, () => {}, { writer, storeIsLog }).save;

  it('ends who saves, without Kafka, what somebody else has saved since, and nobody who took it over from him', async () => {
    const [first, second] = [heldOf('two/0'), heldOf('two/0')];
    const [one, other] = [process('one', true), process('other', true)];
    for (const held of [first, second]) goOn(held);
    await one([first]);
    goOn(second);
    await expect(other([second])).rejects.toThrow(/^two\/0: another process has saved it since .* store\.database/);
    goOn(first);
    await one([first]);
    const next = heldOf('two/0');
    next.manifest = (await store.newestManifest('two/0'))!;
    goOn(next);
    next.partition.pass(next.manifest.nextOffset);
    await process('next', true)([next]);
    goOn(first);
    goOn(first);
    await expect(one([first])).rejects.toThrow(/another process/);
    expect((await store.newestManifest('two/0'))!.writer).toBe('next');
  });

  it('ends who goes on beside a rebuild; who only keeps a partition of Kafka too long is passed by', async () => {
    const [mine, theirs] = [heldOf('t/0'), heldOf('t/0')];
    const [one, other] = [process('one', false), process('other', false)];
    for (const held of [mine, theirs]) goOn(held);
    await one([mine]);
    goOn(theirs);
    await other([theirs]);
    mine.partition.pass(AGENTS.length);
    await one([mine]);
    expect((await store.newestManifest('t/0'))!.writer).toBe('other');
    await store.writeManifest({ ...theirs.manifest!, epoch: 1 });
    goOn(theirs);
    await expect(other([theirs])).rejects.toThrow(/^t\/0: its baseline was rebuilt/);
  });
});

describe('checkpoints of several partitions', () => {
  /** What is written, in order, where these are saved. */
  async function written(all: readonly HeldPartition[]): Promise<string[]> {
    const seen: string[] = [];
    const save = createCheckpointer({
      store: {
        newestManifest: () => Promise.resolve(null),
        writeStates: async (rows) =>
          void seen.push(`states of ${new Set(rows.map(({ partition }) => partition)).size}`),
        writeManifest: async ({ partition }) => void seen.push(`manifest ${partition}`),
      } as Partial<Store> as Store,
      writer: 'test',
      storeIsLog: false,
      durable: async () => void seen.push('events'),
      persist: (_, write) => write(),
      commit: async ({ partition }) => void seen.push(`commit ${partition.id}`),
      maxAgents: () => 100,
      now: () => START,
    });
    const saved = await save(all);
    expect(saved.map(({ held }) => held)).toEqual(all.filter(({ manifest }) => manifest !== null));
    return seen;
  }

  it('have one flush of events before them and one insert of states, and then a manifest each', async () => {
    const all = [heldOf('few/0'), heldOf('few/1'), heldOf('few/2')];
    goOn(all[0]!);
    goOn(all[2]!);
    all[1]!.partition.pass(5);
    const each = all.flatMap(({ partition: { id } }) => [`manifest ${id}`, `commit ${id}`]);
    expect(await written(all)).toEqual(['events', 'states of 3', ...each]);
  });

  it('are taken in rounds, where many agents changed', async () => {
    const all = Array.from({ length: 12 }, (_, n) => heldOf(`many/${n}`));
    for (const held of all) goOn(held);
    const seen = await written(all);
    expect(seen.filter((what) => what === 'events')).toHaveLength(2);
    expect(seen.filter((what) => what.startsWith('states'))).toEqual(['states of 10', 'states of 2']);
    expect(seen.indexOf('manifest many/9')).toBeLessThan(seen.lastIndexOf('events'));
  });
});

describe('what older checkpoints left', () => {
  it('is collected of every partition, though they are saved in turn', async () => {
    const collected = new Set<string>();
    const save = createCheckpointer({
      store: {
        newestManifest: () => Promise.resolve(null),
        writeStates: () => Promise.resolve(),
        writeManifest: () => Promise.resolve(),
        collect: ({ partition }) => Promise.resolve(void collected.add(partition)),
      } as Partial<Store> as Store,
      writer: 'test',
      storeIsLog: false,
      durable: () => Promise.resolve(),
      persist: (_, write) => write(),
      commit: () => Promise.resolve(),
      maxAgents: () => 100,
      now: () => START,
    });
    const all = Array.from({ length: 8 }, (_, n) => heldOf(`turns/${n}`));
    for (let round = 0; round < 25; round += 1)
      for (const held of all) {
        held.partition.pass(round);
        await save([held]);
      }
    expect([...collected].sort()).toEqual(all.map(({ partition }) => partition.id));
  });
});
