import type { Alert } from '../../../schemas/alert.ts';
import type { Store } from '../../stores/store.ts';
import type { OperationalReason } from '../operational-steps.ts';
import type { createGateways, Silence } from './gateways.ts';
import type { Vitals } from './levels.ts';
import type { createTroubles } from './troubles.ts';

interface OthersOptions {
  store: Pick<Store, 'query' | 'alert'>;
  gateways: Pick<ReturnType<typeof createGateways>, 'silences' | 'skews' | 'spokeElsewhere'>;
  troubles: Pick<ReturnType<typeof createTroubles>, 'restore'>;
}

/** As habits are read: what was filled in (received when it occurred) says nothing of now. */
const LAST_SQL = `SELECT source_instance AS gateway, toUnixTimestamp64Milli(max(received_at)) AS last FROM events
WHERE received_at > fromUnixTimestamp64Milli({since:Int64}) AND has({gateways:Array(String)}, source_instance) AND received_at != occurred_at
GROUP BY gateway`;
const LIMITS = { maxRows: 10_000, maxSeconds: 30, maxBytes: 1 << 20 };

/** Only who holds the partition, or hears the gateway, can say whether they go on. */
const OF_ONE: readonly string[] = [
  'lag',
  'checkpoint_old',
  'reconcile_difference',
  'clock_skew',
  'agent_flood',
] satisfies OperationalReason[];

/** Several processes may share a record: what one does not see, another may. */
export function createOthers({ store, gateways, troubles }: OthersOptions) {
  let waiting: readonly Alert[] = [];

  return {
    /** Gateways from which nothing came to anybody. */
    async silences(at: number): Promise<Silence[]> {
      const found = gateways.silences(at);
      if (found.length === 0) return found;
      const since = Math.min(...found.map((one) => one.since));
      const { rows } = await store.query(LAST_SQL, LIMITS, { since, gateways: found.map(({ gateway }) => gateway) });
      for (const { gateway, last } of rows) gateways.spokeElsewhere(String(gateway), Number(last));
      return gateways.silences(at);
    },
    /** Operational alerts that the record holds; those of a partition or gateway wait until it is in our hands. */
    restore(alerts: readonly Alert[]): void {
      waiting = alerts.filter(({ reason }) => OF_ONE.includes(reason));
      troubles.restore(alerts.filter(({ reason }) => !OF_ONE.includes(reason)));
    },
    /** Takes over the alerts of what is ours now, as they stand now. */
    async takeOver({ lags, checkpoints }: Pick<Vitals, 'lags' | 'checkpoints'>): Promise<void> {
      const partitions = [...lags, ...checkpoints].map(({ partition }) => partition);
      const ours = new Set([...partitions, ...gateways.skews().map(({ gateway }) => gateway)]);
      const due = waiting.filter(({ target }) => ours.has(target ?? ''));
      const now = await Promise.all(due.map(async (alert) => (await store.alert(alert.alert_id)) ?? alert));
      troubles.restore(now);
      waiting = waiting.filter((alert) => !due.includes(alert));
    },
  };
}
