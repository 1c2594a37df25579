import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR } from '../../schemas/durations.ts';
import type { Channel } from '../../src/alerts/channel.ts';
import { webhook } from '../../src/alerts/channels/webhook.ts';
import { createGuard } from '../../src/alerts/guard.ts';
import { deliveryId } from '../../src/alerts/intake.ts';
import { createNotifier } from '../../src/alerts/notifier.ts';
import type { DeliveryLog } from '../../src/alerts/ports.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore, rowsOf } from '../stores/support.ts';
import { alertNumber, fakeClock, guard, receiver, TLS, world } from './support.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const FOREVER = Number.MAX_SAFE_INTEGER;
const hook = (name: string, url: string, over: { totalMs?: number; ca?: string } = {}): Channel =>
  webhook({ name, url, secrets: [SECRET], guard, ...over });

/** The outbox as it is in production: on the engine, and over HTTP. Only the clock is made. */
describe('the outbox on the real record', () => {
  let store: Store;
  let log: DeliveryLog;
  let remove: () => Promise<void>;
  // The package that verifies holds messages against today's clock.
  const clock = fakeClock(Date.now());
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
    log = { ...store, undelivered: (filter) => store.undelivered(filter), deliveries: (ids) => store.deliveries(ids) };
  });
  afterAll(async () => {
    await remove();
  });

  const start = (channels: Channel[], on: DeliveryLog = log) =>
    createNotifier({
      store: on,
      channels,
      routing: () => channels.map(({ name }) => ({ channel: name, notBefore: 0 })),
      ...world(clock),
    });

  it('a crash between the receiver’s 200 and our record sends again under the same id: 100 times, then once', async () => {
    const soc = await receiver();
    const alert = alertNumber(1);
    await store.writeAlerts([alert]);
    // Dies before it can say what became of it: only what stood there before the sending is kept.
    const dying = { ...log, writeDeliveries: (rows) => log.writeDeliveries(rows.filter(isPending)) } as DeliveryLog;
    for (let life = 0; life < 100; life += 1) {
      const notifier = start([hook('crashes', soc.url)], dying);
      if (life === 0) await notifier.notify([alert]);
      else notifier.resume();
      expect(await notifier.drain(FOREVER)).toBe(true);
      await notifier.close();
    }
    expect(soc.received).toHaveLength(100);
    const last = start([hook('crashes', soc.url)]);
    last.resume();
    await last.drain(FOREVER);
    await last.close();
    const next = start([hook('crashes', soc.url)]);
    next.resume();
    await next.drain(FOREVER);
    await next.close();
    expect(soc.received).toHaveLength(101);
    expect(new Set(soc.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([deliveryId(alert, 'crashes')]),
    );
    for (const { headers, body } of [soc.received[0]!, soc.received[100]!])
      expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
        data: { alert_id: alert.alert_id },
      });
    expect(await rowsOf(store, states('crashes'))).toEqual([{ channel: 'crashes', state: 'delivered', n: 1 }]);
    await soc.close();
  }, 120_000);

  it('is drained when what befell an endpoint is told over the others too, though writing that down takes its time', async () => {
    const good = await receiver();
    const gone = await receiver((_request, response) => response.writeHead(410).end());
    const alert = alertNumber(900);
    await store.writeAlerts([alert]);
    const slow = {
      ...log,
      async writeAlerts(alerts) {
        for (let n = 0; n < 50; n += 1) await store.ping();
        await log.writeAlerts(alerts);
      },
    } as DeliveryLog;
    const notifier = start([hook('a', good.url), hook('b', gone.url)], slow);
    await notifier.notify([alert]);
    await notifier.drain(FOREVER);
    const told = good.received.map(({ body }) => JSON.parse(body).data.reason);
    expect(told).toEqual([alert.reason, 'endpoint_disabled']);
    await notifier.close();
    await good.close();
    await gone.close();
  });

  it('receivers away, without TLS that holds, hung and gone for hours: all get all at last, the good one at once', async () => {
    const alerts = Array.from({ length: 60 }, (_, n) => alertNumber(1_000 + n));
    const began = clock.now();
    const good = await receiver();
    const untrusted = await receiver(undefined, true);
    const gone = await receiver((_request, response) => response.writeHead(410).end());
    const hung = await receiver((_request, response) => {
      if (clock.now() - began > 3 * HOUR) response.writeHead(204).end();
    });
    const away = await reserved();
    const channels = () => [
      hook('good', good.url),
      hook('untrusted', untrusted.url.replace('127.0.0.1', 'localhost')),
      hook('gone', gone.url),
      hook('hung', hung.url, { totalMs: 100 }),
      hook('away', away.url),
    ];
    const notifier = start(channels());
    await store.writeAlerts(alerts);
    await notifier.notify(alerts);
    await notifier.drain(FOREVER);
    const at = (name: string) => notifier.status().find(({ channel }) => channel === name)!;
    expect(good.received.length).toBe(61);
    expect(JSON.parse(good.received[60]!.body).data).toMatchObject({ reason: 'endpoint_disabled', target: 'gone' });
    expect(at('gone')).toMatchObject({ waiting: 0, disabled: 'answered 410' });
    for (const name of ['untrusted', 'hung', 'away']) expect(at(name)).toMatchObject({ waiting: 61, failures: 1 });

    let back: Server | null = null;
    for (let round = 0; round < 40 && (at('hung').waiting > 0 || at('away').waiting > 0); round += 1) {
      if (back === null && clock.now() - began > 6 * HOUR) back = await away.open();
      await clock.advance(clock.next() - clock.now());
      await notifier.drain(FOREVER);
    }
    expect(clock.now() - began).toBeGreaterThan(6 * HOUR);
    const titles = [...alerts.map(({ title }) => title), 'Alert channel gone is switched off'];
    expect(accepted(away.received)).toEqual(titles);
    // A hung receiver had our first message many times; each under one id.
    expect(oneIdEach(hung.received)).toBe(true);
    expect(new Set(accepted(hung.received))).toEqual(new Set(titles));
    expect(accepted(good.received)).toEqual(titles);
    expect(at('untrusted')).toMatchObject({ waiting: 61 });
    const [failed] = await rowsOf(
      store,
      "SELECT detail FROM deliveries WHERE channel = 'untrusted' AND state = 'failed' LIMIT 1",
    );
    expect(failed!.detail).toMatch(/^TLS: /);
    await notifier.close();

    // Somebody mends the certificate, and starts it anew.
    const named = createGuard({
      allowNetworks: ['127.0.0.0/8'],
      resolve: async () => ['127.0.0.1'],
    });
    const mended = webhook({
      name: 'untrusted',
      url: untrusted.url.replace('127.0.0.1', 'receiver.example'),
      secrets: [SECRET],
      guard: named,
      ca: TLS.cert,
    });
    const second = start([mended]);
    second.resume();
    for (let round = 0; round < 20 && accepted(untrusted.received).length < 61; round += 1) {
      await second.drain(FOREVER);
      if (clock.next() < Number.POSITIVE_INFINITY) await clock.advance(clock.next() - clock.now());
    }
    await second.drain(FOREVER);
    await second.close();
    expect(accepted(untrusted.received)).toEqual(titles);
    const tally = await rowsOf(store, states('good', 'untrusted', 'hung', 'away', 'gone'));
    expect(tally).toEqual(
      ['away', 'gone', 'good', 'hung', 'untrusted'].map((channel) => ({
        channel,
        state: channel === 'gone' ? 'given_up' : 'delivered',
        n: channel === 'gone' ? 60 : 61,
      })),
    );
    for (const each of [good, untrusted, gone, hung]) await each.close();
    back?.closeAllConnections();
    back?.close();
  }, 120_000);
});

