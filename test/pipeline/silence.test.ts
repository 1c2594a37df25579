import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { nativeEvent } from '../support/decoding.ts';
import { logOf } from './log.ts';
import { pipelineOf } from './pipeline.ts';

const AT = Date.UTC(2026, 10, 20, 9);

/** A call that no grant covers: a story that is over after a month of silence. */
const OUTSIDE = nativeEvent({
  occurred_at: new Date(AT).toISOString(),
  target: { name: 'delete_ticket' },
});

describe('silence', () => {
  let store: Store;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(async () => {
    await remove();
  });

  it('of a log that is read late is told only up to what was read', async () => {
    const now = () => AT + 30.3 * DAY;
    const rules = createRuleBook({ store, now });
    const grant = {
      id: 'reads',
      effect: 'allow' as const,
      agents: ['agent-1'],
      max_class: 'read' as const,
      valid_from: '2026-01-01T00:00:00Z',
    };
    await rules.setGrants({ grants: [grant], charters: [], changes: [] });
    const alerts: Alert[] = [];
    // One record was read; what comes later is not read yet.
    const source = logOf([[{ offset: 0, value: JSON.stringify(OUTSIDE), receivedAt: AT }]], 9);
    const pipeline = pipelineOf(
      { source, store, book: rules.book, stopMs: 1_000, now },
      { alerted: (alert) => alerts.push(alert) },
    );
    const running = pipeline.run();
    await source.read;
    const stages = () => alerts.filter(({ detector }) => detector === 'out-of-scope').map(({ stage }) => stage);
    expect(stages()).toEqual(['open']);
    await pipeline.tick(now(), true);
    expect(stages()).toEqual(['open']);
    await pipeline.tick(now(), false);
    expect(stages()).toEqual(['open', 'close']);
    await pipeline.stop();
    await running;
  }, 60_000);
});
