import type { Source, SourceItem, SourceRecord } from '../../src/sources/source.ts';

type Log = Source & { read: Promise<void> };

/** Partition 0 of a log that ends at `logEnd`, of which these batches are read; nothing more comes until it is stopped. */
export const logOf = (batches: readonly SourceRecord[][], logEnd: number): Log =>
  sourceOf(async function* () {
    const place = { source: 'kafka:t', partition: 0, generation: 1 };
    yield { kind: 'assigned', assignment: { ...place, logStart: 0, logEnd, partitions: 1, seek: () => {} } };
    for (const records of batches)
      yield { kind: 'batch', batch: { ...place, instance: 'gw', gateway: 'auto', records } };
  });

/** For who asks nothing of what was counted. */
export const uncounted = { decoded: () => {}, folded: () => {}, rejected: () => {} };

/** Partition 0 of a log that is read from wherever it is sought, as a broker's is, in batches of `size` records. */
export function brokerLog(records: readonly SourceRecord[], size = 25): Log {
  const bounds = { logStart: records[0]?.offset ?? 0, logEnd: (records.at(-1)?.offset ?? -1) + 1, partitions: 1 };
  return sourceOf(async function* () {
    for (let generation = 1, isAsked = true; isAsked; generation += 1) {
      isAsked = false;
      let next = 0;
      const place = { source: 'kafka:t', partition: 0, generation };
      const seek = (offset: number): void => {
        next = offset;
      };
      const again = (): void => {
        isAsked = true;
      };
      yield { kind: 'assigned', assignment: { ...place, ...bounds, seek, again } };
      const left = records.filter(({ offset }) => offset >= next);
      for (let from = 0; from < left.length && !isAsked; from += size)
        yield {
          kind: 'batch',
          batch: { ...place, instance: 'gw', gateway: 'auto', records: left.slice(from, from + size) },
        };
    }
  });
}

/** Gives these items, says that all of them are worked, and waits until it is stopped. */
function sourceOf(items: () => AsyncGenerator<SourceItem>): Log {
  const [stopped, end] = signal();
  const [read, told] = signal();
  return {
    name: 'kafka:t',
    /** Resolves when all of it is worked. */
    read,
    commit: () => Promise.resolve(),
    stop: () => Promise.resolve(end()),
    async *[Symbol.asyncIterator](): AsyncGenerator<SourceItem> {
      yield* items();
      told();
      await stopped;
    },
  };
}

/** What is waited for, and what says that it has come. */
function signal(): [reached: Promise<void>, reach: () => void] {
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return [reached, reach];
}
