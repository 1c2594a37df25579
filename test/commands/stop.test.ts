import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Parts } from '../../src/commands/support/parts.ts';
import { stopParts } from '../../src/commands/support/service.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a post that waits for a store that takes no rows does not keep a stop from ending', async () => {
  const done: string[] = [];
  let answered = (): void => {};
  const post = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const nothing = async (): Promise<void> => {};
  const parts = {
    catalogue: { close: () => {} },
    grants: { close: () => {} },
    ingest: { stop: nothing, close: nothing },
    // What waits is answered once the pipeline has given up.
    pipeline: { stop: async () => answered() },
    notifier: { drain: nothing, close: nothing },
    channels: [],
    watch: { idle: nothing },
    store: { close: async () => done.push('the store is closed') },
    giveUp: () => {},
  } as unknown as Parts;
  const app = { close: () => post.then(() => void done.push('the post is answered')) };
  const stopped = stopParts(parts, app as Parameters<typeof stopParts>[1]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(done).toEqual(['the post is answered', 'the store is closed']);
  await stopped;
});
