import type { Alert } from '../../schemas/alert.ts';
import type { DeliveryRow } from '../stores/store.ts';
import type { AlertContext, Channel, SendResult } from './channel.ts';
import type { Log, NotifierMetrics, Schedule, StoredDelivery } from './ports.ts';
import { describe, unlessAborted } from './post.ts';
import { failingFor, SCHEDULE, waitAfter } from './retry.ts';

/** A delivery in memory. `attempt` counts tries that failed. */
interface Item {
  id: string;
  alert: Alert;
  attempt: number;
  createdAt: number;
  /** An item that its endpoint alone refuses waits for itself; 0 where it follows the lane. */
  notBefore: number;
}

export interface LaneOptions {
  channel: Channel;
  now(): number;
  schedule: Schedule;
  random(): number;
  record(row: DeliveryRow): void;
  /** From the store, oldest first; what was recorded before is stored before. */
  fetch(limit: number): Promise<StoredDelivery[]>;
  context(alert: Alert): Promise<AlertContext>;
  /** The endpoint is switched off, or (`refused`) took a message for broken. */
  trouble(kind: 'disabled' | 'refused', detail: string): void;
  log: Log;
  metrics: NotifierMetrics;
  capacity?: number;
}

export interface LaneStatus {
  channel: string;
  waiting: number;
  failures: number;
  failingSince: number;
  disabled: string;
}

/** Deliveries held in memory for one endpoint; the rest wait in the store alone. */
const CAPACITY = 1_000;
/** An endpoint that failed for so long without a break is switched off until the next start. */
export const DISABLE_AFTER_MS = 5 * 24 * 3_600_000;
/** A new alert brings the next try of a failing endpoint forward, but to no less than so long after the last. */
export const FRESH_PROBE_MS = 5 * 60_000;
/** From so many failures on it may be the message that the endpoint cannot take, not the endpoint that is down. */
const SUSPECT_AFTER = 3;
/** Answers of a gateway or a server that speak of the endpoint, whatever the message was. */
const UNAVAILABLE = [502, 503, 504];
const SEND_MS = 30_000;
const REFETCH_MS = 5_000;

/**
 * The queue of one endpoint. Deliveries go out one at a time, oldest first. After a failure the whole endpoint backs
 * off along the schedule and is probed with the oldest, so that a receiver that comes back gets everything in order. A
 * message refused for itself (the channel says so) ends at once and holds up nothing. One that is answered by 5xx again
 * and again steps aside if the next one passes: it follows the schedule alone and is given up at its end.
 */
