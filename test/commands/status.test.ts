import { expect, it } from 'vitest';
import { sourcesOf } from '../../src/commands/support/status.ts';

it('says of topics that are re-keyed how many partitions they have and how far they are read, beside what is folded', () => {
  const held = [7, 9].map((nextOffset) => ({ source: 'kafka:internal', partition: { nextOffset } }));
  const lag = (source: string, partition: number, records: number | null, nextOffset: number | null) => ({
    source,
    partition,
    lag: records,
    nextOffset,
  });
  const parts = {
    pipeline: { held: new Map(held.map((one, n) => [String(n), one])) },
    observer: { lastSeen: new Map([['kafka:t', 0]]) },
    ingest: {
      lag: () => [lag('kafka:internal', 0, 2, 6), lag('kafka:t', 0, 5, 40), lag('kafka:t', 1, null, null)],
    },
  };
  expect(sourcesOf(parts as unknown as Parameters<typeof sourcesOf>[0])).toEqual([
    { name: 'kafka:internal', partitions: 2, next_offset: 9, lag: 2 },
    { name: 'kafka:t', partitions: 2, next_offset: 40, lag: 5, last_seen: '1970-01-01T00:00:00.000Z' },
  ]);
});
