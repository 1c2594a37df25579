import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { webhook } from '../../src/alerts/channels/webhook.ts';
import { createNotifier } from '../../src/alerts/notifier.ts';
import { alertNumber, fakeClock, guard, memoryLog, receiver, world } from './support.ts';

/** Ways in which a receiver fails, in the order in which the first alert meets them. */
const MISBEHAVIOURS: [string, (response: ServerResponse) => void][] = [
  ['hangs', () => {}],
  ['redirects', (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end()],
  ['closes at once', (response) => response.destroy()],
  ['is throttled', (response) => response.writeHead(429, { 'retry-after': '90' }).end()],
  ['answers 503 and 10 MB', (response) => response.writeHead(503).end('x'.repeat(10_000_000))],
  [
    'answers 500 and closes in the middle',
    (response) => response.writeHead(500, { 'content-length': '1000' }).write('half', () => response.destroy()),
  ],
  ['has lost its route', (response) => response.writeHead(404).end()],
];

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

describe('a receiver that misbehaves in every way', () => {
  it('gets every alert at last, in order, under one id each, while another gets them at once', async () => {
    const clock = fakeClock();
    const memory = memoryLog();
    const accepted: string[] = [];
    const bad = await receiver((request, response, nth) => {
      const misbehaviour = MISBEHAVIOURS[nth - 1];
      if (misbehaviour !== undefined) return misbehaviour[1](response);
      accepted.push(JSON.parse(request.body).data.title);
      response.writeHead(204).end();
    });
    const good = await receiver();
    const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`];
    const channels = [
      webhook({ name: 'bad', url: bad.url, secrets, guard, totalMs: 200 }),
      webhook({ name: 'good', url: good.url, secrets, guard }),
    ];
    const notifier = createNotifier({
      store: memory.log,
      channels,
      routing: () => [
        { channel: 'bad', notBefore: 0 },
        { channel: 'good', notBefore: 0 },
      ],
      ...world(clock),
    });
    opened.push(notifier.close, bad.close, good.close);
    const alerts = Array.from({ length: 20 }, (_, index) => alertNumber(index));
    await memory.log.writeAlerts(alerts);
    await notifier.notify(alerts);
    const waits: number[] = [];
    for (let round = 0; accepted.length < alerts.length; round += 1) {
      expect(round, 'rounds').toBeLessThan(20);
      expect(await notifier.drain(Number.MAX_SAFE_INTEGER)).toBe(true);
      if (round === 0) expect(memory.states('good')).toEqual({ delivered: 20 });
      if (accepted.length === alerts.length) break;
      waits.push(clock.next() - clock.now());
      await clock.advance(clock.next() - clock.now());
    }
    await notifier.drain(Number.MAX_SAFE_INTEGER);
    expect(accepted).toEqual(alerts.map(({ title }) => title));
    expect(memory.states('bad')).toEqual({ delivered: 20 });
    expect(waits).toEqual([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000]);
    // After the 500, which may have been about the message, the next alert was tried as well: it met the seventh.
    const ids = new Map<string, Set<unknown>>();
    for (const { headers, body } of bad.received) {
      const { alert_id } = JSON.parse(body).data;
      ids.set(alert_id, (ids.get(alert_id) ?? new Set()).add(headers['webhook-id']));
    }
    expect([...ids.values()].map((each) => each.size)).toEqual(alerts.map(() => 1));
    const stamps = bad.received.slice(0, 2).map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(stamps[1]! - stamps[0]!, 'seconds between two attempts').toBe(5);
  });
});
