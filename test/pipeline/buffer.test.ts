import { expect, it } from 'vitest';
import type { Reject } from '../../schemas/event.ts';
import { createBuffer } from '../../src/pipeline/buffer.ts';

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
    now: () => 0,
  });
  const rejects = new Array<Reject>(200_000).fill(reject);
  buffer.add({ events: [], rejects, alerts: [], quiet: [] });
  await buffer.durable();
  expect(written).toBe(200_000);
});
