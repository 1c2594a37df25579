import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { operationalSchema } from '../../schemas/config/watch.ts';
import { DAY, HOUR, MINUTE } from '../../schemas/durations.ts';
import { utcMinute } from '../../schemas/utc.ts';
import * as operational from '../../src/alerts/operational.ts';
import { logGap } from '../../src/alerts/watch/gap-words.ts';
import { createGateways } from '../../src/alerts/watch/gateways.ts';
import type { Vitals } from '../../src/alerts/watch/levels.ts';
import { splitAgents } from '../../src/alerts/watch/split.ts';
import { createWatch, type Heard, type Watch } from '../../src/alerts/watch/watch.ts';
import * as words from '../../src/alerts/watch/words.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, migratedStore, rowsOf } from '../stores/support.ts';
import { silentLog } from './support.ts';

/** A Monday. */
const START = Date.UTC(2026, 10, 2);
const config = operationalSchema.parse({});

describe('silence of a gateway', () => {
  /** Speaks every two minutes on workdays from 8 to 18 o'clock. */
  function office(days: number, from = START) {
    const gateways = createGateways(config, from);
    const silences: { gateway: string; at: number }[] = [];
    for (let now = from; now < from + days * DAY; now += 2 * MINUTE) {
      const day = new Date(now).getUTCDay();
      const hour = new Date(now).getUTCHours();
      if (day > 0 && day < 6 && hour >= 8 && hour < 18) gateways.hear('gw-1', now, now, now);
      for (const { gateway } of gateways.silences(now)) silences.push({ gateway, at: now });
    }
    return { gateways, silences };
  }

  it('is learned by the hour of the week: nights and weekends are none', () => {
    const { silences } = office(28);
    // Of the first weekend there was nothing to learn from; it is the only one.
    expect(silences.every(({ at }) => at < START + 8 * DAY)).toBe(true);
    expect(silences.length).toBeGreaterThan(0);
  });

  it('is seen within minutes in the middle of a workday, and its end is told to the second', () => {
    const { gateways } = office(28);
    const last = START + 28 * DAY + 10 * HOUR;
    for (let now = START + 28 * DAY + 8 * HOUR; now <= last; now += 2 * MINUTE) gateways.hear('gw-1', now, now, now);
    expect(gateways.silences(last + 9 * MINUTE)).toEqual([]);
    expect(gateways.silences(last + 11 * MINUTE)).toEqual([{ gateway: 'gw-1', since: last, usualMs: 2 * MINUTE }]);
    const back = last + 13 * MINUTE;
    expect(gateways.hear('gw-1', back, back, back)).toEqual({ gateway: 'gw-1', from: last, to: back });
    expect(gateways.silences(back + MINUTE)).toEqual([]);
  });

  it('is not learned where another process heard it in between', () => {
    const { gateways } = office(28);
    const last = START + 28 * DAY + 8 * HOUR;
    gateways.hear('gw-1', last, last, last);
    gateways.spokeElsewhere('gw-1', last + 9 * MINUTE);
    const ours = last + 18 * MINUTE;
    expect(gateways.hear('gw-1', ours, ours, ours)).toBeNull();
    expect(gateways.silences(ours + 11 * MINUTE)).toEqual([{ gateway: 'gw-1', since: ours, usualMs: 2 * MINUTE }]);
  });

  it('is nobody’s while we do not listen ourselves', () => {
    const { gateways } = office(28);
    const morning = START + 28 * DAY + 8 * HOUR;
    gateways.hear('gw-1', morning, morning, morning);
    gateways.deafUntil(morning + HOUR);
    expect(gateways.silences(morning + HOUR + 9 * MINUTE)).toEqual([]);
    expect(gateways.silences(morning + HOUR + 11 * MINUTE)).toHaveLength(1);
  });

  it('told once where it becomes a habit', () => {
    const gateways = createGateways(config, START);
    const blind: number[] = [];
    for (let week = 0; week < 5; week += 1)
      for (let now = START + week * 7 * DAY; now < START + (week + 1) * 7 * DAY; now += MINUTE) {
        // From the third week on it is maintained on Wednesdays from 10 to 11.
        const hour = Math.floor((now - START) / HOUR) % 168;
        if (week >= 2 && hour === 58) continue;
        if (gateways.hear('gw-1', now, now, now) !== null) blind.push(week);
      }
    expect(blind).toEqual([2, 3]);
  });

  it('is watched of a thousand gateways, however many names somebody makes up', () => {
    const gateways = createGateways(config, START);
    for (let n = 0; n < 5_000; n += 1) {
      for (let of = 0; of < 20; of += 1) gateways.hear(`gw-${n}`, START, START, START);
      gateways.hear('gw-0', START + n * 30_000, START, START);
    }
    expect(gateways.skews()).toHaveLength(1_000);
    const later = START + 8 * DAY;
    for (let of = 0; of < 20; of += 1) gateways.hear('late', later, later, later);
    expect(gateways.skews().map(({ gateway }) => gateway)).toEqual(['gw-0', 'late']);
  });

  it('of one known for less than a day says nothing', () => {
    const gateways = createGateways(config, START);
    for (let now = START; now < START + 20 * HOUR; now += MINUTE) gateways.hear('new', now, now, now);
    expect(gateways.silences(START + 3 * DAY)).toEqual([]);
  });
});

