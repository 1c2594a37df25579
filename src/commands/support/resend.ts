import type { Notifier } from '../../alerts/notifier.ts';
import { ConfigError, OperationError } from '../../errors.ts';
import type { AlertFilter, Store } from '../../stores/store.ts';

/** So many are in memory at once. */
const PAGE = 1_000;

/** Puts the deliveries of these alerts back, in the order in which they occurred: those that are named by their ids first. */
export async function resend(
  store: Pick<Store, 'alert' | 'alerts'>,
  notifier: Pick<Notifier, 'resend' | 'status'>,
  { ids, since, channel }: { ids: readonly string[]; since?: number; channel?: string },
): Promise<number> {
  if (channel !== undefined && !notifier.status().some((one) => one.channel === channel))
    throw new ConfigError(`alerts.channels: none is named ${channel}`);
  const named = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const alert = await store.alert(id);
      if (alert === null) throw new OperationError(`no alert ${id}`);
      return { alert, at: Date.parse(alert.occurred_at) };
    }),
  );
  const earlier = named.filter(({ at }) => since === undefined || at < since).sort((a, b) => a.at - b.at);
  let count = await notifier.resend(
    earlier.map(({ alert }) => alert),
    channel,
  );
  let after: AlertFilter['after'];
  while (since !== undefined) {
    const page = await store.alerts({ since, limit: PAGE, oldestFirst: true, ...(after && { after }) });
    count += await notifier.resend(page, channel);
    const last = page.length < PAGE ? undefined : page.at(-1);
    if (last === undefined) break;
    after = { at: Date.parse(last.occurred_at), id: last.alert_id };
  }
  return count;
}
