import type { Alert } from '../../schemas/alert.ts';
import type { DeliveryRow, StoredDelivery } from '../stores/store.ts';
import type { NotifierLog } from './ports.ts';

/** A delivery in memory. */
export interface Item {
  id: string;
  alert: Alert;
  /** Tries that failed. */
  attempt: number;
  createdAt: number;
  /** Time of its newest row: the next one is later, though the clock stands still, for the newest row is its state. */
  recordedAt: number;
  /** An item that its endpoint alone refuses waits for itself; 0 where it follows the rest. */
  notBefore: number;
}

export interface QueueOptions {
  capacity: number;
  now(): number;
  /** From the store, oldest first; what was recorded before is stored before. */
  fetch(limit: number): Promise<StoredDelivery[]>;
  log: NotifierLog;
}

const REFETCH_MS = 5_000;
const NEVER = Number.POSITIVE_INFINITY;

/** What waits for one endpoint, in order of age: so many in memory, what is beyond or held for later in the store alone. */
export function createQueue({ capacity, now, fetch, log }: QueueOptions) {
  let items: Item[] = [];
  /** When there is something in the store to fetch; never, where memory holds all. */
  let fetchAt = NEVER;
  const fetchDue = (): number => (items.length <= capacity / 2 ? fetchAt : NEVER);

  function take(stored: readonly StoredDelivery[]): StoredDelivery | undefined {
    const known = new Set(items.map((item) => item.id));
    const held = stored.map(({ delivery }) => heldUntil(delivery)).filter((time) => time > now());
    const ready = stored.filter(({ delivery }) => heldUntil(delivery) <= now() && !known.has(delivery.deliveryId));
    const taken = ready.slice(0, capacity - items.length);
    items = [...items, ...taken.map(toItem)].sort(byAge);
    const more = taken.length < ready.length || (stored.length > capacity && held.length === 0);
    fetchAt = Math.min(fetchAt, more ? now() : Math.min(...held));
    return taken.find(({ delivery }) => delivery.attempt > 0);
  }

  return {
    size: (): number => items.length,
    /** When there is something to send or to fetch; Infinity where there is nothing. */
    dueAt: (): number => Math.min(fetchDue(), ...items.map((item) => item.notBefore)),
    /** The oldest whose time has come. */
    next: (except?: Item): Item | undefined => items.find((item) => item !== except && item.notBefore <= now()),
    remove(item: Item): void {
      items = items.filter((other) => other !== item);
    },
    has: (item: Item): boolean => items.includes(item),
    /** Takes out what stands before it of the same alert. */
    overtakenBy(item: Item): Item[] {
      const before = items.slice(0, items.indexOf(item));
      const older = before.filter(({ alert }) => alert.alert_id === item.alert.alert_id);
      items = items.filter((one) => !older.includes(one));
      return older;
    },
    clear(): Item[] {
      return items.splice(0);
    },
    /** Rows are stored already. Behind what memory has no room for, new ones wait in the store too: order holds. */
    add(deliveries: readonly StoredDelivery[]): void {
      for (const stored of deliveries) {
        const held = heldUntil(stored.delivery);
        if (held > now()) fetchAt = Math.min(fetchAt, held);
        else if (items.length >= capacity || fetchAt <= now()) fetchAt = now();
        else if (!items.some((item) => item.id === stored.delivery.deliveryId)) items.push(toItem(stored));
      }
    },
    fetchNow(): void {
      fetchAt = now();
    },
    /** Takes what the store holds, where it is time to; hands back one that was tried before, if any. */
    async refill(): Promise<StoredDelivery | undefined> {
      if (fetchDue() > now()) return undefined;
      fetchAt = NEVER;
      try {
        return take(await fetch(capacity + 1));
      } catch (error) {
        fetchAt = now() + REFETCH_MS;
        log.error({ error: String(error) }, 'deliveries could not be read; trying again');
        return undefined;
      }
    },
  };
}

/** Until when quiet hours hold a delivery; 0 once it was tried. */
export const heldUntil = (delivery: DeliveryRow): number => (delivery.attempt === 0 ? delivery.nextAttemptAt : 0);

/** What was tried is older than what was not: its row tells the last try, not when it was made. */
const byAge = (a: Item, b: Item): number => Number(b.attempt > 0) - Number(a.attempt > 0) || a.createdAt - b.createdAt;

const toItem = ({ delivery, alert }: StoredDelivery): Item => ({
  id: delivery.deliveryId,
  alert,
  attempt: delivery.attempt,
  createdAt: delivery.at,
  recordedAt: delivery.at,
  notBefore: 0,
});

/** What an answer, or we ourselves, said of a delivery. */
export interface SendOutcome {
  status: number;
  detail: string;
}

/** The row that says how an item stands now, later than its last one. */
export function nextRow(
  item: Item,
  channel: string,
  state: DeliveryRow['state'],
  { status, detail }: SendOutcome,
  nextAttemptAt: number,
  now: number,
): DeliveryRow {
  item.recordedAt = Math.max(now, item.recordedAt + 1);
  const { id: deliveryId, attempt, recordedAt: at } = item;
  const { alert_id: alertId, revision } = item.alert;
  return { deliveryId, alertId, revision, channel, state, attempt, nextAttemptAt, at, status, detail };
}
