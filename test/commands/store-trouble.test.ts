import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Status } from '../../schemas/api.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { createLog } from '../../src/log.ts';
import { createHome, type Home, post, startHere } from '../support/service.ts';

let home: Home;
let service: Service;
const log: string[] = [];
beforeAll(async () => {
  home = await createHome();
  service = await startHere(
    home,
    createLog('info', new Writable({ write: (line, _, done) => done(void log.push(String(line))) })),
  );
});
afterAll(async () => {
  await service.stop();
  await home.remove();
});

const event = {
  event_id: 'one',
  occurred_at: '2026-11-02T09:14:03Z',
  agent: { id: 'support-1' },
  server: { id: 'tickets' },
  method: 'tools/call' as const,
  target: { type: 'tool' as const, name: 'get_ticket' },
  outcome: { status: 'ok' as const },
};
const status = async () => (await (await fetch(`${service.url}/v1/status`)).json()) as Status;
const isReady = async () => (await fetch(`${service.url}/readyz`)).status;

it('a store that answers and takes no rows is told of, by readyz and status alike, until it takes them', async () => {
  await expect.poll(isReady).toBe(200);
  const { writeEvents } = service.store;
  service.store.writeEvents = () => Promise.reject(new Error('Code: 243. DB::Exception: not enough space'));
  const posted = post(service.url, [event], '');
  await expect.poll(isReady, { timeout: 10_000 }).toBe(503);
  expect(await status()).toMatchObject({
    ready: false,
    not_ready: 'the store takes no rows',
    warnings: [expect.stringContaining('not enough space')],
  });
  service.store.writeEvents = writeEvents;
  expect(await posted).toMatchObject({ accepted: 1 });
  expect([await isReady(), (await status()).warnings]).toEqual([200, []]);
});

it('the log says once that it takes nothing, for all that waits, and once that it does', async () => {
  const { writeEvents, writeRejects } = service.store;
  const full = () => Promise.reject(new Error('Code: 243. DB::Exception: not enough space'));
  Object.assign(service.store, { writeEvents: full, writeRejects: full });
  log.length = 0;
  const posted = [post(service.url, [{ ...event, event_id: 'two' }], '')];
  await expect.poll(isReady).toBe(503);
  for (const event_id of ['three', 'four']) posted.push(post(service.url, [{ ...event, event_id }], ''));
  const tries = async () =>
    Number(/retries_total\{what="events"\} (\d+)/.exec(await (await fetch(`${service.url}/metrics`)).text())?.[1]);
  const before = await tries();
  await expect.poll(tries, { timeout: 10_000 }).toBeGreaterThan(before);
  Object.assign(service.store, { writeEvents, writeRejects });
  await Promise.all(posted);
  expect(log.map((line) => JSON.parse(line).msg)).toEqual([
    expect.stringContaining('the store takes no rows'),
    'the store takes rows again',
  ]);
});

it('what it took in the end is no warning any more, whether events follow or not', async () => {
  const { writeRejects } = service.store;
  let tries = 0;
  service.store.writeRejects = async (rejects) => {
    tries += 1;
    if (tries < 3) throw new Error('Code: 243. DB::Exception: not enough space');
    await writeRejects(rejects);
  };
  const body = '{ no JSON';
  await fetch(`${service.url}/v1/events`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(tries).toBe(3);
  expect(await status()).toMatchObject({ ready: true, warnings: [] });
});
