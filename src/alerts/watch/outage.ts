import type { Alert } from '../../../schemas/alert.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import { lasting } from '../../../schemas/lasting.ts';
import { utcMinute } from '../../../schemas/utc.ts';
import type { Store } from '../../stores/store.ts';
import { operational } from '../operational.ts';
import { createTroubles } from './troubles.ts';

interface OutageOptions {
  cooldownMs: number;
  store: Pick<Store, 'writeAlerts'>;
  notify(alerts: Alert[]): Promise<void>;
  /** Sends an alert that nothing can store now. */
  announce(alert: Alert): void;
  /** Each alert that is told, for metrics. */
  told(alert: Alert): void;
}

const REASON = 'store_refuses';
/** What a store takes at the second try is no outage. */
const LASTS_MS = MINUTE;

/**
 * A store that takes no rows: the one trouble that cannot be stored before it is told. It is stored with its end; a
 * process that ends before that has told it, and does not know so in its next life.
 */
export function createOutage({ cooldownMs, store, notify, announce, told }: OutageOptions) {
  const troubles = createTroubles({ cooldownMs, tell });

  async function tell(alert: Alert): Promise<void> {
    if (alert.stage === 'open') announce(alert);
    else {
      await store.writeAlerts([...troubles.open.values(), alert]);
      await notify([alert]);
    }
    told(alert);
  }

  return {
    open: troubles.open,
    /** `since`: epoch milliseconds from which on the store takes nothing; null where it does. */
    async look(since: number | null, now: number): Promise<void> {
      const lasts = since !== null && now - since >= LASTS_MS;
      const alert = () => storeRefuses(since ?? now, now);
      await troubles.look([REASON], lasts ? [{ reason: REASON, subject: 'store', alert }] : [], now);
    },
  };
}

/** The store takes no rows: nothing new is in the record, and no other alert is sent, until it does. */
function storeRefuses(since: number, at: number): Alert {
  return operational({
    reason: REASON,
    subject: 'store',
    since,
    at,
    severity: 'critical',
    title: `The store takes no rows since ${utcMinute(since)}`,
    summary: `Nothing could be written for ${lasting(at - since)}: /readyz and overreach status say why. What was acknowledged is stored, and what comes waits with its sender or in Kafka. No other alert is sent until the store takes rows again; this one was sent around it.`,
    seen: `no row taken for ${lasting(at - since)}`,
    expected: 'every row taken within seconds',
    sql: 'SELECT name, free_space, total_space FROM system.disks',
  });
}
