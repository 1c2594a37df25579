import type { Alert } from '../../schemas/alert.ts';
import { HOUR } from '../../schemas/durations.ts';
import type { DeliveryRow, StoredDelivery } from '../stores/store.ts';
import type { AlertContext, Channel, SendResult } from './channel.ts';
import { createEndpoint } from './endpoint.ts';
import type { LaneStatus, NotifierLog, NotifierMetrics, Schedule } from './ports.ts';
import { describe, unlessAborted } from './post.ts';
import { createQueue, type Item, nextRow, type QueueOptions, type SendOutcome } from './queue.ts';
import { SCHEDULE, waitAfter } from './retry.ts';

interface LaneOptions {
  channel: Channel;
  now(): number;
  schedule: Schedule;
  random(): number;
  record(row: DeliveryRow): void;
  fetch: QueueOptions['fetch'];
  context(alert: Alert): Promise<AlertContext>;
  /** The endpoint is switched off, or (`refused`) took a message for broken. */
  trouble(kind: 'disabled' | 'refused', detail: string): void;
  log: NotifierLog;
  metrics: NotifierMetrics;
  /** Deliveries held in memory; the rest wait in the store alone. */
  capacity?: number;
}

const CAPACITY = 1_000;
/** From so many failures on it may be the message that the endpoint cannot take, not the endpoint that is down. */
const SUSPECT_AFTER = 3;
/** Answers of a gateway or a server that speak of the endpoint, whatever the message was. */
const UNAVAILABLE = [502, 503, 504];
/** The last bound, for channels that have none of their own. */
const SEND_MS = 30_000;

/**
 * The way to one endpoint. Deliveries go out one at a time, oldest first. After a failure the whole endpoint backs off
 * along the schedule and is probed with the oldest, so that a receiver that comes back gets everything in order. A
 * message refused for itself (the channel says so) ends at once and holds up nothing. One that is answered by 5xx again
 * and again steps aside if the next one passes: it follows the schedule alone and is given up at its end.
 */