describe('the watch, on a record', () => {
  const well = { failures: 0, failingSince: 0 };
  let store: Store;
  let remove: () => Promise<void>;
  let now = START;
  let vitals: Vitals;
  let sent: Alert[] = [];
  /** Sent around the store. */
  let around: Alert[] = [];
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
  });
  afterAll(async () => {
    await remove();
  });
  beforeEach(() => {
    sent = [];
    around = [];
    vitals = {
      lags: [],
      checkpoints: [],
      disk: null,
      differences: [],
      grants: '',
      kafka: '',
      channels: [],
      storeRefusesSince: null,
      deaf: '',
    };
  });

  const watchOf = (over: Partial<Store> = {}): Watch =>
    createWatch({
      config: { ...config, ungoverned_daily: false },
      store: { ...store, ...over },
      notify: async (alerts) => void sent.push(...alerts),
      announce: (alert) => void around.push(alert),
      told: () => {},
      vitals: async () => vitals,
      log: silentLog,
      now: () => now,
    });

  const eventsOf = (gateway: string, occurredAt = now): Heard => ({
    source: 'http',
    instance: gateway,
    decoded: [
      {
        items: [
          {
            kind: 'event',
            event: judged(1, { occurredAt, receivedAt: now, body: { source: { kind: 'native', instance: gateway } } })
              .event,
          },
        ],
      },
    ],
  });
  const refused = (reason: 'invalid_event' | 'forbidden_agent', agent = 'x'): Heard => ({
    source: 'http',
    instance: 'gw-2',
    decoded: [
      {
        items: [
          {
            kind: 'reject',
            reject: {
              position: { source: 'http', partition: 0, offset: 1, index: 0 },
              receivedAt: now,
              reason,
              detail: '',
              gateway: 'native',
              raw: JSON.stringify({ agent: { id: agent } }),
            },
          },
        ],
      },
    ],
  });
  const told = () => sent.map(({ reason, stage }) => `${reason} ${stage}`);
  /** Looks every half minute, as the service does. */
  async function pass(watch: Watch, ms: number, meanwhile: () => void = () => {}): Promise<void> {
    for (const end = now + ms; now < end; ) {
      now += 30_000;
      meanwhile();
      await watch.look();
    }
  }
  /** The reason's own part of the story, so that tests in one record do not meet each other. */
  async function only(watch: Watch, level: Partial<Vitals>, ms: number): Promise<string[]> {
    vitals = { ...vitals, ...level };
    await pass(watch, ms);
    return told();
  }

  it('tells when a gateway falls silent, over a restart, and keeps from when to when we were blind', async () => {
    now = START;
    const rows = [];
    for (let n = 0; n < 30 * 60; n += 1)
      rows.push(
        judged(n, {
          occurredAt: now + n * MINUTE - 7,
          receivedAt: now + n * MINUTE,
          body: { source: { kind: 'native', instance: 'gw-7' } },
        }),
      );
    await store.writeEvents(store.pack(rows));
    now = START + 30 * HOUR;
    const from = now - MINUTE;
    const first = watchOf();
    await first.start();
    await pass(first, 9 * MINUTE);
    expect(told()).toEqual([]);
    await pass(first, 5 * MINUTE);
    expect(told()).toEqual(['silent_gateway open']);
    const open = 'SELECT source, from_at, to_at FROM v_gaps';
    expect(await rowsOf(store, open)).toEqual([{ source: 'gw-7', from_at: new Date(from).toISOString(), to_at: null }]);

    const second = watchOf();
    await second.start();
    await pass(second, 20 * MINUTE);
    expect(told()).toEqual(['silent_gateway open']);
    const back = now;
    second.hear(eventsOf('gw-7'));
    await second.look();
    expect(told()).toEqual(['silent_gateway open', 'silent_gateway close']);
    expect(sent[1]).toMatchObject({ alert_id: sent[0]!.alert_id, revision: 2 });
    expect(sent[1]!.summary).toContain('Blind from 2026-11-03 05:59 UTC to 2026-11-03 06:34 UTC');
    expect(await rowsOf(store, `${open} WHERE seconds = ${(back - from) / 1000}`)).toEqual([
      { source: 'gw-7', from_at: new Date(from).toISOString(), to_at: new Date(back).toISOString() },
    ]);
    second.hear(eventsOf('gw-7'));
    await pass(second, 5 * MINUTE);
    expect(sent).toHaveLength(2);
  });

  it('takes up what the record knows of a gateway that speaks first', async () => {
    const rows = [];
    now = START;
    for (let n = 0; n < 30 * 60; n += 1)
      rows.push(
        judged(10_000 + n, {
          occurredAt: now + n * MINUTE - 7,
          receivedAt: now + n * MINUTE,
          body: { source: { kind: 'native', instance: 'gw-8' } },
        }),
        // History that was filled in: its gateway need not speak now.
        judged(20_000 + n, { occurredAt: now + n * MINUTE, body: { source: { kind: 'native', instance: 'past' } } }),
      );
    await store.writeEvents(store.pack(rows));
    now = START + 31 * HOUR;
    const watch = watchOf();
    const started = watch.start();
    watch.hear(eventsOf('gw-8'));
    await started;
    await pass(watch, 5 * MINUTE, () => watch.hear(eventsOf('gw-8')));
    expect(await rowsOf(store, "SELECT seconds FROM v_gaps WHERE source = 'gw-8'")).toEqual([{ seconds: 61 * 60 }]);
    await pass(watch, HOUR);
    expect(sent.filter(({ target }) => target === 'gw-8' || target === 'past').map(({ target }) => target)).toEqual([
      'gw-8',
    ]);
  });

  it('a gateway that another process hears is not silent here, until it is', async () => {
    now = START;
    let offset = 30_000;
    const heardElsewhere = (): Promise<void> => {
      offset += 1;
      const body = { source: { kind: 'native', instance: 'gw-9' } };
      return store.writeEvents(store.pack([judged(offset, { occurredAt: now - 7, receivedAt: now, body })]));
    };
    const rows = [];
    for (let n = 0; n < 30 * 60; n += 1)
      rows.push(
        judged(40_000 + n, {
          occurredAt: now + n * MINUTE - 7,
          receivedAt: now + n * MINUTE,
          body: { source: { kind: 'native', instance: 'gw-9' } },
        }),
      );
    await store.writeEvents(store.pack(rows));
    now = START + 30 * HOUR;
    const watch = watchOf();
    await watch.start();
    const toldOf = () => sent.filter(({ target }) => target === 'gw-9').map(({ stage }) => stage);
    for (let n = 0; n < 8; n += 1) {
      await pass(watch, 5 * MINUTE);
      await heardElsewhere();
    }
    expect(toldOf()).toEqual([]);
    expect(await rowsOf(store, "SELECT * FROM v_gaps WHERE source = 'gw-9'")).toEqual([]);
    const last = now;
    await pass(watch, 12 * MINUTE);
    expect(toldOf()).toEqual(['open']);
    expect(sent.find(({ target }) => target === 'gw-9')!.title).toContain(utcMinute(last));
    await heardElsewhere();
    await pass(watch, 12 * MINUTE, () => void heardElsewhere());
    expect(toldOf()).toEqual(['open', 'close']);
  });

  it('says nothing of history that is filled in', async () => {
    const watch = watchOf();
    for (let n = 0; n < 100; n += 1) watch.hear({ ...refused('invalid_event'), backfill: true });
    await watch.look();
    expect(told()).toEqual([]);
  });

  it('lag, once it lasts: one alert, one closing', async () => {
    const watch = watchOf();
    const lags = [{ partition: 'kafka:mcp/3', records: 250_000 }];
    expect(await only(watch, { lags }, 4 * MINUTE)).toEqual([]);
    expect(await only(watch, { lags }, HOUR)).toEqual(['lag open']);
    expect(await only(watch, { lags: [{ ...lags[0]!, records: 3 }] }, 2 * MINUTE)).toEqual(['lag open', 'lag close']);
  });

  it('of a partition of another process is not over because it is not seen here', async () => {
    const subject = 'kafka:mcp/5';
    const behind = { lags: [{ partition: subject, records: 250_000 }] };
    const its = watchOf();
    expect(await only(its, behind, 6 * MINUTE)).toEqual(['lag open']);
    const ours = watchOf();
    await ours.start();
    const toldOf = () => sent.filter(({ target }) => target === subject).map(({ stage }) => stage);
    await only(ours, { lags: [{ partition: 'kafka:mcp/6', records: 0 }] }, 2 * MINUTE);
    expect(toldOf()).toEqual(['open']);
    await only(ours, behind, 2 * MINUTE);
    expect(toldOf(), 'it is ours now, and goes on').toEqual(['open']);
    await only(ours, { lags: [{ partition: subject, records: 0 }] }, MINUTE);
    expect(toldOf()).toEqual(['open', 'close']);
  });

  it('a trouble that comes and goes is not told again within the cooldown, nor forgotten after it', async () => {
    const watch = watchOf();
    const low = { path: '/data', freeBytes: 1 };
    expect(await only(watch, { disk: low }, MINUTE)).toEqual(['disk_low open']);
    for (let n = 0; n < 9; n += 1) {
      await only(watch, { disk: null }, MINUTE);
      await only(watch, { disk: low }, MINUTE);
    }
    expect(told()).toEqual(['disk_low open', 'disk_low close']);
    expect(await only(watch, { disk: low }, 15 * MINUTE)).toEqual(['disk_low open', 'disk_low close', 'disk_low open']);
    expect(sent[2]!.alert_id).not.toBe(sent[0]!.alert_id);
    await only(watch, { disk: null }, MINUTE);
  });

  it('rejects that become many, by share and by number', async () => {
    const watch = watchOf();
    for (let n = 0; n < 49; n += 1) watch.hear(refused('invalid_event'));
    await watch.look();
    expect(told()).toEqual([]);
    await pass(watch, 5 * MINUTE, () => watch.hear(refused('invalid_event')));
    expect(told()).toEqual(['reject_storm open']);
    expect(sent[0]!.summary).toMatch(/of 5\d records of http were rejected .* most of them as invalid_event/);
    await pass(watch, 11 * MINUTE);
    expect(told()).toEqual(['reject_storm open', 'reject_storm close']);
  });

  it('a token that speaks for others, by name', async () => {
    const watch = watchOf();
    watch.hear(refused('forbidden_agent', 'billing-bot'));
    watch.hear(refused('forbidden_agent', 'deployer'));
    await watch.look();
    expect(sent).toMatchObject([
      {
        detector: 'identity',
        reason: 'forbidden_agent',
        title: 'Token gw-2 spoke for agents that are not its own: billing-bot, deployer',
      },
    ]);
    await pass(watch, 61 * MINUTE);
    expect(told()).toEqual(['forbidden_agent open', 'forbidden_agent close']);
  });

  it('a token that spoke for others, as it is read back from what was told of it', () => {
    const one = {
      since: now - 3 * MINUTE,
      count: 31,
      agents: new Map([
        ['payroll-bot', 30],
        ['deployer', 1],
      ]),
    };
    expect(words.overstepsIn(words.overstepped({ token: 'gw-2', lastAt: now, ...one }, now))).toEqual(one);
  });

  it('a token that goes on to speak for others still: each new name is told, and all of them at its end', async () => {
    const watch = watchOf();
    const overstep = (agent: string) => watch.hear(refused('forbidden_agent', agent));
    overstep('harmless');
    await watch.look();
    const [{ alert_id }] = sent as [Alert];
    // Others are open in the record too.
    const ofIt = () => sent.filter((alert) => alert.alert_id === alert_id);
    for (const agent of ['payroll-bot', 'payroll-bot', 'harmless']) overstep(agent);
    await pass(watch, 4 * MINUTE);
    expect(told(), 'at most once in a while').toEqual(['forbidden_agent open']);
    await pass(watch, 2 * MINUTE);
    await pass(watch, 20 * MINUTE, () => overstep('payroll-bot'));
    expect(ofIt()).toMatchObject([{}, { revision: 2, stage: 'update' }]);
    expect(ofIt()[1]!.summary).toMatch(/^4 events under the token gw-2 .*: harmless, payroll-bot\. /);

    const later = watchOf();
    await later.start();
    await pass(later, 50 * MINUTE);
    expect(ofIt(), 'who just started does not know that it is over').toHaveLength(2);
    later.hear(refused('forbidden_agent', 'deployer'));
    await pass(later, MINUTE);
    expect(ofIt()[2]).toMatchObject({ revision: 3, stage: 'update' });
    await pass(later, 61 * MINUTE);
    expect(ofIt()[3]).toMatchObject({ revision: 4, stage: 'close' });
    expect(ofIt()[3]!.summary).toMatch(/^Over, .* 5 events .*: harmless, payroll-bot, deployer\. /);
  });

  it('a clock that is off, either way, and not events that were only long on their way', async () => {
    const watch = watchOf();
    const during = (offset: (n: number) => number, gateway: string) => {
      for (let n = 0; n < 64; n += 1) watch.hear(eventsOf(gateway, now + offset(n)));
    };
    during((n) => (n % 4 === 0 ? -2_000 : -20 * MINUTE), 'batches');
    during(() => 12 * MINUTE, 'ahead');
    during(() => -30 * MINUTE, 'behind');
    await watch.look();
    expect(sent.map(({ title }) => title)).toEqual([
      'The clock of gateway ahead is 12 minutes ahead',
      'The clock of gateway behind is 30 minutes behind',
    ]);
    for (const gateway of ['ahead', 'behind']) during(() => 0, gateway);
    await watch.look();
    expect(told().slice(2)).toEqual(['clock_skew close', 'clock_skew close']);
  });

  it('a checkpoint that is too old, where events came after it', async () => {
    const watch = watchOf();
    const checkpoint = { partition: 'http/0', savedAt: now - 14 * MINUTE, behind: true };
    expect(await only(watch, { checkpoints: [{ ...checkpoint, behind: false }] }, 5 * MINUTE)).toEqual([]);
    expect(await only(watch, { checkpoints: [checkpoint] }, 5 * MINUTE), 'events after a quiet time').toEqual([]);
    expect(await only(watch, { checkpoints: [checkpoint] }, 5 * MINUTE)).toEqual(['checkpoint_old open']);
    await only(watch, { checkpoints: [{ ...checkpoint, savedAt: now }] }, MINUTE);
    expect(told()).toEqual(['checkpoint_old open', 'checkpoint_old close']);
  });

  it('grants files that are broken, until they are sound again', async () => {
    const watch = watchOf();
    expect(await only(watch, { grants: 'g.yaml:3: there is no key agent here' }, MINUTE)).toEqual([
      'grants_broken open',
    ]);
    expect(watch.troubles).toEqual(['The grants files are broken: the old grants stay in force']);
    expect(await only(watch, { grants: '' }, MINUTE)).toEqual(['grants_broken open', 'grants_broken close']);
    expect(watch.troubles).toEqual([]);
  });

  it('Kafka that is not read, or not whole, from when that has lasted until it is over', async () => {
    const watch = watchOf();
    const kafka = 'Kafka is not read whole: the brokers know of no topic mcp-b, or hide it from us';
    expect(await only(watch, { kafka }, MINUTE)).toEqual([]);
    expect(await only(watch, { kafka }, config.lag_minutes * MINUTE)).toEqual(['kafka_away open']);
    expect(sent[0]!.summary).toContain('no topic mcp-b');
    expect(await only(watch, { kafka: '' }, MINUTE)).toEqual(['kafka_away open', 'kafka_away close']);
  });

  it('a channel that takes nothing, until it does', async () => {
    const watch = watchOf();
    const fails = { channel: 'soc', disabled: '', deliveredAt: 0, failures: 2, failingSince: now };
    expect(await only(watch, { channels: [fails] }, 10 * MINUTE)).toEqual([]);
    expect(await only(watch, { channels: [fails] }, 5 * MINUTE)).toEqual(['channel_failing open']);
    await only(watch, { channels: [{ ...fails, disabled: 'failed for 120 hours' }] }, HOUR);
    expect(told(), 'what is switched off works no better').toEqual(['channel_failing open']);
    await only(watch, { channels: [{ ...fails, failures: 0, failingSince: 0 }] }, MINUTE);
    expect(told()).toEqual(['channel_failing open', 'channel_failing close']);
  });

  it('closes what was told of a channel when it takes something again, after a restart too', async () => {
    const opened = operational.endpointDisabled('soc', 'answered 410', now);
    await store.writeAlerts([opened]);
    const watch = watchOf();
    await watch.start();
    const soc = { ...well, channel: 'soc', disabled: '', deliveredAt: 0 };
    expect(await only(watch, { channels: [soc] }, 5 * MINUTE)).toEqual([]);
    expect(await only(watch, { channels: [{ ...soc, deliveredAt: now }] }, MINUTE)).toEqual([
      'endpoint_disabled close',
    ]);
    expect(sent[0]!.alert_id).toBe(opened.alert_id);
  });

  it('closes each that was told of one channel, though another followed before it worked again', async () => {
    const [first, second, third] = [now, now + MINUTE, now + 2 * MINUTE].map((at) =>
      operational.deliveryRefused('pager', 'no', at),
    ) as [Alert, Alert, Alert];
    await store.writeAlerts([first, second]);
    const watch = watchOf();
    await watch.start();
    now += 2 * MINUTE;
    watch.adopt(third);
    const pager = { ...well, channel: 'pager', disabled: '', deliveredAt: 0 };
    await only(watch, { channels: [pager] }, MINUTE);
    expect(sent.map(({ alert_id, stage }) => `${alert_id} ${stage}`).sort()).toEqual(
      [`${first.alert_id} close`, `${second.alert_id} close`].sort(),
    );
    await only(watch, { channels: [{ ...pager, deliveredAt: now }] }, MINUTE);
    expect(sent.slice(2).map(({ alert_id, stage }) => `${alert_id} ${stage}`)).toEqual([`${third.alert_id} close`]);
  });

  it('a store that takes no rows is told around it, once an outage, and stored and closed once with its end', async () => {
    now = START + 40 * DAY;
    const away = new Error('the store is away');
    let isAway = true;
    const watch = watchOf({
      writeAlerts: async (alerts) => (isAway ? Promise.reject(away) : store.writeAlerts(alerts)),
    });
    vitals = { ...vitals, storeRefusesSince: now, deaf: 'the store takes no rows' };
    await watch.look();
    expect(around).toEqual([]);
    await pass(watch, 20 * MINUTE);
    expect(around).toMatchObject([{ reason: 'store_refuses', severity: 'critical', stage: 'open', revision: 1 }]);
    expect(watch.troubles).toEqual([around[0]!.title]);
    isAway = false;
    vitals = { ...vitals, storeRefusesSince: null, deaf: '' };
    await pass(watch, 5 * MINUTE);
    expect(sent).toMatchObject([{ alert_id: around[0]!.alert_id, stage: 'close', revision: 2 }]);
    expect(around).toHaveLength(1);
    expect(watch.troubles).toEqual([]);
    expect(await store.alert(around[0]!.alert_id)).toMatchObject({ stage: 'close' });
  });

  it('tells again what could not be stored', async () => {
    let down = true;
    const watch = watchOf({
      writeAlerts: async (alerts) => {
        if (down) throw new Error('the store is down');
        await store.writeAlerts(alerts);
      },
    });
    watch.lost({
      kind: 'lost',
      source: 'kafka:mcp',
      partition: 1,
      fromOffset: 5,
      toOffset: 9,
      from: 0,
      to: now,
      detail: '',
    });
    const disk = { path: '/other', freeBytes: 1 };
    expect(await only(watch, { disk }, MINUTE)).toEqual([]);
    down = false;
    expect((await only(watch, { disk }, MINUTE)).sort()).toEqual(['disk_low open', 'records_lost open']);
  });

  it('names the agents without any grant once a day', async () => {
    const day = Date.UTC(2026, 10, 17);
    const ungoverned = { scope: 'ungoverned', grantId: '' } as const;
    await store.writeEvents(
      store.pack([
        judged(9_001, {
          occurredAt: day + HOUR,
          body: { agent: { id: 'nobody-1', id_basis: 'none' } },
          judgement: ungoverned,
        }),
        judged(9_002, { occurredAt: day + 2 * HOUR, body: { agent: { id: 'governed', id_basis: 'none' } } }),
        judged(9_003, {
          occurredAt: day + 3 * HOUR,
          body: { agent: { id: 'nobody-2', id_basis: 'none' } },
          judgement: ungoverned,
        }),
      ]),
    );
    const daily = () =>
      createWatch({
        config,
        store,
        notify: async (alerts) => void sent.push(...alerts),
        announce: () => {},
        told: () => {},
        vitals: async () => vitals,
        log: silentLog,
        now: () => now,
      });
    now = day + DAY - HOUR;
    const watch = daily();
    await pass(watch, 5 * HOUR);
    await pass(daily(), HOUR);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ severity: 'info', title: '2 agents without any grant on 2026-11-17' });
    expect(sent[0]!.summary).toContain('nobody-1 (1), nobody-2 (1)');
  });

  const everyone: [string, Alert][] = [
    operational.silentGateway("gw'7", START, START + HOUR, MINUTE),
    operational.gatewayBack('gw-7', START, START + HOUR, MINUTE),
    operational.lagging('kafka:mcp/3', 1, 1, START, START),
    operational.rejectStorm("a'b", 5, 10, 'bad_json', START, START),
    operational.reconcileDifference('http/0', 2, 1, START, START),
    operational.endpointDisabled('soc', 'answered 410', START),
    operational.deliveryRefused('soc', 'no', START),
    words.diskLow('/data', 1, 2, START, START),
    words.clockSkew('gw-7', HOUR, MINUTE, START, START),
    words.checkpointOld('http/0', START, MINUTE, START + HOUR),
    words.grantsBroken("g.yaml: it's broken", START, START),
    words.channelFailing("s'oc", 3, START, START + HOUR),
    words.kafkaAway("Kafka isn't read", START, START),
    ...(['lost', 'remade', 'cut', 'grown'] as const).map((kind) =>
      logGap(
        { kind, source: 'kafka:mcp', partition: 1, fromOffset: 1, toOffset: 2, from: START, to: START, detail: '' },
        START,
      ),
    ),
    splitAgents('kafka:mcp', [{ agent: "a'b", partitions: [0, 3] }], START),
    words.overstepped({ token: 'gw-2', since: START, lastAt: START, count: 2, agents: new Map([["x'y", 2]]) }, START),
    words.ungovernedAgents('2026-11-17', [{ agent: 'a', calls: 1 }], START),
  ].map((alert) => [`${alert.reason} ${alert.stage}`, alert]);

  it.each(everyone)('%s: its proof runs on the record', async (_name, alert) => {
    await expect(rowsOf(store, alert.proof.sql)).resolves.toBeInstanceOf(Array);
  });

  it('proofs show what they speak of', async () => {
    const rows = await rowsOf(store, words.ungovernedAgents('2026-11-17', [], START).proof.sql);
    expect(rows.map(({ agent_id }) => agent_id).sort()).toEqual(['nobody-1', 'nobody-2']);
    expect(await rowsOf(store, operational.silentGateway('gw-7', START, START, MINUTE).proof.sql)).toHaveLength(1);
  });
});
