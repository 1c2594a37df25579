import { LRUCache } from 'lru-cache';
import { type Alert, SEVERITIES, type Severity, severityRank, type Verdict } from '../../schemas/alert.ts';
import { contentId } from '../hash.ts';
import type { DeliveryRow, StoredDelivery } from '../stores/store.ts';
import type { DeliveryLog } from './ports.ts';
import { heldUntil } from './queue.ts';
import type { Routing } from './routing.ts';
import { afterVerdict, isOver } from './status.ts';

/** The same on every try and in every life: a receiver that has seen it may drop it. */
export function deliveryId(alert: Alert, channel: string): string {
  // What people say belongs to no revision of the fold's, and each time it is said it is news.
  const said = alert.status === 'new' ? [] : [alert.status, alert.occurred_at];
  return contentId('delivery', alert.alert_id, String(alert.revision), channel, ...said);
}

export function pendingDelivery(alert: Alert, channel: string, nextAttemptAt: number, at: number): StoredDelivery {
  const { alert_id: alertId, revision } = alert;
  const row = { deliveryId: deliveryId(alert, channel), alertId, revision, channel, nextAttemptAt, at };
  return { alert, delivery: { ...row, state: 'pending', attempt: 0, status: 0, detail: '' }, failingSince: 0 };
}

/** The store holds an alert's revision as the fold made it: what a delivery of a verdict says is made anew. */
export function asSaid(stored: StoredDelivery, verdicts: readonly Verdict[]): StoredDelivery {
  const { deliveryId: id, channel } = stored.delivery;
  const said = verdicts.map((verdict) => afterVerdict(stored.alert, verdict));
  return { ...stored, alert: said.findLast((alert) => deliveryId(alert, channel) === id) ?? stored.alert };
}

const REMEMBERED = 10_000;
const PART_OF = 'part of storm ';
const TOLD_AS = ', told as ';

/** The storm that speaks for an alert, and how grave it is told to be. */
export interface Spoken {
  storm: string;
  severity: Severity;
}

/** Kept, linked to the storm that speaks for it, and not sent. */
export const withhold = (row: DeliveryRow, { storm, severity }: Spoken): DeliveryRow => ({
  ...row,
  state: 'given_up',
  nextAttemptAt: 0,
  detail: `${PART_OF}${storm}${TOLD_AS}${severity}`,
});

export const isWithheld = ({ detail }: DeliveryRow): boolean => detail.startsWith(PART_OF);

/** What a record of an older version does not say: then all but what is critical was spoken for. */
export function spokenIn({ detail }: DeliveryRow): Spoken {
  const [storm = '', said] = detail.slice(PART_OF.length).split(TOLD_AS);
  return { storm, severity: SEVERITIES.find((one) => one === said) ?? 'high' };
}

/**
 * An alert whose earlier revisions a storm spoke for stays with it until it is graver than was told of it. A storm that is
 * not over is told again then, unless it is critical: that is told by itself.
 */
function followed(
  { alert, delivery }: StoredDelivery,
  rows: readonly DeliveryRow[],
  severityOf: (storm: string) => Severity | undefined,
): DeliveryRow {
  const before = rows.filter((row) => row.alertId === alert.alert_id);
  if (alert.stage === 'open' || before.length === 0 || !before.every(isWithheld)) return delivery;
  const said = before.map(spokenIn).reduce(graver);
  const now = severityOf(said.storm);
  const spoken = now === undefined || alert.severity === 'critical' ? said : graver(said, { ...said, severity: now });
  const isTold = alert.stage === 'close' || severityRank(alert.severity) <= severityRank(spoken.severity);
  return isTold ? withhold(delivery, spoken) : delivery;
}

const graver = (a: Spoken, b: Spoken): Spoken => (severityRank(b.severity) > severityRank(a.severity) ? b : a);

/** A delivery that is made over its channel only where the alert was told there before. */
interface Planned extends StoredDelivery {
  whereTold?: true;
}

/**
 * An incident that was opened somewhere is to be closed there, though the alert is less grave now, or of another server;
 * and where it was never told, as what is found in history is not, its end is no news.
 */
