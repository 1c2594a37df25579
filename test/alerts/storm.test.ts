import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Alert, alertSchema, SEVERITIES } from '../../schemas/alert.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { createNotifier } from '../../src/alerts/notifier.ts';
import type { Routing } from '../../src/alerts/routing.ts';
import { createStorms } from '../../src/alerts/storm.ts';
import { alertText } from '../../src/alerts/text.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore, rowsOf } from '../stores/support.ts';
import { fakeClock, finding, memoryLog, ok, START, scripted, turns, world } from './support.ts';

const RULE = { agents: 5, minutes: 10 };

const findings = (count: number, from = 0, minute = 0): Alert[] =>
  Array.from({ length: count }, (_, n) => finding(from + n, minute));

function start(memory = memoryLog(), clock = fakeClock(START), routing?: Routing) {
  const soc = scripted('soc', () => ok);
  const notifier = createNotifier({
    ...world(clock),
    store: memory.log,
    channels: [soc.channel],
    routing: routing ?? (() => [{ channel: 'soc', notBefore: 0 }]),
  });
  const tell = async (...alerts: Alert[]): Promise<void> => {
    await memory.log.writeAlerts(alerts);
    await notifier.notify(alerts);
    await turns();
  };
  const titles = (): string[] => soc.sent.map(({ alert }) => `${alert.title} (${alert.stage})`);
  return { notifier, tell, titles, sent: soc.sent, memory, clock };
}

