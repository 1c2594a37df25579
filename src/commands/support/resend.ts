import type { Notifier } from '../../alerts/notifier.ts';
import { OperationError } from '../../errors.ts';
import type { Store } from '../../stores/store.ts';

const MAX_ALERTS = 10_000;

/** Puts the deliveries of these alerts back, in the order in which they occurred. */
export async function resend(
  store: Pick<Store, 'alert' | 'alerts'>,
  notifier: Pick<Notifier, 'resend'>,
  { ids, since, channel }: { ids: readonly string[]; since?: number; channel?: string },
): Promise<number> {
  const alerts = new Map(
    since === undefined
      ? []
      : (await store.alerts({ since, limit: MAX_ALERTS })).map((alert) => [alert.alert_id, alert]),
  );
  for (const id of ids) {
    const alert = await store.alert(id);
    if (alert === null) throw new OperationError(`no alert ${id}`);
    alerts.set(id, alert);
  }
  const oldestFirst = [...alerts.values()].sort((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at));
  return await notifier.resend(oldestFirst, channel);
}