export function createLane(options: LaneOptions) {
  const { channel, now, random, record, log, metrics, capacity = CAPACITY } = options;
  const stop = new AbortController();
  let items: Item[] = [];
  /** When there is something in the store to fetch; Infinity where memory holds all. */
  let fetchAt = Number.POSITIVE_INFINITY;
  let failures = 0;
  let failingSince = 0;
  let failedAt = 0;
  let blockedUntil = 0;
  /** The receiver's own wish, which a new alert does not cut short. */
  let askedUntil = 0;
  let disabled = '';
  let refusing = false;
  let working: Promise<void> | null = null;
  let cancel = (): void => {};

  const row = (
    item: Item,
    state: DeliveryRow['state'],
    status: number,
    detail: string,
    nextAttemptAt = 0,
  ): DeliveryRow => ({
    deliveryId: item.id,
    alertId: item.alert.alert_id,
    revision: item.alert.revision,
    channel: channel.name,
    state,
    attempt: item.attempt,
    nextAttemptAt,
    at: now(),
    status,
    detail,
  });

  const fetchDue = (): number => (items.length <= capacity / 2 ? fetchAt : Number.POSITIVE_INFINITY);

  function wake(): void {
    cancel();
    cancel = () => {};
    if (working !== null || stop.signal.aborted || disabled !== '') return;
    const due = Math.max(blockedUntil, Math.min(fetchDue(), ...items.map((item) => item.notBefore)));
    if (due === Number.POSITIVE_INFINITY) return;
    if (due > now()) {
      cancel = options.schedule(due - now(), wake);
      return;
    }
    working = work().finally(() => {
      working = null;
      metrics.waiting(channel.name, items.length);
      wake();
    });
  }

  async function work(): Promise<void> {
    while (!stop.signal.aborted && disabled === '' && blockedUntil <= now()) {
      if (fetchDue() <= now()) await refill();
      const item = items.find((candidate) => candidate.notBefore <= now());
      if (item === undefined) return;
      const result = await send(item);
      if (stop.signal.aborted) return;
      if (!settle(item, result) && !result.ok) await backOff(item, result);
    }
  }

  async function send(item: Item): Promise<SendResult> {
    const started = now();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(SEND_MS)]);
    let result: SendResult;
    try {
      const context = await options.context(item.alert);
      result = await unlessAborted(
        channel.send({ id: item.id, alert: item.alert, at: started, context }, signal),
        signal,
      );
    } catch (error) {
      result = { ok: false, status: 0, detail: describe(error), retry: true };
    }
    if (!stop.signal.aborted)
      metrics.tried(channel.name, result.ok ? 'delivered' : result.retry ? 'failed' : 'given_up', now() - started);
    return result;
  }

  /** True where the endpoint has spoken for good, of this message or of itself. */
  function settle(item: Item, result: SendResult): boolean {
    if (!result.ok && result.retry) return false;
    if (!result.ok && result.disable === true) {
      disable(`answered ${result.status}`);
      return true;
    }
    items = items.filter((other) => other !== item);
    record(row(item, result.ok ? 'delivered' : 'given_up', result.status, result.detail));
    failures = 0;
    failingSince = 0;
    blockedUntil = 0;
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
    if (stop.signal.aborted || disabled !== '') return;
    failures += 1;
    failedAt = now();
    failingSince ||= failedAt;
    askedUntil = failedAt + (result.afterMs ?? 0);
    blockedUntil = Math.max(askedUntil, failedAt + waitAfter(failures, random));
    record(row(item, 'failed', result.status, result.detail, blockedUntil));
    log.warn(
      { channel: channel.name, status: result.status, failures, retryInMs: blockedUntil - failedAt },
      'delivery failed',
    );
    if (failedAt - failingSince >= DISABLE_AFTER_MS)
      disable(`failed for ${Math.round((failedAt - failingSince) / 3_600_000)} hours`);
  }

  async function nextPasses(suspect: Item): Promise<boolean> {
    const next = items.find((other) => other !== suspect && other.notBefore <= now());
    return next !== undefined && settle(next, await send(next)) && disabled === '';
  }

  function stepAside(item: Item, { status, detail }: SendResult): void {
    const over = item.attempt >= SCHEDULE.length;
    item.notBefore = now() + waitAfter(item.attempt, random);
    record(row(item, over ? 'given_up' : 'failed', status, detail, over ? 0 : item.notBefore));
    if (!over) return;
    items = items.filter((other) => other !== item);
    options.trouble('refused', detail);
  }

  function disable(reason: string): void {
    disabled = reason;
    for (const item of items) record(row(item, 'given_up', 0, `endpoint disabled: ${reason}`));
    items = [];
    log.error({ channel: channel.name, reason }, 'endpoint disabled');
    options.trouble('disabled', reason);
  }

  /** Takes what the store holds, up to the capacity; more, or what is held for later, is fetched in its time. */
  async function refill(): Promise<void> {
    fetchAt = Number.POSITIVE_INFINITY;
    try {
      const stored = await options.fetch(capacity + 1);
      const known = new Set(items.map((item) => item.id));
      const held = stored.map(({ delivery }) => heldUntil(delivery)).filter((time) => time > now());
      const ready = stored.filter(({ delivery }) => heldUntil(delivery) <= now() && !known.has(delivery.deliveryId));
      const room = ready.slice(0, capacity - items.length);
      if (failures === 0 && room[0] !== undefined && room[0].delivery.attempt > 0) resumeFailing(room[0].delivery);
      items.push(...room.map(toItem));
      items.sort(byAge);
      const more = room.length < ready.length || (stored.length > capacity && held.length === 0);
      fetchAt = Math.min(fetchAt, more ? now() : Math.min(...held));
    } catch (error) {
      fetchAt = now() + REFETCH_MS;
      log.error({ channel: channel.name, error: String(error) }, 'deliveries could not be read; trying again');
    }
  }

  /** A restart tries at once, and goes on along the schedule where it was. */
  function resumeFailing({ attempt, at }: DeliveryRow): void {
    failures = attempt;
    failingSince = at - failingFor(attempt);
  }

  return {
    name: channel.name,
    /** Rows are stored already. Behind what memory has no room for, new ones wait in the store too: order holds. */
    add(deliveries: readonly StoredDelivery[]): void {
      for (const stored of deliveries) {
        if (heldUntil(stored.delivery) > now()) fetchAt = Math.min(fetchAt, heldUntil(stored.delivery));
        else if (items.length >= capacity || fetchAt <= now()) fetchAt = now();
        else items.push(toItem(stored));
      }
      if (blockedUntil > now()) blockedUntil = Math.max(askedUntil, Math.min(blockedUntil, failedAt + FRESH_PROBE_MS));
      metrics.waiting(channel.name, items.length);
      wake();
    },
    /** Fetches what an earlier life left undelivered, or what has been put back. */
    resume(): void {
      fetchAt = now();
      wake();
    },
    /** Resolves when nothing is on its way: all delivered, or waiting for its time. */
    async idle(): Promise<void> {
      while (working !== null) await working;
    },
    disabled: (): string => disabled,
    status: (): LaneStatus => ({ channel: channel.name, waiting: items.length, failures, failingSince, disabled }),
    async close(): Promise<void> {
      stop.abort(new Error('stopped'));
      cancel();
      while (working !== null) await working;
      await channel.close?.();
    },
  };
}

export type Lane = ReturnType<typeof createLane>;

/** Until when quiet hours hold a delivery; 0 once it was tried. */
const heldUntil = (delivery: DeliveryRow): number => (delivery.attempt === 0 ? delivery.nextAttemptAt : 0);

/** What was tried is older than what was not: its row tells the last try, not when it was made. */
const byAge = (a: Item, b: Item): number => Number(b.attempt > 0) - Number(a.attempt > 0) || a.createdAt - b.createdAt;

const toItem = ({ delivery, alert }: StoredDelivery): Item => ({
  id: delivery.deliveryId,
  alert,
  attempt: delivery.attempt,
  createdAt: delivery.at,
  notBefore: 0,
});