export function createLane(options: LaneOptions) {
  const { channel, now, random, log, metrics } = options;
  const queue = createQueue({ capacity: options.capacity ?? CAPACITY, now, fetch: options.fetch, log });
  const endpoint = createEndpoint(now, random);
  const stop = new AbortController();
  let disabled = '';
  let deliveredAt = 0;
  let refusing = false;
  let working: Promise<void> | null = null;
  let cancel = (): void => {};

  const over = (): boolean => stop.signal.aborted || disabled !== '';

  const record = (item: Item, state: DeliveryRow['state'], result: SendOutcome, nextAttemptAt = 0): void =>
    options.record(nextRow(item, channel.name, state, result, nextAttemptAt, now()));

  const giveUp = (items: readonly Item[], detail: string): void => {
    for (const item of items) record(item, 'given_up', { status: 0, detail });
  };

  function wake(): void {
    cancel();
    cancel = () => {};
    if (working !== null || over()) return;
    const due = Math.max(endpoint.blockedUntil(), queue.dueAt());
    if (due === Number.POSITIVE_INFINITY) return;
    if (due > now()) {
      cancel = options.schedule(due - now(), wake);
      return;
    }
    working = work().finally(() => {
      working = null;
      metrics.waiting(channel.name, queue.size());
      wake();
    });
  }

  async function work(): Promise<void> {
    while (!over() && endpoint.blockedUntil() <= now()) {
      const tried = await queue.refill();
      if (tried !== undefined && endpoint.failures() === 0)
        endpoint.wasFailing(tried.delivery.attempt, tried.failingSince);
      const item = queue.next();
      if (item === undefined) return;
      const result = await send(item);
      if (stop.signal.aborted) return;
      if (!settle(item, result) && !result.ok) await backOff(item, result);
    }
  }

  async function send(item: Item): Promise<SendResult> {
    const at = now();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(SEND_MS)]);
    const sending = async (): Promise<SendResult> =>
      await channel.send({ id: item.id, alert: item.alert, at, context: await options.context(item.alert) }, signal);
    const result = await unlessAborted(sending(), signal).catch(
      (error: unknown): SendResult => ({ ok: false, status: 0, detail: describe(error), retry: true }),
    );
    const outcome = result.ok ? 'delivered' : result.retry ? 'failed' : 'given_up';
    if (!stop.signal.aborted) metrics.tried(channel.name, outcome, now() - at);
    return result;
  }

  /** True where the endpoint has spoken for good, of this message or of itself. */
  function settle(item: Item, result: SendResult): boolean {
    if (!result.ok && result.retry) return false;
    if (!result.ok && result.disable === true) {
      disable(`answered ${result.status}`);
      return true;
    }
    // What stepped aside must not arrive behind a later word of the same alert: it would open again what is closed.
    if (result.ok) giveUp(queue.overtakenBy(item), `superseded by revision ${item.alert.revision}`);
    queue.remove(item);
    record(item, result.ok ? 'delivered' : 'given_up', result);
    endpoint.works();
    if (result.ok) deliveredAt = now();
    if (!result.ok && !refusing) options.trouble('refused', result.detail);
    refusing = !result.ok;
    return true;
  }

  async function backOff(item: Item, result: SendResult & { ok: false }): Promise<void> {
    item.attempt += 1;
    const suspicious = result.status >= 500 && !UNAVAILABLE.includes(result.status);
    if (suspicious && (item.notBefore > 0 || (item.attempt >= SUSPECT_AFTER && (await nextPasses(item))))) {
      stepAside(item, result);
      return;
    }
    if (over()) return;
    endpoint.fails(result.afterMs);
    record(item, 'failed', result, endpoint.blockedUntil());
    log.warn({ channel: channel.name, status: result.status, failures: endpoint.failures() }, 'delivery failed');
    if (endpoint.overdue()) disable(`failed for ${Math.round((now() - endpoint.failingSince()) / HOUR)} hours`);
  }

  async function nextPasses(suspect: Item): Promise<boolean> {
    const next = queue.next(suspect);
    return next !== undefined && settle(next, await send(next)) && !over();
  }

  function stepAside(item: Item, result: SendResult): void {
    if (!queue.has(item)) return;
    item.notBefore = now() + waitAfter(item.attempt, random);
    if (item.attempt < SCHEDULE.length) {
      record(item, 'failed', result, item.notBefore);
      return;
    }
    queue.remove(item);
    record(item, 'given_up', result);
    options.trouble('refused', result.detail);
  }

  /** Until the next start. What the store alone holds stays there, and is sent then. */
  function disable(reason: string): void {
    disabled = reason;
    giveUp(queue.clear(), `endpoint disabled: ${reason}`);
    log.error({ channel: channel.name, reason }, 'endpoint disabled');
    options.trouble('disabled', reason);
  }

  return {
    name: channel.name,
    /** Their rows are stored already. */
    add(deliveries: readonly StoredDelivery[]): void {
      if (deliveries.length === 0) return;
      queue.add(deliveries);
      endpoint.hasNews();
      metrics.waiting(channel.name, queue.size());
      wake();
    },
    /** Fetches what is undelivered, and tries at once. */
    resume(): void {
      endpoint.isAskedFor();
      queue.fetchNow();
      wake();
    },
    /** Resolves when nothing is on its way: all delivered, or waiting for its time. */
    async idle(): Promise<void> {
      while (working !== null) await working;
    },
    disabled: (): string => disabled,
    status: (): LaneStatus => ({
      channel: channel.name,
      waiting: queue.size(),
      failures: endpoint.failures(),
      failingSince: endpoint.failingSince(),
      deliveredAt,
      disabled,
    }),
    async close(): Promise<void> {
      stop.abort(new Error('stopped'));
      cancel();
      while (working !== null) await working;
      await channel.close?.();
    },
  };
}