describe('a storm', () => {
  it('is told once, with its agents; the single alerts are kept, linked and not sent', async () => {
    const { tell, sent, titles, memory } = start();
    await tell(...findings(8));
    expect(titles()).toEqual(['8 agents: first call of vault/read_secret (open)']);
    const { alert } = sent[0]!;
    expect(alertSchema.parse(alert)).toEqual(alert);
    expect(alert).toMatchObject({
      agent: { id: 'fleet', owner: 'team-care' },
      suppressed_count: 8,
      detector: 'first-seen',
    });
    expect(alert.summary).toContain('agent-0, agent-1, agent-2, agent-3, agent-4, agent-5, agent-6, agent-7');
    expect(memory.states()).toEqual({ delivered: 1, given_up: 8 });
    const [row] = await memory.log.deliveries([finding(3).alert_id]);
    expect(row!.detail).toBe(`part of storm ${alert.alert_id}, told as high`);
  });

  it('that comes one by one: four alone, then one for all, told again when it has doubled', async () => {
    const { tell, titles } = start();
    for (let n = 0; n < 30; n += 1) await tell(finding(n, n * 0.2));
    expect(titles()).toEqual([
      ...[0, 1, 2, 3].map((n) => `agent-${n}: first call of vault/read_secret (open)`),
      '5 agents: first call of vault/read_secret (open)',
      '10 agents: first call of vault/read_secret (update)',
      '20 agents: first call of vault/read_secret (update)',
    ]);
  });

  it('is none where it is slow, of one agent, or of different things', async () => {
    const { tell, titles } = start();
    for (let n = 0; n < 12; n += 1) await tell(finding(n, n * 3));
    expect(titles()).toHaveLength(12);
    await tell(...findings(9, 20, 60).map((alert) => ({ ...alert, agent: { id: 'one' } })));
    await tell(...findings(9, 40, 60).map((alert, n) => ({ ...alert, target: `tool-${n}` })));
    await tell(...findings(9, 60, 60).map((alert, n) => ({ ...alert, reason: `reason-${n % 3}` })));
    expect(titles().filter((title) => title.includes('agents:'))).toEqual([]);
    expect(titles()).toHaveLength(12 + 27);
  });

  it('is what one server says to each agent when it asks, from the second one on, and no other change', async () => {
    const { tell, titles, notifier, clock } = start();
    const change = (n: number, hour: number, tools = 'read_chart') =>
      finding(n, 60 * hour, {
        detector: 'tool-drift',
        reason: 'definition_changed',
        server: 'charts',
        title: `agent-${n}: charts changed ${tools}`,
      });
    for (let n = 0; n < 5; n += 1) await tell(change(n, 5 * n));
    expect(titles()).toEqual([
      'agent-0: charts changed read_chart (open)',
      '2 agents: charts changed read_chart (open)',
      '4 agents: charts changed read_chart (update)',
    ]);
    await tell(change(6, 21, 'write_chart'));
    expect(titles().at(-1)).toBe('agent-6: charts changed write_chart (open)');
    await clock.advance(70 * 60 * MINUTE);
    await notifier.tick();
    await turns();
    expect(titles().at(-1)).toBe('5 agents: charts changed read_chart (close)');
  });

  it('is one definition of a tool, and the next one of the same tool is another', async () => {
    const { tell, titles } = start();
    const change = (n: number, hour: number, definition: string) =>
      finding(100 * hour + n, 60 * hour, {
        detector: 'tool-drift',
        reason: 'definition_changed',
        agent: { id: `agent-${n}` },
        title: `agent-${n}: charts changed read_chart`,
        subject: `definition_changed ${definition} charts read_chart`,
      });
    for (let n = 0; n < 10; n += 1) await tell(change(n, n, 'harmless'));
    const before = titles().length;
    for (let n = 0; n < 10; n += 1) await tell(change(n, 40 + n, 'poisoned'));
    expect(titles().slice(before)).toEqual([
      'agent-0: charts changed read_chart (open)',
      '2 agents: charts changed read_chart (open)',
      '4 agents: charts changed read_chart (update)',
      '8 agents: charts changed read_chart (update)',
    ]);
  });

  it('is somebody new to the agents of one name, and to no others', async () => {
    const { tell, titles } = start();
    const met = (n: number, hour: number, name: string, person = 'eve@acme.example') =>
      finding(n, 60 * hour, {
        detector: 'delegation',
        reason: 'new_principal',
        agent: { id: `agent-${n}`, name },
        target: `tool-${n}`,
        on_behalf_of: ['hub', person],
        title: `agent-${n}: tickets/tool-${n} for eve`,
      });
    await tell(met(0, 0, 'support'), met(1, 1, 'support', 'ann@acme.example'));
    await tell(met(2, 2, 'coder'));
    expect(titles()).toHaveLength(3);
    await tell(met(3, 30, 'support'));
    expect(titles().at(-1)).toBe('2 agents: tickets/tool-0 for eve (open)');
  });

  it('is an orchestrator that is put in front of agents of any name', async () => {
    const { tell, titles } = start();
    const through = (n: number, hour: number, hub: string) =>
      finding(n, 60 * hour, {
        detector: 'delegation',
        reason: 'new_hand',
        agent: { id: `agent-${n}`, name: `kind-${n}` },
        target: `tool-${n}`,
        subject: `new_hand ${hub}`,
        title: `agent-${n}: tickets/tool-${n} through ${hub}`,
      });
    await tell(through(0, 0, 'hub'), through(1, 1, 'other'));
    expect(titles()).toHaveLength(2);
    await tell(through(2, 30, 'hub'));
    expect(titles().at(-1)).toBe('2 agents: tickets/tool-0 through hub (open)');
  });

  it('asks for no one tool of what is found in all that an agent does', async () => {
    const { tell, titles } = start();
    const burst = (n: number) => finding(n, n, { detector: 'rate', reason: 'burst', target: `tool-${n}` });
    await tell(...[0, 1, 2, 3, 4, 5].map(burst));
    expect(titles()).toHaveLength(1);
  });

  it('takes no late news of long ago for now', async () => {
    const { tell, titles } = start();
    for (let n = 0; n < 3; n += 1) await tell(finding(n, 60));
    for (let n = 3; n < 9; n += 1) await tell(finding(n, (n - 3) * 9));
    expect(titles()).toHaveLength(9);
  });

  it('rises with the gravest of its alerts, at once', async () => {
    const { tell, sent } = start();
    await tell(...findings(6));
    await tell(finding(7, 1, { severity: 'critical', class: 'identity' }));
    expect(sent.map(({ alert }) => [alert.revision, alert.severity])).toEqual([
      [1, 'high'],
      [2, 'critical'],
    ]);
    expect(sent[1]!.alert.summary).toContain('Of agent-7:');
  });

  it('speaks for the later revisions of what it held back, but not for those sent before, nor for what became critical', async () => {
    const { tell, titles } = start();
    for (let n = 0; n < 6; n += 1) await tell(finding(n, n));
    const later = (n: number, over: Partial<Alert>): Alert => ({
      ...finding(n, 20),
      revision: 2,
      stage: 'update',
      ...over,
    });
    await tell(later(0, { stage: 'close', title: 'sent before' }));
    await tell(later(5, { stage: 'close', title: 'held back' }));
    await tell(later(4, { severity: 'critical', title: 'now critical' }));
    expect(titles().slice(5)).toEqual(['sent before (close)', 'now critical (update)']);
  });

  it('rises with what it held back, and is silent of what becomes graver than it was told no longer than it lasts', async () => {
    const { tell, sent, notifier, clock, memory } = start();
    const medium = (n: number) => finding(n, n, { severity: 'medium' });
    for (let n = 0; n < 8; n += 1) await tell(medium(n));
    const later = (n: number, revision: number, over: Partial<Alert> = {}): Alert => ({
      ...finding(n, 20, { severity: 'high', title: `agent-${n} revision ${revision}` }),
      revision,
      stage: 'update',
      ...over,
    });
    const news = (): string[] =>
      sent.splice(0).map(({ alert }) => `${alert.title} (${alert.stage}, ${alert.severity})`);
    news();
    await tell(later(5, 2));
    await tell(later(6, 2));
    expect(news()).toEqual(['8 agents: agent-5 revision 2 (update, high)']);
    await clock.advance(100 * MINUTE);
    await notifier.tick();
    await turns();
    expect(news()).toEqual(['8 agents: agent-5 revision 2 (close, high)']);
    for (const one of [later(4, 2, { severity: 'medium' }), later(5, 3), later(7, 2, { stage: 'close' })])
      await tell(one);
    expect(news()).toEqual([]);
    const second = start(memory, clock);
    for (const one of [later(4, 3), later(4, 4, { stage: 'close' })]) await second.tell(one);
    expect(second.titles()).toEqual(['agent-4 revision 3 (update)', 'agent-4 revision 4 (close)']);
  });

  it('closes when nobody comes to it any more, and the next is another', async () => {
    const { tell, notifier, sent, clock } = start();
    await tell(...findings(5));
    await clock.advance(59 * MINUTE);
    await notifier.tick();
    await turns();
    expect(sent).toHaveLength(1);
    await clock.advance(2 * MINUTE);
    await notifier.tick();
    await notifier.tick();
    await turns();
    expect(sent.map(({ alert }) => alert.stage)).toEqual(['open', 'close']);
    expect(sent[1]!.alert).toMatchObject({ alert_id: sent[0]!.alert.alert_id, revision: 2 });
    await tell(...findings(5, 10, 70));
    expect(sent.at(-1)!.alert).toMatchObject({ stage: 'open', revision: 1 });
    expect(sent.at(-1)!.alert.alert_id).not.toBe(sent[0]!.alert.alert_id);
  });

  it('goes where its alerts would have gone, though no route leads there for the fleet', async () => {
    const ofAgents: Routing = ({ agent }) => (agent.id === 'fleet' ? [] : [{ channel: 'soc', notBefore: 0 }]);
    const { tell, titles, notifier, clock } = start(memoryLog(), fakeClock(START), ofAgents);
    await tell(...findings(6));
    await clock.advance(70 * MINUTE);
    await notifier.tick();
    await turns();
    const title = '6 agents: first call of vault/read_secret';
    expect(titles()).toEqual([`${title} (open)`, `${title} (close)`]);
  });

  it('is told to each team whose agents it reaches, when it reaches the first of them', async () => {
    const [a, b] = [scripted('team-a', () => ok), scripted('team-b', () => ok)];
    const clock = fakeClock(START);
    const memory = memoryLog();
    const notifier = createNotifier({
      ...world(clock),
      store: memory.log,
      channels: [a.channel, b.channel],
      routing: ({ agent }) => [{ channel: agent.id.startsWith('b') ? 'team-b' : 'team-a', notBefore: 0 }],
    });
    const tell = async (...ids: string[]): Promise<void> => {
      for (const id of ids) await notifier.notify([finding(parseInt(id, 16), 0, { agent: { id } })]);
      await turns();
    };
    await tell('a0', 'a1', 'a2', 'a3', 'a4', 'a5');
    expect(b.sent).toEqual([]);
    await tell('b0', 'b1', 'b2');
    const told = (sent: typeof b.sent) => sent.slice(-1).map(({ alert }) => `${alert.agent.name} (${alert.stage})`);
    expect(b.sent).toHaveLength(1);
    expect(told(b.sent)).toEqual(['7 agents (update)']);
    await clock.advance(70 * MINUTE);
    await notifier.tick();
    await turns();
    expect([told(a.sent), told(b.sent)]).toEqual([['9 agents (close)'], ['9 agents (close)']]);
  });

  it('that another one follows before it was seen to be over is closed all the same', async () => {
    const { tell, notifier, sent, clock } = start();
    await tell(...findings(5));
    await tell(...findings(5, 10, 70));
    await clock.advance(80 * MINUTE);
    await notifier.tick();
    await turns();
    const [first, second] = sent.map(({ alert }) => alert.alert_id);
    expect(sent.map(({ alert }) => [alert.alert_id, alert.stage])).toEqual([
      [first, 'open'],
      [second, 'open'],
      [first, 'close'],
    ]);
  });

  it('is over a restart what it was: what was told before it began is no part of it', async () => {
    const first = start();
    await first.tell(finding(20, 0, { severity: 'critical' }));
    await first.tell(...findings(6, 0, 45));
    const second = start(first.memory, first.clock);
    await second.notifier.restore([...first.memory.alerts.values()]);
    await second.tell(finding(6, 47));
    expect(second.titles()).toEqual([]);
    await second.tell(...findings(5, 7, 48));
    expect(second.titles()).toEqual(['12 agents: first call of vault/read_secret (update)']);
    expect(second.sent[0]!.alert).toMatchObject({
      severity: 'high',
      suppressed_count: 12,
      proof: { window: '3 minutes' },
    });
  });

  it('that another one follows is closed over a restart too, and each speaks for its own', async () => {
    const first = start();
    await first.tell(...findings(5));
    await first.tell(...findings(6, 10, 70));
    const second = start(first.memory, first.clock);
    await second.notifier.restore([...first.memory.alerts.values()]);
    await second.clock.advance(180 * MINUTE);
    await second.notifier.tick();
    await turns();
    const [one, other] = first.sent.map(({ alert }) => alert.alert_id);
    const closed = second.sent.map(({ alert }) => [alert.alert_id, `${alert.stage} ${alert.suppressed_count}`]);
    expect(Object.fromEntries(closed)).toEqual({ [one!]: 'close 5', [other!]: 'close 6' });
  });

  it('is none that an agent makes by calling itself one', async () => {
    const named = (n: number, id: string) =>
      finding(n, n, { agent: { id }, title: `${id}: first call of vault/read_secret` });
    const first = start();
    await first.tell(named(1, 'fleet'));
    const second = start(first.memory, first.clock);
    await second.notifier.restore([named(1, 'fleet')]);
    await second.tell(named(2, 'agent-2'));
    expect(second.titles()).toEqual(['agent-2: first call of vault/read_secret (open)']);
    const told = alertText(named(1, 'fleet')).facts.map(({ label }) => label);
    expect(told).toEqual(alertText(named(2, 'agent-2')).facts.map(({ label }) => label));
    expect(alertText(named(3, 'overreach')).facts.map(({ label }) => label)).toEqual(told);
    for (const n of [3, 4, 5]) await second.tell(named(n, n === 3 ? 'fleet' : `agent-${n}`));
    await second.tell(named(6, 'agent-6'), named(7, 'agent-7'));
    expect(second.titles().at(-1)).toMatch(/^[56] agents: /);
  });

  it('is the same whatever the order in a batch, and the same again in another life', () => {
    const seeded = fc.array(
      fc.record({ agent: fc.nat(9), minute: fc.nat(90), severity: fc.constantFrom(...SEVERITIES) }),
      {
        minLength: 8,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(seeded, fc.infiniteStream(fc.nat()), (made, chance) => {
        const alerts = made.map(({ agent, minute, severity }, n) =>
          finding(n, minute, { agent: { id: `agent-${agent}` }, severity }),
        );
        const shuffled = alerts
          .map((alert) => ({ alert, by: chance.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ alert }) => alert);
        const one = createStorms(RULE, () => []);
        const other = createStorms(RULE, () => []);
        const told = one.take(alerts);
        expect(other.take(shuffled).told).toEqual(told.told);
        // Asked again, since what it said could not be stored: the same answer.
        expect(one.take(alerts)).toEqual(told);
        one.settle(told.told);
        expect(one.take(alerts).told).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('that goes on keeps of its alerts those that speak for all, whatever their number', () => {
    let asked = 0;
    const routing: Routing = ({ severity }) => {
      asked += 1;
      return [{ channel: severity, notBefore: 0 }];
    };
    const storms = createStorms(RULE, routing);
    const told: Alert[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      const one = storms.take([finding(n, n / 60, n === 500 ? { severity: 'critical' } : {})]);
      storms.settle(one.told);
      told.push(...one.told);
    }
    expect(told.map(({ proof }) => proof.n)).toEqual([5, 10, 20, 40, 80, 160, 320, 501]);
    asked = 0;
    expect(
      storms
        .routed(told.at(-1)!, START)
        .map(({ channel }) => channel)
        .sort(),
    ).toEqual(['critical', 'high']);
    expect(asked).toBe(3);
  });
});

describe('a storm, on a record', () => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(async () => {
    await remove();
  });

  it('of what agents meet in turn goes on over a restart as well', async () => {
    const change = (n: number): Alert =>
      finding(n, 60 * n, {
        detector: 'tool-drift',
        reason: 'definition_changed',
        title: `agent-${n}: charts changed x`,
      });
    const memory = memoryLog();
    const first = start(memory);
    for (const n of [0, 1]) await first.tell(change(n));
    const second = start(memory);
    await second.notifier.restore([change(0), change(1), first.sent.at(-1)!.alert]);
    for (const n of [2, 3]) await second.tell(change(n));
    expect(second.sent.map(({ alert }) => [alert.alert_id, alert.title])).toEqual([
      [first.sent.at(-1)!.alert.alert_id, '4 agents: charts changed x'],
    ]);
  });

  it('is none of what was found in history, over a restart too: that is stored and never sent', async () => {
    const { notifier, sent, tell } = start();
    await notifier.restore(findings(6));
    await tell(finding(7));
    expect(sent.map(({ alert }) => alert.agent.id)).toEqual([finding(7).agent.id]);
  });

  it('goes on over a restart, and its proof shows the single alerts', async () => {
    const memory = memoryLog();
    const log = {
      ...memory.log,
      writeAlerts: async (alerts: readonly Alert[]) => {
        await memory.log.writeAlerts(alerts);
        await store.writeAlerts(alerts);
      },
    };
    const first = start({ ...memory, log });
    await first.tell(...findings(6));
    await first.notifier.close();
    const second = start({ ...memory, log });
    await second.notifier.restore(await store.alerts({ since: START - 60 * MINUTE, limit: 1_000 }));
    await second.tell(...findings(6, 6, 3));
    expect(second.sent.map(({ alert }) => [alert.alert_id, alert.revision, alert.title])).toEqual([
      [first.sent[0]!.alert.alert_id, 2, '12 agents: first call of vault/read_secret'],
    ]);
    expect(second.sent[0]!.alert).toMatchObject({ suppressed_count: 12 });
    expect(second.sent[0]!.alert.summary).toContain('12 of the single alerts are kept and not sent');
    const rows = await rowsOf(store, second.sent[0]!.alert.proof.sql);
    expect(rows.map(({ agent_id }) => agent_id).sort()).toEqual(
      Array.from({ length: 12 }, (_, n) => `agent-${n}`).sort(),
    );
    await second.notifier.close();
  });
});
