import { describe, expect, it } from 'vitest';
import { backoff, pause } from '../src/wait.ts';

describe('waiting', () => {
  it('ends at an abort, before or while it waits, and does not throw', async () => {
    const stop = new AbortController();
    const waiting = pause(3_600_000, stop.signal);
    stop.abort();
    await waiting;
    await pause(3_600_000, stop.signal);
  });

  it('doubles after each failure up to a bound', () => {
    expect([0, 1, 2, 3].map((failures) => backoff(failures, 500))).toEqual([100, 200, 400, 500]);
    expect(backoff(1e6, Number.MAX_SAFE_INTEGER, 1)).toBe(1024);
  });
});
