import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startBeats } from '../../src/commands/support/beats.ts';
import type { Parts } from '../../src/commands/support/parts.ts';
import { loadConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/metrics.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Beats of which the pipeline's ends as the test says; and what they log. */
async function beating() {
  const errors: string[] = [];
  const nothing = async (): Promise<void> => {};
  let fail: (error: Error) => void = () => {};
  const parts = {
    loaded: loadConfig(undefined, {}),
    store: { query: async () => ({ rows: [] }) },
    pipeline: {
      held: new Map(),
      buffered: 0,
      tick: () => new Promise<void>((_, reject) => (fail = reject)),
    },
    notifier: { tick: nothing, status: () => [] },
    reconciler: { tick: nothing },
    watch: { look: nothing },
    ingest: { lag: () => [], pending: () => 0, storeIsLog: true },
    metrics: createMetrics({ now: Date.now }),
    log: { error: (_: unknown, text: string) => errors.push(text) },
    now: () => Date.now(),
  } as unknown as Parts;
  const stop = startBeats(parts);
  await vi.advanceTimersByTimeAsync(30_000);
  return { errors, stop, fail: (why: string) => fail(new Error(why)) };
}

it('tells what failed, and nothing of what a stop cut off', async () => {
  const running = await beating();
  running.fail('the store is away');
  await vi.advanceTimersByTimeAsync(0);
  expect(running.errors).toContain('tick failed');

  const ending = await beating();
  const before = ending.errors.length;
  ending.stop();
  ending.fail('the store is closed');
  await vi.advanceTimersByTimeAsync(0);
  expect(ending.errors).toHaveLength(before);
});
