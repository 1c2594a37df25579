import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import { startBeats } from '../../src/commands/support/beats.ts';
import type { Parts } from '../../src/commands/support/parts.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { loadConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { InputAdoption, InputVersion, Store } from '../../src/stores/store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The dated inputs of a store, in memory. */
function inputs() {
  const versions = new Map<string, InputVersion>();
  const last = new Map<string, InputAdoption>();
  return {
    writeInput: async (version: InputVersion) => void versions.set(version.version, version),
    readInput: async (_: string, version: string) => versions.get(version) ?? null,
    newestInput: async () => null,
    writeAdoption: async (adoption: InputAdoption) => void last.set(adoption.kind, adoption),
    adoptions: async () => [...last.values()],
  } as unknown as Store;
}

/** Beats of which the pipeline's ends as the test says; and what they log. */
async function beating(ingest: { storeIsLog: boolean } = { storeIsLog: true }, store = inputs()) {
  const errors: string[] = [];
  const nothing = async (): Promise<void> => {};
  let fail: (error: Error) => void = () => {};
  const parts = {
    loaded: loadConfig(undefined, {}),
    store: { query: async () => ({ rows: [] }), newestInput: async () => null },
    rules: createRuleBook({ store, now: Date.now }),
    pipeline: {
      held: new Map(),
      buffered: 0,
      tick: () => new Promise<void>((_, reject) => (fail = reject)),
    },
    notifier: { tick: nothing, status: () => [] },
    reconciler: { tick: nothing },
    watch: { look: nothing },
    ingest: { lag: () => [], posts: { pending: 0 }, ...ingest },
    metrics: createMetrics({ now: Date.now }),
    log: { error: (_: unknown, text: string) => errors.push(text) },
    now: () => Date.now(),
  } as unknown as Parts;
  const stop = startBeats(parts);
  await vi.advanceTimersByTimeAsync(30_000);
  return { errors, stop, rules: parts.rules, fail: (why: string) => fail(new Error(why)) };
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

it('takes up what another process that shares the topic was told of an alert', async () => {
  const store = inputs();
  const { rules, errors, stop } = await beating({ storeIsLog: false }, store);
  const before = rules.book.current.verdicts;
  const other = createRuleBook({ store, now: Date.now });
  const alert = { alert_id: 'a', detector: 'rate', agent: { id: 'x' }, event_ids: [] } as unknown as Alert;
  await other.addVerdict([alert], { verdict: 'safe' } as Verdict);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(rules.book.current.verdicts).toBe(other.book.current.verdicts);
  expect(before).not.toBe(other.book.current.verdicts);
  expect(errors).not.toContain('verdicts of other processes were not adopted');
  stop();
});
