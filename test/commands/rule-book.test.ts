import { expect, it } from 'vitest';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { migratedStore } from '../stores/support.ts';

it('a verdict that was taken back is not in force again after a restart', async () => {
  const { store, remove } = await migratedStore();
  try {
    let now = Date.UTC(2026, 10, 20);
    const start = async () => {
      const rules = createRuleBook({ store, now: () => (now += 1_000) });
      await rules.restoreVerdicts();
      return { rules, version: rules.book.current.verdicts };
    };
    const { rules, version } = await start();
    const alert = {
      alert_id: 'a',
      detector: 'rate',
      agent: { id: 'x' },
      event_ids: [],
      class: 'read',
    } as unknown as Alert;
    const say = (verdict: Verdict['verdict']) =>
      rules.addVerdict(alert, { alert_id: 'a', at: new Date(now).toISOString(), author: 'mia', verdict, reason: '' });
    await say('safe');
    expect((await start()).version).not.toBe(version);
    await say('acknowledged');
    expect(rules.book.current.verdicts).toBe(version);
    expect((await start()).version).toBe(version);
  } finally {
    await remove();
  }
});
