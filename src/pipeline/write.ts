import type { Alert } from '../../schemas/alert.ts';
import type { Reject } from '../../schemas/event.ts';
import type { JudgedEvent, Store } from '../stores/store.ts';
import type { Chunk } from './buffer.ts';

export interface WriterOptions {
  store: Store;
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  /** Takes alerts over for delivery: answers when what is to be sent is stored. */
  notify(alerts: Alert[]): Promise<void>;
  onInserted(rows: number, ms: number, oldest?: number): void;
  onRefused(error: unknown): void;
  now(): number;
}

/**
 * Writes one chunk of the buffer. Alerts go first, so that nobody waits for the events they cite; then what is to be
 * sent is stored; a row that the store refuses for good is set apart among the rejects and its neighbours go on.
 */
export function createWriter({ store, persist, notify, onInserted, onRefused, now }: WriterOptions) {
  const writeEvents = async (rows: readonly JudgedEvent[], rejects: Reject[]): Promise<void> => {
    if (rows.length === 0) return;
    try {
      await persist('events', () => store.writeEvents(rows));
    } catch (error) {
      if (!refusesRows(error)) throw error;
      if (rows.length === 1) {
        onRefused(error);
        rejects.push(refused(rows[0]!));
        return;
      }
      const half = rows.length >> 1;
      await writeEvents(rows.slice(0, half), rejects);
      await writeEvents(rows.slice(half), rejects);
    }
  };

  return async function writeChunk(chunk: Chunk): Promise<void> {
    const started = now();
    const alerts = [...chunk.alerts, ...chunk.quiet];
    if (alerts.length > 0) await persist('alerts', () => store.writeAlerts(alerts));
    if (chunk.alerts.length > 0) await persist('deliveries', () => notify(chunk.alerts));
    const rejects = [...chunk.rejects];
    await writeEvents(chunk.events, rejects);
    if (rejects.length > 0) await persist('rejects', () => store.writeRejects(rejects));
    onInserted(chunk.events.length, now() - started, chunk.oldest);
  };
}

/** The server answered, and said no to the data: trying the same rows again cannot help, fewer of them can. */
const refusesRows = (error: unknown): boolean =>
  /CANNOT_PARSE|INCORRECT_DATA|TYPE_MISMATCH|ARGUMENT_OUT_OF_BOUND|TOO_LARGE|ILLEGAL/.test(
    String((error as { type?: string }).type ?? error),
  );

function refused({ event }: JudgedEvent): Reject {
  return {
    position: event.position,
    receivedAt: event.receivedAt,
    reason: 'internal_error',
    detail: 'the store refused the row',
    gateway: event.body.source.kind,
    raw: JSON.stringify(event.body).slice(0, 65_536),
  };
}
