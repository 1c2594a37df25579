import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Verdict } from '../../schemas/alert.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { createNotifier } from '../../src/alerts/notifier.ts';
import { createRuleBook, type RuleBook } from '../../src/commands/support/rule-book.ts';
import { sayVerdict } from '../../src/commands/support/verdict.ts';
import type { FoldVerdict } from '../../src/engine/verdicts.ts';
import type { Store } from '../../src/stores/store.ts';
import { fakeClock, finding, ok, START, scripted, turns, world } from '../alerts/support.ts';
import { migratedStore } from '../stores/support.ts';

const RULE = { agents: 5, minutes: 10 };

let store: Store;
let remove: () => Promise<void>;
let rules: RuleBook;
beforeEach(async () => {
  ({ store, remove } = await migratedStore());
  rules = createRuleBook({ store, now: () => START });
});
afterEach(() => remove());

it('what is said of a storm is said of its alerts, those that nobody has judged by themselves', async () => {
  const soc = scripted('soc', () => ok);
  const clock = fakeClock(START);
  const notifier = createNotifier({
    store,
    channels: [soc.channel],
    routing: () => [{ channel: 'soc', notBefore: 0 }],
    ...world(clock),
  });
  const before = finding(90, -24 * 60);
  const later = finding(91, 24 * 60);
  const otherwise = finding(92, 1, { target: 'list_secrets' });
  // However much the same has been found since.
  await store.writeAlerts(Array.from({ length: 1_000 }, (_, n) => finding(100 + n, 48 * 60 + n)));
  const all = [before, ...[0, 1, 2, 3, 4, 5].map((n) => finding(n, n)), otherwise, later];
  for (const alert of all) {
    await store.writeAlerts([alert]);
    await notifier.notify([alert]);
  }
  await notifier.drain(1_000);
  const sentOf = (id: string) => soc.sent.filter(({ alert }) => alert.alert_id === id);
  const storm = soc.sent.find(({ alert }) => alert.agent.id === 'fleet')!.alert;
  let minute = 10;
  const say = async (verdict: Verdict['verdict'], alert_id = storm.alert_id): Promise<string[]> => {
    minute += 1;
    const at = new Date(START + minute * MINUTE).toISOString();
    await sayVerdict(
      { store, rules, notifier, storm: RULE, now: clock.now },
      { alert_id, at, author: 'mia', verdict, reason: '' },
    );
    await turns();
    await notifier.drain(1_000);
    const { content } = (await store.readInput('verdicts', rules.book.current.verdicts!))!;
    return (JSON.parse(content) as FoldVerdict[]).map((one) => `${one.agentId} ${one.verdict}`).sort();
  };
  const statuses = async () =>
    (await store.alerts({ limit: 100, oldestFirst: true }))
      .filter(({ occurred_at }) => Date.parse(occurred_at) < START + 48 * 60 * MINUTE)
      .map(({ agent, status }) => `${agent.id} ${status}`)
      .sort();

  await say('compromised', finding(2).alert_id);
  expect(await say('safe')).toEqual([
    'agent-0 safe',
    'agent-1 safe',
    'agent-2 compromised',
    'agent-3 safe',
    'agent-4 safe',
    'agent-5 safe',
  ]);
  expect(await statuses()).toEqual([
    ...[0, 1, 2, 3, 4, 5].map((n) => `agent-${n} resolved`),
    ...['agent-90 new', 'agent-91 new', 'agent-92 new'],
    'fleet resolved',
  ]);
  expect(
    sentOf(finding(0).alert_id).map(({ alert }) => alert.stage),
    'was sent by itself',
  ).toEqual(['open', 'close']);
  expect(sentOf(finding(5).alert_id), 'was not').toEqual([]);
  expect(await say('acknowledged'), 'taken back').toEqual(['agent-2 compromised']);
});
