import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { createRuleBook, type RuleBook } from '../../src/commands/support/rule-book.ts';
import { withVerdictLists } from '../../src/commands/support/verdict-lists.ts';
import type { FoldVerdict } from '../../src/engine/verdicts.ts';
import { connectChdb } from '../../src/stores/chdb.ts';
import { openChdb } from '../../src/stores/sql-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, migratedStore, OPTIONS, temporaryFolder } from '../stores/support.ts';

describe('verdicts', () => {
  let store: Store;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let now = Date.UTC(2026, 10, 20);
  beforeEach(async () => {
    folder = await temporaryFolder();
    store = await openChdb(folder.path, OPTIONS);
    await store.migrate();
  });
  afterEach(async () => {
    await store.close();
    await folder.remove();
  });

  const start = async (): Promise<RuleBook> => {
    const rules = createRuleBook({ store, now: () => (now += 1_000) });
    await rules.adoptVerdicts();
    return rules;
  };
  const say = (rules: RuleBook, verdict: Verdict['verdict'], alert_id = 'a', more: Partial<Verdict> = {}) =>
    rules.addVerdict(
      [{ alert_id, detector: 'rate', agent: { id: 'x' }, event_ids: [], class: 'read' } as unknown as Alert],
      { alert_id, at: new Date(now).toISOString(), author: 'mia', verdict, reason: '', ...more },
    );
  /** The alerts whose verdicts are in force for what comes now. */
  const inForce = async ({ book }: RuleBook): Promise<string[]> => {
    const { content } = (await withVerdictLists(store).readInput('verdicts', book.current.verdicts!))!;
    return (JSON.parse(content) as FoldVerdict[]).map(({ alertId }) => alertId).sort();
  };

  it('one that was taken back is not in force again after a restart', async () => {
    const rules = await start();
    await say(rules, 'safe');
    expect(await inForce(await start())).toEqual(['a']);
    await say(rules, 'acknowledged');
    expect(await inForce(rules)).toEqual([]);
    expect(await inForce(await start())).toEqual([]);
  });

  it('keeps what was judged: what the finding was about, and of a session how unusual it was', async () => {
    const rules = await start();
    const about = { agent: { id: 'x' }, event_ids: [], class: 'read', score: 4.2 };
    const said = { at: new Date(now).toISOString(), author: 'mia', verdict: 'safe', reason: '' } as const;
    for (const alert of [
      { ...about, alert_id: 'place', detector: 'identity', subject: 'new_net 203.0.113.0' },
      { ...about, alert_id: 'session', detector: 'session' },
      { ...about, alert_id: 'old', detector: 'identity' },
    ])
      await rules.addVerdict([alert as unknown as Alert], { ...said, alert_id: alert.alert_id });
    const { content } = (await store.readInput('verdicts', rules.book.current.verdicts!))!;
    expect(JSON.parse(content).map(({ subject, score }: FoldVerdict) => [subject, score])).toEqual([
      ['new_net 203.0.113.0', undefined],
      [undefined, 4.2],
      [undefined, undefined],
    ]);
  });

  it('one that expired a week ago is carried along no more', async () => {
    const rules = await start();
    await say(rules, 'safe', 'a', { expires_at: new Date(now + 3_600_000).toISOString() });
    now += 86_400_000;
    await say(rules, 'safe', 'b');
    expect(await inForce(rules)).toEqual(['a', 'b']);
    now += 8 * 86_400_000;
    await say(rules, 'safe', 'c');
    expect(await inForce(rules)).toEqual(['b', 'c']);
  });

  it('those that two people say at one moment are both in force', async () => {
    const rules = await start();
    await Promise.all([say(rules, 'safe', 'a'), say(rules, 'compromised', 'b')]);
    expect(await inForce(rules)).toEqual(['a', 'b']);
  });

  it('what one of several processes is told holds in the others, which leave it there', async () => {
    const [one, other] = [await start(), await start()];
    await say(one, 'safe', 'a');
    await say(other, 'compromised', 'b');
    expect(await inForce(other)).toEqual(['a', 'b']);
    expect(await inForce(one)).toEqual(['a']);
    await one.adoptVerdicts();
    expect(await inForce(one)).toEqual(['a', 'b']);
    await say(other, 'dismissed', 'b');
    await say(one, 'dismissed', 'a');
    await other.adoptVerdicts();
    for (const rules of [one, other, await start()]) expect(await inForce(rules)).toEqual([]);
  });

  it('each is in force though the clock of the store was ahead once', async () => {
    const rules = await start();
    await say(rules, 'safe', 'a');
    const engine = await connectChdb({ path: folder.path, database: 'overreach' });
    await engine.command(
      'INSERT INTO adoptions SELECT * REPLACE (stored_at + INTERVAL 1 HOUR AS stored_at) FROM adoptions',
    );
    await engine.close();
    await say(rules, 'compromised', 'b');
    expect(await inForce(await start())).toEqual(['a', 'b']);
    await say(rules, 'safe', 'c');
    expect(await inForce(rules)).toEqual(['a', 'b', 'c']);
    await rules.adoptVerdicts();
    expect(await inForce(rules)).toEqual(['a', 'b', 'c']);
  });

  it('a process that starts puts nothing in force instead of what another says meanwhile', async () => {
    const before = await start();
    await say(before, 'safe', 'a');
    let said: Promise<void> | undefined;
    const slow: Store = {
      ...store,
      async readInput(kind, version) {
        const found = await store.readInput(kind, version);
        said ??= say(before, 'safe', 'b');
        await said;
        return found;
      },
    };
    await createRuleBook({ store: slow, now: () => (now += 1_000) }).adoptVerdicts();
    expect(await inForce(await start())).toEqual(['a', 'b']);
  });
});

