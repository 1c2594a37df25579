import type { Alert } from '../../schemas/alert.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES, literals } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { DeliveryRow, Store } from './store.ts';

type DeliveryStore = Pick<Store, 'writeDeliveries' | 'undelivered' | 'deliveries'>;

interface Row {
  delivery_id: string;
  alert_id: string;
  revision: number;
  channel: string;
  state: DeliveryRow['state'];
  attempt: number;
  next_attempt_at: string;
  at: string;
  status: number;
  detail: string;
}

const COLUMNS = 'delivery_id, alert_id, revision, channel, state, attempt, next_attempt_at, at, status, detail';

/** The newest row of each delivery: how it stands. */
const newest = (where: string, more = ''): string =>
  `SELECT ${COLUMNS}${more} FROM deliveries WHERE ${where} ORDER BY at DESC, attempt DESC LIMIT 1 BY delivery_id`;

/** Tries are counted anew when a delivery is put back: the last first try began what goes on now. */
const FAILING_SINCE = `, maxIf(at, attempt = 1 AND state = 'failed') OVER (PARTITION BY delivery_id) AS failing_since`;

/** The outbox: every try to tell a revision of an alert over a channel. */
export function createDeliveryStore(connection: Connection): DeliveryStore {
  return {
    async writeDeliveries(rows) {
      if (rows.length > 0) await connection.insert('deliveries', await encode(rows, deliveryLine));
    },

    async undelivered({ channel, limit } = {}) {
      const of = channel === undefined ? '1' : `channel = ${literal(channel)}`;
      const rows = await connection.read<Row & { alert: string; failing_since: string }>(
        `SELECT d.*, a.alert AS alert FROM (
          SELECT * FROM (${newest(of, FAILING_SINCE)}) WHERE state IN ('pending', 'failed')
          ORDER BY if(attempt = 0, next_attempt_at, toDateTime64(0, 3, 'UTC')), attempt = 0, at, delivery_id
          ${limit === undefined ? '' : `LIMIT ${limit}`}
        ) AS d INNER JOIN (SELECT alert_id, revision, alert FROM alerts FINAL) AS a
          ON a.alert_id = d.alert_id AND a.revision = d.revision
        ORDER BY if(d.attempt = 0, d.next_attempt_at, toDateTime64(0, 3, 'UTC')), d.attempt = 0, d.at, d.delivery_id ${ISO_TIMES}`,
      );
      return rows.map(({ alert, failing_since, ...row }) => ({
        delivery: deliveryOf(row),
        alert: JSON.parse(alert) as Alert,
        failingSince: row.attempt === 0 ? 0 : Date.parse(failing_since),
      }));
    },

    async deliveries(alertIds) {
      const ids = typeof alertIds === 'string' ? [alertIds] : alertIds;
      const rows = await connection.read<Row>(
        `SELECT * FROM (${newest(`alert_id IN ${literals(ids)}`)}) ORDER BY at, delivery_id ${ISO_TIMES}`,
      );
      return rows.map(deliveryOf);
    },
  };
}

const deliveryLine = (row: DeliveryRow): string =>
  plainLine({
    delivery_id: row.deliveryId,
    alert_id: row.alertId,
    revision: row.revision,
    channel: row.channel,
    state: row.state,
    attempt: row.attempt,
    next_attempt_at: new Date(row.nextAttemptAt).toISOString(),
    at: new Date(row.at).toISOString(),
    status: row.status,
    detail: row.detail,
  });

const deliveryOf = (row: Row): DeliveryRow => ({
  deliveryId: row.delivery_id,
  alertId: row.alert_id,
  revision: row.revision,
  channel: row.channel,
  state: row.state,
  attempt: row.attempt,
  nextAttemptAt: Date.parse(row.next_attempt_at),
  at: Date.parse(row.at),
  status: row.status,
  detail: row.detail,
});