const isPending = ({ state }: { state: string }): boolean => state === 'pending';
const accepted = (received: readonly { body: string }[]): string[] =>
  received.map(({ body }) => JSON.parse(body).data.title);

function oneIdEach(received: readonly { headers: Record<string, unknown>; body: string }[]): boolean {
  const ids = new Map<string, unknown>();
  return received.every(({ headers, body }) => {
    const { alert_id } = JSON.parse(body).data;
    const known = ids.get(alert_id) ?? headers['webhook-id'];
    ids.set(alert_id, known);
    return known === headers['webhook-id'];
  });
}

const states = (...channels: string[]): string =>
  `SELECT channel, state, toUInt32(count()) AS n FROM (SELECT * FROM deliveries ORDER BY at DESC, attempt DESC LIMIT 1 BY delivery_id) WHERE channel IN (${channels.map((name) => `'${name}'`).join(', ')}) GROUP BY channel, state ORDER BY channel, state`;

/** A port at which nobody listens until `open`. */
async function reserved() {
  const received: { body: string }[] = [];
  const listen = (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ body: Buffer.concat(chunks).toString() });
        response.writeHead(204).end();
      });
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
  };
  const first = await listen(0);
  const { port } = first.address() as AddressInfo;
  await new Promise((resolve) => first.close(resolve));
  return { received, url: `http://127.0.0.1:${port}/hook`, open: () => listen(port) };
}