describe('grants over a year of changes', () => {
  const START = Date.UTC(2026, 0, 1);
  const DAY = 86_400_000;
  const standing = Array.from({ length: 50 }, (_, n) => ({ id: `standing-${n}`, agents: [`agent-${n}`] }));
  /** One grant of the file is another every day. */
  const fileOf = (day: number) =>
    grantsFileSchema.parse({
      grants: [...standing, { id: 'of-the-day', agents: [`visitor-${day}`], servers: ['tickets'] }],
    });
  const call = (agent: string): CanonicalEvent => ({
    ...judged(0).event.body,
    agent: { id: agent, id_basis: 'none' },
    server: { id: 'tickets' },
  });

  it('each version holds what changed before it, and not the versions before it; nothing is forgotten', async () => {
    const { store, remove } = await migratedStore();
    try {
      let now = START;
      const start = () => createRuleBook({ store, now: () => now });
      const sizes: number[] = [];
      for (let day = 0; day < 60; day += 1) {
        now = START + day * DAY;
        await start().setGrants(fileOf(day));
        sizes.push((await store.newestInput('grants'))!.content.length);
      }
      const oneChange = JSON.stringify(fileOf(0).grants.at(-1)).length;
      expect(sizes.at(-1)! - sizes[1]!).toBeLessThan(58 * (oneChange + 100));

      const rules = start();
      await rules.setGrants(fileOf(59));
      expect(rules.book.current.grants).toBe((await store.newestInput('grants'))!.version);
      const { inputs } = await rules.book.rules(rules.book.current);
      const scope = (agent: string, at: number) => inputs.scope(call(agent), 'read', at);
      expect(scope('agent-7', START)).toMatchObject({ scope: 'in', grantSince: START });
      expect(scope('visitor-59', now)).toMatchObject({ scope: 'in', grantSince: now });
      expect(scope('visitor-59', now - 1)).toMatchObject({ scope: 'ungoverned' });
      for (const day of [0, 30, 58])
        expect(scope(`visitor-${day}`, now)).toMatchObject({ scope: 'out', governed: true });
      expect(scope('visitor-30', START)).toMatchObject({ scope: 'ungoverned' });
    } finally {
      await remove();
    }
  });
});
