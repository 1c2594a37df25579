import type { Alert } from '../../schemas/alert.ts';
import type { DeliveryRow, StoredDelivery } from '../stores/store.ts';
import { deliveryId, isWithheld, pendingDelivery, spokenIn } from './intake.ts';
import { isOperational, isStorm } from './own.ts';
import type { DeliveryLog } from './ports.ts';
import { afterVerdict } from './status.ts';

type Log = Pick<DeliveryLog, 'deliveries' | 'verdicts'>;

/** Deliveries of these alerts to be put back over these channels: of each what went this way last. */
export async function putBack(
  store: Log,
  alerts: readonly Alert[],
  names: readonly string[],
  moment: () => number,
): Promise<StoredDelivery[]> {
  const rows = await store.deliveries(alerts.map((alert) => alert.alert_id));
  const known = new Set(rows.map((row) => row.deliveryId));
  const again: StoredDelivery[] = [];
  for (const alert of alerts) {
    const itself = { ...alert, status: 'new' as const };
    const said = alert.status === 'new' ? [] : await store.verdicts(alert.alert_id);
    // What was said of it last may not have gone this way: then it is what did, at last the alert itself.
    const forms = [itself, ...said.map((verdict) => afterVerdict(itself, verdict))];
    for (const name of names) {
      const sent = forms.findLast((form) => known.has(deliveryId(form, name)));
      if (sent !== undefined) again.push(pendingDelivery(sent, name, 0, moment()));
    }
  }
  return again;
}

/**
 * What an earlier life left behind: the alerts that went somewhere, as what is found in history never does; which of them
 * which storm spoke for; and what was stored and not on its way yet.
 */
export async function leftBehind(
  store: Log,
  alerts: readonly Alert[],
): Promise<{ told: Alert[]; withheld: ReadonlyMap<string, string>; untold: Alert[] }> {
  const own = alerts.filter(isOwn);
  const rows = alerts.length === 0 ? [] : await store.deliveries(alerts.map(({ alert_id }) => alert_id));
  const ids = new Set(rows.map(({ alertId }) => alertId));
  const keyOf = (id: string, revision: number): string => `${id} ${revision}`;
  const revisions = new Set(rows.map((row: DeliveryRow) => keyOf(row.alertId, row.revision)));
  return {
    told: alerts.filter((alert) => ids.has(alert.alert_id) || isStorm(alert)),
    withheld: new Map(rows.filter(isWithheld).map((row) => [row.alertId, spokenIn(row).storm])),
    untold: own.filter(
      ({ alert_id, revision, status }) => status === 'new' && !revisions.has(keyOf(alert_id, revision)),
    ),
  };
}

/** No replay finds it again, as it does what the fold has found. */
const isOwn = (alert: Alert): boolean => isOperational(alert) || isStorm(alert);
