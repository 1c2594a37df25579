import { describe, expect, it } from 'vitest';
import { bounded } from '../../src/sources/bounded.ts';
import type { RecordOutcome, Sender } from '../../src/sources/source.ts';

const one: Sender = { instance: 'gw-1', gateway: 'auto' };
const records = (count: number) => Array.from({ length: count }, () => ({ value: '{}', receivedAt: 1 }));

/** A way in that answers when it is told to. */
function slow() {
  const open: { resolve(outcomes: RecordOutcome[]): void; reject(error: Error): void }[] = [];
  const push = () => new Promise<RecordOutcome[]>((resolve, reject) => void open.push({ resolve, reject }));
  return { push, open };
}

describe('a bounded way in', () => {
  it('refuses beyond its bound, and takes again when what waits is answered, whatever the answer', async () => {
    const { push, open } = slow();
    const ingest = bounded({ push }, 3);
    const [first, second] = [ingest.push(records(2), one), ingest.push(records(1), one)];
    await expect(ingest.push(records(1), one)).rejects.toMatchObject({ name: 'BusyError', retryAfterSeconds: 1 });
    expect([ingest.pending, open.length]).toEqual([3, 2]);
    open[0]!.resolve([]);
    open[1]!.reject(new Error('the broker is away'));
    expect(await first).toEqual([]);
    await expect(second).rejects.toThrow('the broker is away');
    expect(ingest.pending).toBe(0);
    void ingest.push(records(3), one);
    expect(open).toHaveLength(3);
  });

  it('takes a post that is larger than the bound when nothing else waits', async () => {
    const { push, open } = slow();
    const ingest = bounded({ push }, 2);
    const large = ingest.push(records(9), one);
    await expect(ingest.push(records(1), one)).rejects.toMatchObject({ name: 'BusyError' });
    open[0]!.resolve([]);
    await large;
    expect(ingest.pending).toBe(0);
  });
});
