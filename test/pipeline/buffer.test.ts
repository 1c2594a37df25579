import { expect, it, vi } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { Reject } from '../../schemas/event.ts';
import { type Chunk, createBuffer } from '../../src/pipeline/buffer.ts';
import type { EventRows } from '../../src/stores/store.ts';

it('takes at once as many rows as a slice of hostile records can be', async () => {
  const reject: Reject = {
    position: { source: 'http', partition: 0, offset: 0, index: 0 },
    receivedAt: 0,
    reason: 'not_an_object',
    detail: '',
    gateway: '',
    raw: '1',
  };
  let written = 0;
  const buffer = createBuffer({
    write({ rejects }) {
      written += rejects.length;
      return Promise.resolve();
    },
    flushRows: 1,
    maxRows: 1,
    minIntervalMs: 0,
    calmIntervalMs: 0,
    alertIntervalMs: 0,
    elapsed: () => 0,
  });
  const rejects = new Array<Reject>(200_000).fill(reject);
  buffer.add({ events: [], rejects, alerts: [], quiet: [] });
  await buffer.durable();
  expect(written).toBe(200_000);
});

it('lets alerts go ahead where nobody waits for the events that they cite', async () => {
  const written: Chunk[] = [];
  const buffer = createBuffer({
    write(chunk) {
      written.push(chunk);
      return Promise.resolve();
    },
    flushRows: 100,
    maxRows: 1_000,
    minIntervalMs: 0,
    calmIntervalMs: Number.MAX_SAFE_INTEGER,
    alertIntervalMs: 0,
    elapsed: () => 0,
  });
  const events = [{ rows: 3 } as EventRows];
  const alert = {} as Alert;
  // The first has none before it to keep its distance from.
  buffer.add({ events, rejects: [], alerts: [], quiet: [] });
  await vi.waitUntil(() => written.length === 1);
  buffer.add({ events, rejects: [], alerts: [alert], quiet: [], oldest: 7 });
  await vi.waitUntil(() => written.length === 2);
  expect(written[1]).toEqual({ events: [], rejects: [], alerts: [alert], quiet: [] });
  expect(buffer.rows).toBe(3);
  await buffer.durable();
  expect(written[2]).toEqual({ events, rejects: [], alerts: [], quiet: [], oldest: 7 });
  expect(buffer.rows).toBe(0);
});
