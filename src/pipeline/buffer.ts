import type { Alert } from '../../schemas/alert.ts';
import type { Reject } from '../../schemas/event.ts';
import type { EventRows } from '../stores/store.ts';

/** Rows on their way to the store, in the order of the fold. */
export interface Chunk {
  events: EventRows[];
  rejects: Reject[];
  alerts: Alert[];
  /** Alerts that are stored and never sent (backfill). */
  quiet: Alert[];
  /** When the first of its live events was received, epoch milliseconds. */
  oldest?: number | undefined;
}

export const rowsOf = (packs: readonly EventRows[]): number => packs.reduce((sum, { rows }) => sum + rows, 0);

export const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

interface BufferOptions {
  /** Makes a chunk durable; it repeats itself until that is so, and fails only for good. */
  write(chunk: Chunk): Promise<void>;
  /** Rows from which on a flush does not wait for company. */
  flushRows: number;
  /** Rows beyond which the fold waits. */
  maxRows: number;
  /** Least time between the starts of two flushes, so that a trickle does not become a thousand tiny parts. */
  minIntervalMs: number;
  /** The same where no sender waits for his answer: fewer parts are less to merge. */
  calmIntervalMs: number;
  /** The same once there are `manyRows`: they are worth a large part, which costs half as much a row as small ones. */
  busyIntervalMs: number;
  manyRows: number;
  /** Least time between the starts of two flushes of alerts alone, ahead of the events that they cite. */
  alertIntervalMs: number;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

/**
 * Gathers rows while the write before is under way: at low load each batch is written at once, at high load inserts
 * grow. One write at a time, so that what is durable is always a prefix of what was folded.
 */
interface Buffer {
  add(chunk: Chunk): void;
  /** Resolves when everything added so far is durable. */
  durable(): Promise<void>;
  /** Resolves when there is room to go on. */
  room(): Promise<void>;
  readonly rows: number;
}

const empty = (): Chunk => ({ events: [], rejects: [], alerts: [], quiet: [] });

/** One by one: as arguments of one call the rejects of a few hostile records are more than the stack holds. */
function append<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one);
}

/** How soon it is seen that somebody waits. */
const STEP_MS = 25;
/** Between two flushes of alerts alone, as many times as the last one took: they leave most of the time to all others. */
const ALERTS_REST = 4;

export function createBuffer(options: BufferOptions): Buffer {
  const { write, flushRows, maxRows, alertIntervalMs, elapsed } = options;
  let next = empty();
  let rows = 0;
  let inFlight = 0;
  let flushing = false;
  let failed: Error | null = null;
  let startedAt = Number.NEGATIVE_INFINITY;
  let alertsAt = Number.NEGATIVE_INFINITY;
  let alertsTook = 0;
  const waiters: { resolve(): void; reject(error: Error): void }[] = [];
  let gate: { promise: Promise<void>; open(): void } | null = null;

  const settle = (settled: typeof waiters): void => {
    for (const waiter of settled) failed === null ? waiter.resolve() : waiter.reject(failed);
  };

  const openGate = (): void => {
    if (gate !== null && (failed !== null || rows + inFlight < maxRows)) {
      gate.open();
      gate = null;
    }
  };

  const leastInterval = (): number => {
    if (waiters.length > 0) return options.minIntervalMs;
    return rows < options.manyRows ? options.calmIntervalMs : options.busyIntervalMs;
  };

  /** Waits for more rows, until there are enough of them, somebody waits for them, or alerts do, which go ahead then. */
  const forCompany = async (): Promise<'all' | 'alerts'> => {
    const began = elapsed();
    for (let waited = 0; rows < flushRows; waited += STEP_MS) {
      // A step is longer where the fold is busy, and of no length on a clock that stands.
      const at = Math.max(elapsed(), began + waited);
      if (at - startedAt >= leastInterval()) return 'all';
      const since = at - Math.max(startedAt, alertsAt);
      if (next.alerts.length > 0 && since >= Math.max(alertIntervalMs, ALERTS_REST * alertsTook)) return 'alerts';
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    return 'all';
  };

  const takeAll = (): Chunk => {
    const chunk = next;
    next = empty();
    startedAt = elapsed();
    return chunk;
  };

  const takeAlerts = (): Chunk => {
    const chunk = { ...empty(), alerts: next.alerts };
    next.alerts = [];
    alertsAt = elapsed();
    return chunk;
  };

  const flush = async (): Promise<void> => {
    while (failed === null && (rows > 0 || waiters.length > 0)) {
      const ahead = (await forCompany()) === 'alerts';
      const chunk = ahead ? takeAlerts() : takeAll();
      const waiting = ahead ? [] : waiters.splice(0);
      inFlight = ahead ? chunk.alerts.length : rows;
      rows -= inFlight;
      try {
        await write(chunk);
      } catch (error) {
        failed = error as Error;
      }
      if (ahead) alertsTook = elapsed() - alertsAt;
      inFlight = 0;
      settle(waiting);
      openGate();
    }
    flushing = false;
    if (failed !== null) settle(waiters.splice(0));
  };

  const wake = (): void => {
    if (flushing) return;
    flushing = true;
    void flush();
  };

  return {
    add(chunk) {
      append(next.events, chunk.events);
      append(next.rejects, chunk.rejects);
      append(next.alerts, chunk.alerts);
      append(next.quiet, chunk.quiet);
      next.oldest = earliest(next.oldest, chunk.oldest);
      rows += rowsOf(chunk.events) + chunk.rejects.length + chunk.alerts.length + chunk.quiet.length;
      if (rows > 0) wake();
    },
    async durable() {
      if (failed !== null) throw failed;
      if (rows === 0 && inFlight === 0) return;
      await new Promise<void>((resolve, reject) => {
        waiters.push({ resolve, reject });
        wake();
      });
    },
    async room() {
      if (failed !== null) throw failed;
      if (rows + inFlight < maxRows) return;
      if (gate === null) {
        let open = (): void => {};
        const promise = new Promise<void>((resolve) => {
          open = resolve;
        });
        gate = { promise, open };
      }
      await gate.promise;
      if (failed !== null) throw failed;
    },
    get rows() {
      return rows + inFlight;
    },
  };
}
