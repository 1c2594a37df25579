import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
    busyIntervalMs: 0,
    manyRows: 1,
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
    busyIntervalMs: Number.MAX_SAFE_INTEGER,
    manyRows: 50,
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

describe('between two flushes', () => {
  /** A buffer whose clock stands until it is set. `took`: milliseconds of each write. */
  function standing(took = 0) {
    let at = 0;
    const written: Chunk[] = [];
    const buffer = createBuffer({
      write(chunk) {
        written.push(chunk);
        at += took;
        return Promise.resolve();
      },
      flushRows: 100,
      maxRows: 1_000,
      minIntervalMs: 50,
      calmIntervalMs: 500,
      busyIntervalMs: 2_000,
      manyRows: 10,
      alertIntervalMs: 100,
      elapsed: () => at,
    });
    const add = (rows: number, alerts: Alert[] = []): void =>
      buffer.add({ events: [{ rows } as EventRows], rejects: [], alerts, quiet: [] });
    /** How often was written by then. */
    const until = async (ms: number): Promise<number> => {
      at = ms;
      await vi.advanceTimersByTimeAsync(25);
      return written.length;
    };
    return { add, until, written };
  }
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('few rows wait for half a second, many for a larger part', async () => {
    const { add, until } = standing();
    add(1);
    expect(await until(0)).toBe(1);
    add(9);
    expect(await until(400)).toBe(1);
    expect(await until(500)).toBe(2);
    add(10);
    expect(await until(2_400)).toBe(2);
    expect(await until(2_500)).toBe(3);
    add(100);
    expect(await until(2_500)).toBe(4);
  });

  it('alerts that take long are written alone less often', async () => {
    const { add, until, written } = standing(200);
    add(1);
    await until(0);
    add(10, [{} as Alert]);
    expect(await until(200)).toBe(2);
    add(10, [{} as Alert]);
    expect(await until(900)).toBe(2);
    expect(await until(1_000)).toBe(3);
    expect(written.map(({ events }) => events.length)).toEqual([1, 0, 0]);
  });
});
