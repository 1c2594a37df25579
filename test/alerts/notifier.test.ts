import { afterEach, describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import { HOUR } from '../../schemas/durations.ts';
import type { Channel } from '../../src/alerts/channel.ts';
import { DISABLE_AFTER_MS, FRESH_PROBE_MS } from '../../src/alerts/endpoint.ts';
import { deliveryId } from '../../src/alerts/intake.ts';
import { createNotifier, type Notifier } from '../../src/alerts/notifier.ts';
import { silentGateway } from '../../src/alerts/operational.ts';
import { STORM_EXPECTED } from '../../src/alerts/own.ts';
import { JITTER, SCHEDULE } from '../../src/alerts/retry.ts';
import type { Routing } from '../../src/alerts/routing.ts';
import { afterVerdict } from '../../src/alerts/status.ts';
import { alertNumber, failure, fakeClock, memoryLog, noMetrics, ok, scripted, silentLog, turns } from './support.ts';

const opened: Notifier[] = [];

interface World {
  clock?: ReturnType<typeof fakeClock>;
  memory?: ReturnType<typeof memoryLog>;
  routing?: Routing;
  random?: () => number;
  capacity?: number;
}

function start(channels: Channel[], world: World = {}) {
  const clock = world.clock ?? fakeClock();
  const memory = world.memory ?? memoryLog();
  const everywhere: Routing = () => channels.map(({ name }) => ({ channel: name, notBefore: 0 }));
  const notifier = createNotifier({
    store: memory.log,
    channels,
    routing: world.routing ?? everywhere,
    now: clock.now,
    schedule: clock.schedule,
    random: world.random ?? (() => 0.5),
    storm: { agents: 5, minutes: 10 },
    metrics: noMetrics,
    log: silentLog,
    ...(world.capacity === undefined ? {} : { capacity: world.capacity }),
  });
  opened.push(notifier);
  const tell = async (...alerts: Alert[]): Promise<void> => {
    await memory.log.writeAlerts(alerts);
    await notifier.notify(alerts);
  };
  return { notifier, clock, memory, tell };
}

const numbers = (count: number, from = 0): Alert[] =>
  Array.from({ length: count }, (_, index) => alertNumber(from + index));

afterEach(async () => {
  await Promise.all(opened.splice(0).map((notifier) => notifier.close()));
});

describe('the outbox', () => {
  it('stores a delivery before it is sent, and what became of it after', async () => {
    const { log, history, ...memory } = memoryLog();
    const soc = scripted('soc', () => {
      expect(history.map(({ state }) => state)).toEqual(['pending']);
      return ok;
    });
    const { tell } = start([soc.channel], { memory: { log, history, ...memory } });
    await tell(alertNumber(1));
    await turns();
    expect(history).toMatchObject([
      { state: 'pending', attempt: 0 },
      { state: 'delivered', status: 200 },
    ]);
    expect(soc.sent[0]?.id).toBe(deliveryId(alertNumber(1), 'soc'));
  });

  it('sends nothing that could not be stored, and the whole when it is told again', async () => {
    const soc = scripted('soc', () => ok);
    const { tell, memory } = start([soc.channel]);
    memory.failing.write = true;
    await expect(tell(...numbers(2))).rejects.toThrow('the store is down');
    await turns();
    expect(soc.sent).toEqual([]);
    memory.failing.write = false;
    await tell(...numbers(2));
    await turns();
    expect(soc.sent).toHaveLength(2);
  });

  it('tells a revision once a channel, in this life and in the next', async () => {
    const memory = memoryLog();
    const soc = scripted('soc', () => ok);
    const first = start([soc.channel], { memory });
    await first.tell(alertNumber(1));
    await first.tell(alertNumber(1));
    await turns();
    const second = start([soc.channel], { memory });
    await second.tell(alertNumber(1), alertNumber(1, { revision: 2, stage: 'update' }));
    await turns();
    expect(soc.sent.map(({ alert }) => alert.revision)).toEqual([1, 2]);
  });

  it('tells at start what is ours and was stored when an earlier life ended, but not on its way', async () => {
    const memory = memoryLog();
    const soc = scripted('soc', () => ok);
    const at = Date.parse('2026-11-20T13:00:00Z');
    const blind = silentGateway('gw-1', at - 600_000, at, 60_000);
    const { proof } = alertNumber(3);
    const storm = alertNumber(3, { agent: { id: 'fleet' }, proof: { ...proof, expected: STORM_EXPECTED } });
    const worked = silentGateway('gw-2', at - 600_000, at, 60_000);
    const first = start([soc.channel], { memory });
    await first.tell(worked);
    await turns();
    const routing: Routing = () => ['soc', 'new'].map((channel) => ({ channel, notBefore: 0 }));
    const fresh = scripted('new', () => ok);
    const second = start([soc.channel, fresh.channel], { memory, routing });
    const resolved = { ...silentGateway('gw-3', at - 600_000, at, 60_000), status: 'resolved' as const };
    const stored = [blind, storm, worked, resolved, alertNumber(4)];
    await memory.log.writeAlerts(stored);
    await second.notifier.restore(stored);
    await second.notifier.restore(stored);
    await turns();
    expect(soc.sent.map(({ alert }) => alert.alert_id)).toEqual([worked, blind, storm].map((one) => one.alert_id));
    // What was told stays told, though a channel came since; what the fold found it finds again.
    expect(fresh.sent.map(({ alert }) => alert.alert_id)).toEqual([blind, storm].map((one) => one.alert_id));
  });

  it('goes on recording when the store was away after the sending', async () => {
    const memory = memoryLog();
    const soc = scripted('soc', () => {
      memory.failing.write = true;
      return ok;
    });
    const { tell, clock } = start([soc.channel], { memory });
    await tell(alertNumber(1));
    await clock.advance(5_000);
    expect(memory.states()).toEqual({ pending: 1 });
    memory.failing.write = false;
    await clock.advance(5_000);
    expect(memory.states()).toEqual({ delivered: 1 });
    expect(soc.sent).toHaveLength(1);
  });

  it('sends what the store cannot hold, once, and records it when it can', async () => {
    const memory = memoryLog();
    const soc = scripted('soc', () => ok);
    const { notifier, clock } = start([soc.channel], { memory });
    memory.failing.write = true;
    notifier.announce(alertNumber(1));
    await turns();
    expect(soc.sent.map(({ alert }) => alert)).toEqual([alertNumber(1)]);
    memory.failing.write = false;
    await clock.advance(5_000);
    expect(memory.states()).toEqual({ delivered: 1 });
    await memory.log.writeAlerts([alertNumber(1)]);
    await notifier.notify([alertNumber(1), alertNumber(1, { revision: 2, stage: 'close' })]);
    await turns();
    expect(soc.sent.map(({ alert }) => alert.revision)).toEqual([1, 2]);
  });

  it('a crash between the answer and the record sends again, under the same id: 500 times', async () => {
    const memory = memoryLog();
    const alert = alertNumber(7);
    await memory.log.writeAlerts([alert]);
    const ids = new Set<string>();
    let sent = 0;
    const crash = {
      ...memory.log,
      writeDeliveries: (rows: Parameters<typeof memory.log.writeDeliveries>[0]) =>
        memory.log.writeDeliveries(rows.filter((row) => row.state === 'pending')),
    };
    for (let life = 0; life < 500; life += 1) {
      const soc = scripted('soc', (delivery) => {
        ids.add(delivery.id);
        sent += 1;
        return ok;
      });
      const { notifier } = start([soc.channel], { memory: { ...memory, log: crash } });
      if (life === 0) await notifier.notify([alert]);
      else notifier.resume();
      expect(await notifier.drain(1_000)).toBe(true);
      opened.pop();
      await notifier.close();
    }
    expect(sent).toBe(500);
    expect(ids).toEqual(new Set([deliveryId(alert, 'soc')]));
  });
});

describe('a receiver that is down', () => {
  it('for six hours, then answers 500, then 200: 1,000 alerts arrive in order, each under one id', async () => {
    const clock = fakeClock();
    const began = clock.now();
    const accepted: string[] = [];
    const tries: number[] = [];
    const random = (() => {
      let seed = 1;
      return () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
    })();
    const soc = scripted('soc', ({ alert }) => {
      const since = clock.now() - began;
      if (tries.at(-1) !== since) tries.push(since);
      if (since < 6 * HOUR) return failure(0);
      if (since < 8 * HOUR) return failure(500);
      accepted.push(alert.title);
      return ok;
    });
    const other = scripted('other', () => ok);
    const { tell, memory } = start([soc.channel, other.channel], { clock, random });
    await tell(...numbers(1_000));
    await clock.advance(60 * HOUR);
    await turns(3_000);
    expect(accepted).toEqual(numbers(1_000).map(({ title }) => title));
    expect(memory.states('soc')).toEqual({ delivered: 1_000 });
    const ids = new Map<string, Set<string>>();
    for (const { id, alert } of soc.sent) ids.set(alert.alert_id, (ids.get(alert.alert_id) ?? new Set()).add(id));
    expect([...ids.values()].every((set) => set.size === 1)).toBe(true);
    // Seven tries fail (0, 5 s, 5 min, 30 min, 2 h, 5 h: the last after 7 h 35 min), the next, ten hours on, passes.
    const waits = tries.slice(1, 7).map((time, index) => time - tries[index]!);
    for (const [index, wait] of waits.entries()) {
      const planned = SCHEDULE[index + 1]!;
      expect(Math.abs(wait - planned)).toBeLessThanOrEqual(planned * JITTER + 1);
    }
    expect(other.sent).toHaveLength(1_000);
    expect(memory.rows.get(deliveryId(alertNumber(999), 'other'))?.at).toBe(began + 1_000);
  });

  it('delays no other endpoint, nor does one that never answers', async () => {
    const hung = scripted('hung', () => new Promise(() => {}));
    const dead = scripted('dead', () => failure(0));
    const fine = scripted('fine', () => ok);
    const { tell, notifier } = start([hung.channel, dead.channel, fine.channel]);
    await tell(...numbers(200));
    await turns(500);
    expect(fine.sent).toHaveLength(200);
    expect(notifier.status()).toMatchObject([{ waiting: 200 }, { waiting: 200, failures: 1 }, { waiting: 0 }]);
  });

  it('is probed sooner when something new comes, but not sooner than it asked for', async () => {
    const soc = scripted('soc', () => failure(503));
    const pager = scripted('pager', () => failure(429, { afterMs: 3 * HOUR }));
    const { tell, clock } = start([soc.channel, pager.channel]);
    await tell(alertNumber(1));
    await clock.advance(2.7 * HOUR);
    expect(soc.sent).toHaveLength(5);
    expect(pager.sent).toHaveLength(1);
    await tell(alertNumber(2));
    await clock.advance(FRESH_PROBE_MS);
    expect(soc.sent).toHaveLength(6);
    expect(soc.sent.at(-1)?.alert.title).toBe('alert 1');
    expect(pager.sent).toHaveLength(1);
    await clock.advance(0.3 * HOUR);
    expect(pager.sent).toHaveLength(2);
  });

  it('is tried at once when a person sends again, but not sooner than it asked for', async () => {
    let mended = false;
    const soc = scripted('soc', () => (mended ? ok : failure(503)));
    const pager = scripted('pager', () => failure(429, { afterMs: 3 * HOUR }));
    const { tell, clock, notifier, memory } = start([soc.channel, pager.channel]);
    await tell(...numbers(3));
    await clock.advance(2.6 * HOUR);
    mended = true;
    expect(await notifier.resend([alertNumber(1)])).toBe(2);
    await turns();
    expect(memory.states('soc')).toEqual({ delivered: 3 });
    expect(pager.sent).toHaveLength(1);
  });

  it('goes on where it was after a restart', async () => {
    const memory = memoryLog();
    const clock = fakeClock();
    const down = scripted('soc', () => failure(0));
    const first = start([down.channel], { memory, clock });
    await first.tell(...numbers(3));
    await clock.advance(3 * HOUR);
    opened.pop();
    await first.notifier.close();
    const up = scripted('soc', (_delivery, nth) => (nth === 1 ? failure(0) : ok));
    const second = start([up.channel], { memory, clock });
    second.notifier.resume();
    await turns();
    expect(second.notifier.status()).toMatchObject([{ failures: 6 }]);
    await clock.advance(11 * HOUR);
    expect(up.sent.map(({ alert }) => alert.title)).toEqual(['alert 0', 'alert 0', 'alert 1', 'alert 2']);
  });

  it('is not taken for failing longer than it is, however often news had it probed', async () => {
    const memory = memoryLog();
    const clock = fakeClock();
    const down = scripted('soc', () => failure(0));
    const first = start([down.channel], { memory, clock });
    for (let n = 0; n < 30; n += 1) {
      await first.tell(alertNumber(n));
      await clock.advance(FRESH_PROBE_MS);
    }
    expect(down.sent.length).toBeGreaterThan(25);
    opened.pop();
    await first.notifier.close();
    const second = start([scripted('soc', () => failure(0)).channel], { memory, clock });
    second.notifier.resume();
    await turns();
    expect(second.notifier.status()).toMatchObject([{ disabled: '', failingSince: fakeClock().now() + 1 }]);
  });

  it('for five days is switched off, said over another channel, and its deliveries can be put back', async () => {
    const memory = memoryLog();
    const clock = fakeClock();
    const dead = scripted('dead', () => failure(0));
    const fine = scripted('fine', () => ok);
    const { tell, notifier } = start([dead.channel, fine.channel], { memory, clock });
    await tell(...numbers(3));
    await clock.advance(DISABLE_AFTER_MS + 25 * HOUR);
    expect(notifier.status()).toMatchObject([
      { channel: 'dead', disabled: expect.stringMatching(/^failed for 1[2-4]\d hours$/) },
      { disabled: '' },
    ]);
    expect(memory.states('dead')).toEqual({ given_up: 3 });
    expect(fine.sent.at(-1)?.alert).toMatchObject({
      detector: 'operational',
      reason: 'endpoint_disabled',
      target: 'dead',
    });
    await tell(alertNumber(9));
    expect(memory.rows.get(deliveryId(alertNumber(9), 'dead'))).toMatchObject({
      state: 'given_up',
      detail: expect.stringContaining('disabled'),
    });

    const mended = scripted('dead', () => ok);
    const second = start([mended.channel], { memory, clock });
    expect(await second.notifier.resend([...numbers(3), alertNumber(9)], 'dead')).toBe(4);
    await turns();
    expect(mended.sent.map(({ id }) => id)).toEqual(
      [...numbers(3), alertNumber(9)].map((alert) => deliveryId(alert, 'dead')),
    );
  });
});

describe('a receiver that refuses', () => {
  it('one message for good holds up no other, and it is said once', async () => {
    const soc = scripted('soc', ({ alert }) =>
      alert.title === 'alert 1' || alert.title === 'alert 2' ? failure(400, { retry: false }) : ok,
    );
    const fine = scripted('fine', () => ok);
    const { tell, memory } = start([soc.channel, fine.channel]);
    await tell(...numbers(5));
    await turns(200);
    expect(memory.states('soc')).toEqual({ delivered: 3, given_up: 2 });
    expect(fine.sent.filter(({ alert }) => alert.reason === 'delivery_refused')).toHaveLength(1);
  });

  it('is switched off by 410', async () => {
    const soc = scripted('soc', () => failure(410, { retry: false, disable: true }));
    const fine = scripted('fine', () => ok);
    const { tell, memory } = start([soc.channel, fine.channel]);
    await tell(...numbers(3));
    await turns(200);
    expect(soc.sent).toHaveLength(1);
    expect(memory.states('soc')).toEqual({ given_up: 3 });
    expect(fine.sent.at(-1)?.alert).toMatchObject({ reason: 'endpoint_disabled', proof: { seen: 'answered 410' } });
  });

  it('is told of over any that works, where the routes lead to nothing but what is switched off', async () => {
    const soc = scripted('soc', () => failure(410, { retry: false, disable: true }));
    const fine = scripted('fine', () => ok);
    const routing: Routing = () => [{ channel: 'soc', notBefore: 0 }];
    const { tell } = start([soc.channel, fine.channel], { routing });
    await tell(alertNumber(1));
    await turns(200);
    expect(fine.sent.map(({ alert }) => [alert.reason, alert.target])).toEqual([['endpoint_disabled', 'soc']]);
  });

  it('one message by 500 again and again lets the others pass, and gives that one up at the end of the schedule', async () => {
    const soc = scripted('soc', ({ alert }) => (alert.title === 'alert 0' ? failure(500) : ok));
    const { tell, clock, memory, notifier } = start([soc.channel]);
    await tell(...numbers(20));
    await clock.advance(6 * 60_000);
    expect(memory.states('soc')).toEqual({ delivered: 19, failed: 1 });
    expect(notifier.status()).toMatchObject([{ failures: 0, waiting: 1 }]);
    await tell(alertNumber(50));
    await turns();
    expect(soc.sent.at(-1)?.alert.title).toBe('alert 50');
    await clock.advance(100 * HOUR);
    expect(memory.rows.get(deliveryId(alertNumber(0), 'soc'))).toMatchObject({ state: 'given_up', attempt: 10 });
  });

  it('a revision by 500 gets none of it behind a later one: no alert is opened after it was closed', async () => {
    for (const pause of [0, 6 * 60_000]) {
      let broken = true;
      const soc = scripted('soc', ({ alert }) => (broken && alert.revision === 1 ? failure(500) : ok));
      const { tell, clock, memory } = start([soc.channel]);
      await tell(alertNumber(1));
      await tell(alertNumber(2, { revision: 2 }));
      await clock.advance(pause);
      await tell(alertNumber(1, { revision: 2, stage: 'close' }));
      await clock.advance(6 * 60_000);
      broken = false;
      await clock.advance(100 * HOUR);
      const arrived = soc.sent.filter(({ alert }) => alert.alert_id === alertNumber(1).alert_id);
      expect(arrived.at(-1)!.alert.stage).toBe('close');
      expect(memory.rows.get(deliveryId(alertNumber(1), 'soc'))).toMatchObject({
        state: 'given_up',
        detail: 'superseded by revision 2',
      });
    }
  });

  it('that throws is tried again like any other', async () => {
    const soc = scripted('soc', (_delivery, nth) => (nth === 1 ? Promise.reject(new Error('bug')) : ok));
    const { tell, clock, memory } = start([soc.channel]);
    await tell(alertNumber(1));
    await clock.advance(10_000);
    expect(memory.states()).toEqual({ delivered: 1 });
  });
});

describe('what people say', () => {
  const said = (verdict: Verdict['verdict']): Verdict => ({
    alert_id: alertNumber(1).alert_id,
    verdict,
    author: 'mia',
    reason: 'planned',
    at: '2026-11-20T14:30:00.000Z',
  });

  it('arrives as it was said when the channel comes back after a restart', async () => {
    const memory = memoryLog();
    const clock = fakeClock();
    const first = start([scripted('pager', () => failure(0)).channel], { memory, clock });
    await first.tell(alertNumber(1));
    for (const verdict of [said('acknowledged'), said('dismissed')]) {
      memory.verdicts.push(verdict);
      await first.notifier.notify([afterVerdict(alertNumber(1), verdict)]);
    }
    await turns();
    opened.pop();
    await first.notifier.close();
    const pager = scripted('pager', () => ok);
    start([pager.channel], { memory, clock }).notifier.resume();
    await turns();
    expect(pager.sent.map(({ alert }) => [alert.stage, alert.status, alert.summary])).toEqual([
      ['open', 'new', alertNumber(1).summary],
      ['update', 'acknowledged', 'mia is on it: planned'],
      ['close', 'resolved', 'mia says dismissed: planned'],
    ]);
    expect(new Set(pager.sent.map(({ id }) => id)).size).toBe(3);
  });

  it('is told each time: another reason, another person, the same word', async () => {
    const memory = memoryLog();
    const clock = fakeClock();
    const soc = scripted('soc', () => ok);
    const first = start([soc.channel], { memory, clock });
    await first.tell(alertNumber(1));
    const later = { ...said('dismissed'), author: 'leo', reason: 'a test of ours', at: '2026-11-20T15:00:00.000Z' };
    for (const verdict of [said('dismissed'), later, later]) {
      if (!memory.verdicts.includes(verdict)) memory.verdicts.push(verdict);
      await first.notifier.notify([afterVerdict(alertNumber(1), verdict)]);
    }
    await turns();
    const words = ['mia says dismissed: planned', 'leo says dismissed: a test of ours'];
    expect(soc.sent.map(({ alert }) => alert.summary)).toEqual([alertNumber(1).summary, ...words]);
    expect(await first.notifier.resend([alertNumber(1, { status: 'resolved' })])).toBe(1);
    await turns();
    expect(soc.sent.at(-1)).toMatchObject({ id: soc.sent[2]!.id, alert: { stage: 'close', summary: words[1] } });
  });

  it('hides nothing from a channel that never got the alert: resend puts it back', async () => {
    const memory = memoryLog();
    const soc = scripted('soc', (_delivery, nth) => (nth === 1 ? failure(400, { retry: false }) : ok));
    const { tell, notifier } = start([soc.channel], { memory });
    await tell(alertNumber(1));
    await turns();
    expect(await notifier.resend([alertNumber(1, { status: 'acknowledged' })])).toBe(1);
    await turns();
    expect(soc.sent.map(({ id }) => id)).toEqual([0, 0].map(() => deliveryId(alertNumber(1), 'soc')));
  });
});

describe('memory', () => {
  it('holds so many deliveries a channel; the rest waits in the store, and order holds', async () => {
    const gate: { open?: () => void } = {};
    const opening = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    const soc = scripted('soc', async () => {
      await opening;
      return ok;
    });
    const { tell, notifier, memory, clock } = start([soc.channel], { capacity: 10 });
    for (let batch = 0; batch < 20; batch += 1) {
      await tell(...numbers(5, batch * 5));
      await clock.advance(1);
    }
    expect(notifier.status()[0]?.waiting).toBe(10);
    gate.open?.();
    await turns(2_000);
    expect(soc.sent.map(({ alert }) => alert.title)).toEqual(numbers(100).map(({ title }) => title));
    expect(memory.states()).toEqual({ delivered: 100 });
  });

  it('holds nothing for quiet hours: the store does, over a restart', async () => {
    const clock = fakeClock();
    const memory = memoryLog();
    const morning = clock.now() + 9 * HOUR;
    const routing: Routing = ({ severity }) => [{ channel: 'soc', notBefore: severity === 'critical' ? 0 : morning }];
    const before = scripted('soc', () => ok);
    const first = start([before.channel], { clock, memory, routing });
    await first.tell(...numbers(3));
    await first.tell(alertNumber(9, { severity: 'critical' }));
    await clock.advance(HOUR);
    expect(before.sent.map(({ alert }) => alert.title)).toEqual(['alert 9']);
    expect(first.notifier.status()[0]?.waiting).toBe(0);
    opened.pop();
    await first.notifier.close();
    const after = scripted('soc', () => ok);
    const second = start([after.channel], { clock, memory, routing });
    second.notifier.resume();
    await clock.advance(7.9 * HOUR);
    expect(after.sent).toEqual([]);
    await clock.advance(0.2 * HOUR);
    expect(after.sent.map(({ alert }) => alert.title)).toEqual(['alert 0', 'alert 1', 'alert 2']);
  });
});

describe('what answers an alert', () => {
  const grave: Routing = ({ severity }) =>
    ['soc', ...(severity === 'high' ? ['pager'] : [])].map((channel) => ({ channel, notBefore: 0 }));
  const safe: Verdict = {
    alert_id: alertNumber(1).alert_id,
    verdict: 'safe',
    reason: '',
    author: 'ann',
    at: '2026-11-20T15:00:00.000Z',
  };
  const less = { severity: 'medium' as const };
  const answers: [string, Alert][] = [
    ['its end', alertNumber(1, { ...less, revision: 3, stage: 'close' })],
    ['a verdict', afterVerdict(alertNumber(1, { ...less, revision: 2, stage: 'update' }), safe)],
    [
      'that somebody is on it',
      afterVerdict(alertNumber(1, { ...less, revision: 2 }), { ...safe, verdict: 'acknowledged' }),
    ],
  ];

  it.each(answers)('goes where it was told while it was graver, over a restart too: %s', async (_, answer) => {
    const memory = memoryLog();
    const [soc, pager] = [scripted('soc', () => ok), scripted('pager', () => ok)];
    const first = start([soc.channel, pager.channel], { memory, routing: grave });
    await first.tell(alertNumber(1));
    await first.tell(alertNumber(1, { ...less, revision: 2, stage: 'update' }));
    await turns();
    expect([soc.sent.length, pager.sent.length]).toEqual([2, 1]);
    const second = start([soc.channel, pager.channel], { memory, routing: grave });
    await second.notifier.notify([answer]);
    await turns();
    expect([soc.sent.length, pager.sent.length]).toEqual([3, 2]);
  });

  it('goes nowhere else', async () => {
    const [soc, pager] = [scripted('soc', () => ok), scripted('pager', () => ok)];
    const { tell } = start([soc.channel, pager.channel], { routing: grave });
    await tell(alertNumber(1, less));
    await tell(answers[0]![1], alertNumber(2));
    await turns();
    expect(pager.sent.map(({ alert }) => alert.alert_id)).toEqual([alertNumber(2).alert_id]);
  });

  it('is no news where the alert was never told, as what was found in history', async () => {
    const soc = scripted('soc', () => ok);
    const { tell } = start([soc.channel]);
    await tell(...answers.map(([, answer]) => answer));
    await turns();
    expect(soc.sent).toEqual([]);
    await tell(alertNumber(2), alertNumber(2, { revision: 2, stage: 'close' }));
    await turns();
    expect(soc.sent.map(({ alert }) => alert.stage)).toEqual(['open', 'close']);
  });

  it('waits with what quiet hours hold there', async () => {
    const clock = fakeClock();
    const night: Routing = ({ severity }) =>
      severity === 'high' ? [{ channel: 'pager', notBefore: clock.now() + HOUR }] : [];
    const pager = scripted('pager', () => ok);
    const { tell } = start([pager.channel], { clock, routing: night });
    await tell(alertNumber(1));
    await tell(answers[0]![1]);
    await clock.advance(HOUR / 2);
    expect(pager.sent).toEqual([]);
    await clock.advance(HOUR);
    expect(pager.sent.map(({ alert }) => alert.stage)).toEqual(['open', 'close']);
  });
});

describe('quiet hours', () => {
  it('let no older revision arrive behind one that they did not hold', async () => {
    const clock = fakeClock();
    const routing: Routing = ({ severity }) => [
      { channel: 'pager', notBefore: severity === 'critical' ? 0 : clock.now() + HOUR },
    ];
    const pager = scripted('pager', () => ok);
    const { tell, memory } = start([pager.channel], { clock, routing });
    await tell(alertNumber(1, { severity: 'medium' }));
    await clock.advance(1_000);
    await tell(alertNumber(1, { severity: 'critical', revision: 2, stage: 'update' }));
    await clock.advance(2 * HOUR);
    expect(pager.sent.map(({ alert }) => alert.revision)).toEqual([2]);
    expect(memory.rows.get(deliveryId(alertNumber(1), 'pager'))).toMatchObject({
      state: 'given_up',
      detail: 'superseded by revision 2',
    });
  });
});

describe('stopping', () => {
  it('waits for what is on its way, not for what waits for its time', async () => {
    const gate: { open?: () => void } = {};
    const slow = scripted(
      'slow',
      () =>
        new Promise((resolve) => {
          gate.open = () => resolve(ok);
        }),
    );
    const dead = scripted('dead', () => failure(0));
    const { tell, notifier, memory, clock } = start([slow.channel, dead.channel]);
    await tell(alertNumber(1));
    await turns();
    const drained = notifier.drain(10_000);
    gate.open?.();
    expect(await drained).toBe(true);
    expect(memory.states('slow')).toEqual({ delivered: 1 });
    expect(memory.states('dead')).toEqual({ failed: 1 });
    await tell(alertNumber(2));
    await turns();
    const late = notifier.drain(10_000);
    await clock.advance(10_000);
    expect(await late).toBe(false);
    await notifier.close();
    expect(memory.states('slow')).toEqual({ delivered: 1, pending: 1 });
  });
});
