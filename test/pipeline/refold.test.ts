import { expect, it } from 'vitest';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import type { HeldPartition } from '../../src/pipeline/held.ts';
import type { Source, SourceItem, SourceRecord } from '../../src/sources/source.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { nativeEvent } from '../support/decoding.ts';
import { pipelineOf } from './pipeline.ts';

const START = Date.UTC(2026, 10, 20);
const AGENTS = 12;
const KEEP = 3;

/** Posts of three calls each. */
const posts = Array.from({ length: 200 }, (_, offset): SourceRecord => {
  const calls = [0, 1, 2].map((n) =>
    nativeEvent({
      event_id: `call-${offset}-${n}`,
      occurred_at: new Date(START + offset * 60_000 + n).toISOString(),
      agent: { id: `agent-${(offset * 5 + n) % AGENTS}` },
      target: { name: offset % 7 === 0 ? 'delete_ticket' : `get_${offset % 5}` },
    }),
  );
  return { offset, value: JSON.stringify(calls), receivedAt: START + offset * 60_000 };
});

/** A process without Kafka that is given these, and then killed or stopped. Answers how it found the partition. */
async function run(store: Store, records: SourceRecord[], end: 'killed' | 'stopped', writer: string): Promise<number> {
  let worked = (): void => {};
  const given = new Promise<void>((resolve) => {
    worked = resolve;
  });
  let over = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    over = resolve;
  });
  const source: Source = {
    name: 'http',
    commit: () => Promise.resolve(),
    stop: () => Promise.resolve(over()),
    async *[Symbol.asyncIterator](): AsyncGenerator<SourceItem> {
      const place = { source: 'http', partition: 0, generation: 1 };
      yield { kind: 'assigned', assignment: { ...place, seek: () => {} } };
      if (records.length > 0) yield { kind: 'batch', batch: { ...place, instance: 'gw', gateway: 'auto', records } };
      worked();
      await stopped;
    },
  };
  let found = 0;
  const assigned = ({ partition }: HeldPartition): void => {
    found = partition.agents.size;
  };
  const now = (): number => START + 86_400_000;
  const maxAgents = records.length > 0 ? 1_000 : KEEP;
  const { book, setGrants } = createRuleBook({ store, now });
  await setGrants(
    grantsFileSchema.parse({
      grants: [{ id: 'reads', agents: ['*'], targets: ['get_*'], valid_from: '2026-01-01T00:00:00Z' }],
    }),
  );
  const pipeline = pipelineOf({ source, store, book, storeIsLog: true, writer, maxAgents, now }, { assigned });
  const running = pipeline.run();
  await given;
  if (end === 'killed') await expect.poll(() => pipeline.buffered, { timeout: 30_000 }).toBe(0);
  else await Promise.all([pipeline.stop(), running]);
  return found;
}

async function leftIn(store: Store) {
  const states = new Map<string, string>();
  for await (const some of store.allStates((await store.newestManifest('http/0'))!))
    for (const [id, state] of some) states.set(id, state);
  const alerts = await store.alerts({ limit: 1_000, oldestFirst: true });
  return { states: [...states].sort(), alerts: alerts.map(({ alert_id, revision }) => [alert_id, revision]).sort() };
}

/** What is left of all posts, in a record of its own. */
async function lived(work: (store: Store) => Promise<void>) {
  const { store, remove } = await migratedStore();
  try {
    await work(store);
    return await leftIn(store);
  } finally {
    await remove();
  }
}

it('what a killed process had stored is folded again with few agents in memory, and is what it was', async () => {
  const undisturbed = await lived(async (store) => void (await run(store, posts, 'stopped', 'w1')));
  const again = await lived(async (store) => {
    await run(store, posts, 'killed', 'w1');
    // In the last record there may be three more.
    expect(await run(store, [], 'stopped', 'w2')).toBeLessThanOrEqual(KEEP + 3);
  });
  expect(again.states).toHaveLength(AGENTS + 1);
  expect(again.alerts.length).toBeGreaterThan(0);
  expect(again).toEqual(undisturbed);
}, 120_000);
