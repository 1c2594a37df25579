import { beforeAll, describe, expect, it } from 'vitest';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import type { SourceItem, SourceRecord } from '../../src/sources/source.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { nativeEvent } from '../support/decoding.ts';
import { pipelineOf } from './pipeline.ts';

const START = Date.UTC(2026, 10, 20);
const LIMITS = { maxRows: 10_000, maxSeconds: 10, maxBytes: 1e7 };

/** What is done to a process that reads a topic, in order: a crash is an item among the others. */
type Item = { do: 'read'; to: number } | { do: 'grants'; tools: string[] } | { do: 'checkpoint' } | { do: 'crash' };

/** With a hole, as a broker's own records leave them. */
const log = Array.from({ length: 900 }, (_, n): SourceRecord => {
  const at = START + n * 1_000;
  const agent = { id: `agent-${n % 5}` };
  const target = { name: n % 7 === 0 ? 'delete_ticket' : n % 3 === 0 ? 'update_ticket' : 'get_ticket' };
  const value = nativeEvent({ event_id: `call-${n}`, occurred_at: new Date(at).toISOString(), agent, target });
  return { offset: n < 500 ? n : n + 3, value: JSON.stringify(value), receivedAt: at };
});

const grants = (tools: string[]) =>
  grantsFileSchema.parse({ grants: [{ id: 'tickets', agents: ['agent-*'], servers: ['tickets'], targets: tools }] });

/** Does all of it to one store, in as many processes as crashes make of it; answers what is left there. */
async function lived(items: readonly Item[]) {
  const { store, remove } = await migratedStore();
  try {
    const left = [...items];
    const clock = { now: START };
    for (let process = 0; left.length > 0; process += 1) await run(store, left, clock, process);
    return await leftIn(store);
  } finally {
    await remove();
  }
}

/** One process, which takes the items that it lives to see. Batches are of another size in each. */
async function run(store: Store, left: Item[], clock: { now: number }, process: number): Promise<void> {
  const now = (): number => clock.now;
  const rules = createRuleBook({ store, now });
  await rules.keepGrants();
  let dead = (): void => {};
  const death = new Promise<'dead'>((resolve) => {
    dead = () => resolve('dead');
  });
  const source = {
    name: 'kafka:t',
    commit: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async *[Symbol.asyncIterator](): AsyncGenerator<SourceItem> {
      let next = 0;
      const place = { source: 'kafka:t', partition: 0, generation: 1 };
      const seek = (offset: number): void => {
        next = offset;
      };
      yield { kind: 'assigned', assignment: { ...place, logStart: 0, logEnd: 903, partitions: 1, seek } };
      for (let item = left.shift(); item !== undefined; item = left.shift()) {
        if (item.do === 'checkpoint') await pipeline.checkpoint();
        if (item.do === 'grants') await rules.setGrants(grants(item.tools));
        if (item.do === 'read')
          for (const { to } = item; next < to; ) {
            const records = log.filter(({ offset }) => offset >= next && offset < to).slice(0, 40 + 13 * process);
            next = (records.at(-1)?.offset ?? to) + 1;
            clock.now = Math.max(clock.now, records.at(-1)?.receivedAt ?? 0);
            if (records.length > 0)
              yield { kind: 'batch', batch: { ...place, instance: 'gw', gateway: 'auto', records } };
          }
        if (item.do !== 'crash') continue;
        await expect.poll(() => pipeline.buffered, { timeout: 30_000 }).toBe(0);
        dead();
        await new Promise(() => {});
      }
    },
  };
  const pipeline = pipelineOf({ source, store, book: rules.book, writer: `w${process}`, now });
  await Promise.race([death, pipeline.run()]);
}

async function leftIn(store: Store) {
  const states = new Map<string, string>();
  const manifest = (await store.newestManifest('kafka:t/0'))!;
  for await (const some of store.allStates(manifest)) for (const [id, state] of some) states.set(id, state);
  const rows = async (sql: string) => (await store.query(sql, LIMITS)).rows;
  return {
    nextOffset: manifest.nextOffset,
    states: [...states].sort(),
    events: await rows('SELECT event_id, scope, grant_id, class FROM v_events ORDER BY occurred_at'),
    alerts: (await store.alerts({ limit: 1_000, oldestFirst: true })).map(({ alert_id, revision, summary }) => [
      alert_id,
      revision,
      summary,
    ]),
    adoptions: (await store.adoptions('kafka:t/0', 0, 0)).map(({ kind, version, fromOffset }) => [
      kind,
      version,
      fromOffset,
    ]),
  };
}

const CRASH: Item = { do: 'crash' };
const plan: Item[] = [
  { do: 'grants', tools: ['get_ticket'] },
  { do: 'read', to: 400 },
  { do: 'checkpoint' },
  { do: 'read', to: 450 },
  { do: 'grants', tools: ['get_*', 'update_*'] },
  { do: 'read', to: 500 },
  { do: 'grants', tools: ['get_*', 'update_*', 'delete_*'] },
  { do: 'read', to: 700 },
  { do: 'grants', tools: ['get_*'] },
  { do: 'read', to: 903 },
];

describe('a process that reads a topic and is killed', () => {
  let undisturbed: Awaited<ReturnType<typeof lived>>;
  beforeAll(async () => {
    undisturbed = await lived(plan);
    expect(undisturbed.adoptions).toHaveLength(4);
    expect(new Set(undisturbed.events.map(({ scope }) => scope))).toEqual(new Set(['in', 'out']));
  }, 60_000);

  it.each([
    ['before anything is saved', [2]],
    ['again before it has caught up, and is given other grants then', [8, 8]],
    ['now and then, also between a change and what comes after it', [4, 5, 6, 7, 9]],
  ])(
    '%s: states, judgements and journal are those of a run that nothing disturbed',
    async (_, places) => {
      const rough = plan.flatMap((item, at) => [...places.filter((place) => place === at).map(() => CRASH), item]);
      expect(await lived(rough)).toEqual(undisturbed);
    },
    120_000,
  );
});