function whereTold(
  { whereTold: asks, ...stored }: Planned,
  rows: readonly DeliveryRow[],
  isAnnounced: (alert: Alert, channel: string) => boolean,
): StoredDelivery[] {
  const { alert, delivery } = stored;
  if (asks === undefined) return [stored];
  const told = rows.filter(({ alertId, channel }) => alertId === delivery.alertId && channel === delivery.channel);
  const sent = told.filter((row) => row.state !== 'given_up' || isWithheld(row));
  if (sent.length === 0 && !isAnnounced(alert, delivery.channel)) return [];
  return [
    { ...stored, delivery: { ...delivery, nextAttemptAt: Math.max(delivery.nextAttemptAt, ...sent.map(heldUntil)) } },
  ];
}

/** Turns alerts into the deliveries that are still to be made. */
export function createIntake(
  store: Pick<DeliveryLog, 'deliveries' | 'writeDeliveries'>,
  routing: Routing,
  channels: readonly string[],
  now: () => number,
  severityOf: (storm: string) => Severity | undefined,
) {
  /** Deliveries of this life: a repeated notify need not ask the store. */
  const seen = new LRUCache<string, true>({ max: REMEMBERED });
  let last = 0;
  /** Each alert a millisecond of its own: what the store alone holds is sent in this order, over a restart too. */
  const moment = (): number => {
    last = Math.max(now(), last + 1);
    return last;
  };

  /** What was sent around the store is not in its log yet. */
  const isAnnounced = (alert: Alert, channel: string): boolean =>
    seen.has(deliveryId({ ...alert, revision: alert.revision - 1, status: 'new' }, channel));

  /** What quiet hours still hold of an alert must not arrive behind a later revision that they do not hold. */
  async function endSuperseded(rows: readonly DeliveryRow[], fresh: readonly StoredDelivery[]): Promise<void> {
    const urgent = fresh
      .map(({ delivery }) => delivery)
      .filter(({ state, nextAttemptAt }) => state === 'pending' && nextAttemptAt === 0);
    const by = new Map(urgent.map((row) => [`${row.alertId} ${row.channel}`, row.revision]));
    const ended = rows
      .filter((row) => row.state === 'pending' && row.nextAttemptAt > now() && by.has(`${row.alertId} ${row.channel}`))
      .map((row): DeliveryRow => {
        const detail = `superseded by revision ${by.get(`${row.alertId} ${row.channel}`)}`;
        return { ...row, state: 'given_up', nextAttemptAt: 0, at: now(), detail };
      });
    if (ended.length > 0) await store.writeDeliveries(ended);
  }

  return {
    /** Where these alerts go, and from when on: by the routes, and what answers an alert wherever it was told. */
    plan: (alerts: readonly Alert[]): Planned[] =>
      alerts.flatMap((alert) => {
        const at = moment();
        const ways = routing(alert, now());
        const planned = ways.map(({ channel, notBefore }) => pendingDelivery(alert, channel, notBefore, at));
        if (!isOver(alert) && alert.status !== 'acknowledged') return planned;
        const others = channels.filter((name) => !ways.some(({ channel }) => channel === name));
        const all = [...planned, ...others.map((name) => pendingDelivery(alert, name, 0, at))];
        return all.map((each): Planned => ({ ...each, whereTold: true }));
      }),
    moment,
    /** Those of these alerts that went out by themselves, or are on their way. */
    async sent(ids: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = ids.length === 0 ? [] : await store.deliveries(ids);
      return new Set(rows.filter((row) => !isWithheld(row)).map(({ alertId }) => alertId));
    },
    /** Leaves out what is in the log, whatever its state: it was sent, is being sent, or ended. */
    async unknown(planned: readonly Planned[]): Promise<StoredDelivery[]> {
      const asked = planned.filter(({ delivery }) => !seen.has(delivery.deliveryId));
      if (asked.length === 0) return [];
      const rows = await store.deliveries([...new Set(asked.map(({ alert }) => alert.alert_id))]);
      const known = new Set(rows.map((row) => row.deliveryId));
      const fresh: StoredDelivery[] = [];
      for (const each of asked.filter(({ delivery }) => !known.has(delivery.deliveryId)))
        for (const planned of whereTold(each, [...rows, ...fresh.map(({ delivery }) => delivery)], isAnnounced))
          fresh.push({ ...planned, delivery: followed(planned, rows, severityOf) });
      await endSuperseded(rows, fresh);
      return fresh;
    },
    remember(deliveries: readonly StoredDelivery[]): void {
      for (const { delivery } of deliveries) seen.set(delivery.deliveryId, true);
    },
  };
}
