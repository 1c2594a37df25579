import type { Alert } from '../../schemas/alert.ts';
import type { Reject } from '../../schemas/event.ts';
import type { EventRows, Store } from '../stores/store.ts';
import { type Chunk, rowsOf } from './buffer.ts';

interface WriterOptions {
  store: Store;
  /** The rows are at fault: trying the same again cannot help, fewer of them can. */
  refusesRows(error: unknown): boolean;
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  /** Takes alerts over for delivery: answers when what is to be sent is stored. */
  notify(alerts: Alert[]): Promise<void>;
  onInserted(rows: number, ms: number, oldest?: number): void;
  onRefused(error: unknown): void;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

/**
 * Writes one chunk of the buffer. Alerts go first, so that nobody waits for the events they cite; then what is to be
 * sent is stored; a row that the store refuses for good is set apart among the rejects and its neighbours go on.
 */
export function createWriter({ store, refusesRows, persist, notify, onInserted, onRefused, elapsed }: WriterOptions) {
  const writeEvents = async (packs: readonly EventRows[], rejects: Reject[]): Promise<void> => {
    if (packs.length === 0) return;
    try {
      await persist('events', () => store.writeEvents(packs));
    } catch (error) {
      if (!refusesRows(error)) throw error;
      const [one, ...more] = packs;
      if (more.length === 0 && one!.rows === 1) {
        onRefused(error);
        rejects.push(one!.refused());
        return;
      }
      const half = packs.length >> 1;
      const parts = more.length === 0 ? one!.halves().map((part) => [part]) : [packs.slice(0, half), packs.slice(half)];
      for (const part of parts) await writeEvents(part, rejects);
    }
  };

  return async function writeChunk(chunk: Chunk): Promise<void> {
    const started = elapsed();
    const alerts = [...chunk.alerts, ...chunk.quiet];
    if (alerts.length > 0) await persist('alerts', () => store.writeAlerts(alerts));
    if (chunk.alerts.length > 0) await persist('deliveries', () => notify(chunk.alerts));
    const rejects = [...chunk.rejects];
    await writeEvents(chunk.events, rejects);
    if (rejects.length > 0) await persist('rejects', () => store.writeRejects(rejects));
    if (chunk.events.length > 0) onInserted(rowsOf(chunk.events), elapsed() - started, chunk.oldest);
  };
}
