import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { Observer } from '../../src/pipeline/observer.ts';
import type { SourceRecord } from '../../src/sources/source.ts';
import { migratedStore } from '../stores/support.ts';
import { smallCompany } from '../support/service.ts';
import { logOf } from './log.ts';
import { pipelineOf } from './pipeline.ts';

const SLICE = 250;
const { events } = smallCompany({ agents: 200, days: 3 });
const read = events.slice(0, 8_000);
const agents = new Set(read.map(({ agent }) => (agent as { id: string }).id));
const records = read.map(
  (event, offset): SourceRecord => ({
    offset,
    value: JSON.stringify(event),
    receivedAt: Date.parse(event.occurred_at as string),
  }),
);

/** Reads all of it, with room for so many agents. */
async function readWith(maxAgents: number, [first, second] = [records.slice(0, 4_000), records.slice(4_000)]) {
  const { store, remove } = await migratedStore();
  try {
    const now = (): number => Date.UTC(2026, 10, 20);
    const alerts: Alert[] = [];
    let most = 0;
    let buffered = 0;
    const seen: Partial<Observer> = {
      alerted: (alert) => alerts.push(alert),
      foldTime() {
        buffered = Math.max(buffered, pipeline.buffered);
        for (const { partition } of pipeline.held.values()) most = Math.max(most, partition.agents.size);
      },
    };
    const source = logOf([first!, second!], first!.length + second!.length);
    const pipeline = pipelineOf({ source, store, maxAgents, now }, seen);
    const running = pipeline.run();
    await source.read;
    await pipeline.stop();
    await running;
    const manifest = (await store.newestManifest('kafka:t/0'))!;
    const states = new Map<string, string>();
    for await (const some of store.allStates(manifest)) for (const [id, state] of some) states.set(id, state);
    return { most, buffered, alerts, states };
  } finally {
    await remove();
  }
}

describe('agents in memory', () => {
  it('stay bounded, between checkpoints too, and what comes of it is the same', async () => {
    const roomy = await readWith(10_000);
    expect(roomy.most).toBe(agents.size);
    const narrow = await readWith(20);
    expect(narrow.most).toBeLessThanOrEqual(1.5 * 20 + SLICE / 2);
    expect(narrow.most).toBeLessThan(roomy.most);
    expect(narrow.alerts).toEqual(roomy.alerts);
    expect([...narrow.states].sort()).toEqual([...roomy.states].sort());
  }, 120_000);
});

describe('records that are many things each, none of them an event', () => {
  it('wait for the store as all do: no more of them are in memory than a few', async () => {
    const value = JSON.stringify(Array.from({ length: 10_000 }, () => ({})));
    const hostile = Array.from({ length: 16 }, (_, offset) => ({ offset, value, receivedAt: Date.UTC(2026, 10, 20) }));
    const { buffered } = await readWith(20, [hostile.slice(0, 15), hostile.slice(15)]);
    expect(buffered).toBeGreaterThan(60_000);
    expect(buffered).toBeLessThan(145_000);
  }, 120_000);
});
