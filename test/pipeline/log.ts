import type { Source, SourceItem, SourceRecord } from '../../src/sources/source.ts';

/** Partition 0 of a log that ends at `logEnd`, of which these batches are read; nothing more comes until it is stopped. */
export function logOf(batches: readonly SourceRecord[][], logEnd: number): Source & { read: Promise<void> } {
  let end = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    end = resolve;
  });
  let told = (): void => {};
  const read = new Promise<void>((resolve) => {
    told = resolve;
  });
  return {
    name: 'kafka:t',
    /** Resolves when all batches are worked. */
    read,
    commit: () => Promise.resolve(),
    stop: () => Promise.resolve(end()),
    async *[Symbol.asyncIterator](): AsyncGenerator<SourceItem> {
      const place = { source: 'kafka:t', partition: 0, generation: 1 };
      yield { kind: 'assigned', assignment: { ...place, logStart: 0, logEnd, partitions: 1, seek: () => {} } };
      for (const records of batches)
        yield { kind: 'batch', batch: { ...place, instance: 'gw', gateway: 'auto', records } };
      told();
      await stopped;
    },
  };
}

/** For who asks nothing of what was counted. */
export const uncounted = { decoded: () => {}, folded: () => {}, rejected: () => {} };
