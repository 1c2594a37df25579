import type { DeliveryRow } from '../stores/store.ts';
import type { NotifierLog, Schedule } from './ports.ts';

/** Writes what became of deliveries, many rows at a time, and keeps on until the store has them. */
interface Recorder {
  record(row: DeliveryRow): void;
  /** Resolves when all recorded so far is stored, or could not be at this moment. */
  flush(): Promise<void>;
  close(): void;
}

const RETRY_MS = 1_000;

export function createRecorder(
  write: (rows: DeliveryRow[]) => Promise<void>,
  schedule: Schedule,
  log: NotifierLog,
): Recorder {
  /** Newest row of each delivery that is not stored yet: bounded by what is in flight. */
  const waiting = new Map<string, DeliveryRow>();
  let writing: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  let failing = false;

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const rows = [...waiting.values()];
      waiting.clear();
      try {
        await write(rows);
        failing = false;
      } catch (error) {
        for (const row of rows) if (!waiting.has(row.deliveryId)) waiting.set(row.deliveryId, row);
        if (!failing) log.error({ error: String(error) }, 'deliveries cannot be recorded; tried until they are');
        failing = true;
        cancel?.();
        cancel = schedule(RETRY_MS, () => void flush());
        return;
      }
    }
  }

  async function flush(): Promise<void> {
    writing ??= drain().finally(() => {
      writing = null;
    });
    await writing;
  }

  return {
    record(row) {
      waiting.set(row.deliveryId, row);
      // Rows that come while one write is under way go together in the next.
      void flush();
    },
    flush,
    close: () => cancel?.(),
  };
}
