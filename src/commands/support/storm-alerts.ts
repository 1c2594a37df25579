import type { Alert } from '../../../schemas/alert.ts';
import type { StormConfig } from '../../../schemas/config/watch.ts';
import { causeOf, stormId } from '../../alerts/cause.ts';
import type { Store } from '../../stores/store.ts';

/** `judged`: somebody spoke of it by itself. */
const singleSql = (proof: string): string => `SELECT r.alert AS body, toUnixTimestamp64Milli(a.opened_at) AS at,
  a.verdict != '' AND a.verdict_at NOT IN (SELECT at FROM verdicts WHERE alert_id = {storm:String}) AS judged
FROM v_alerts AS a INNER JOIN (SELECT alert_id, revision, alert FROM alerts FINAL) AS r
  ON r.alert_id = a.alert_id AND r.revision = a.revision
WHERE a.alert_id IN (SELECT alert_id FROM (${proof}))
ORDER BY a.opened_at, a.alert_id`;

const LIMITS = { maxRows: 1_000, maxSeconds: 30, maxBytes: 64 * 1_048_576 };

/** The single alerts that a storm speaks for, out of the record; without those that somebody has judged by themselves. */
export async function alertsOfStorm(store: Pick<Store, 'query'>, storm: Alert, config: StormConfig): Promise<Alert[]> {
  const { rows } = await store.query(singleSql(storm.proof.sql), LIMITS, { storm: storm.alert_id });
  const like = rows.map(({ body, at, judged }) => {
    const alert = JSON.parse(String(body)) as Alert;
    return { alert, at: Number(at), judged: Number(judged) === 1, cause: causeOf(alert, config) };
  });
  const first = like.findIndex(({ alert, cause }) => stormId(cause, alert) === storm.alert_id);
  if (first < 0) return [];
  const same = like.slice(first).filter(({ cause }) => cause.key === like[first]!.cause.key);
  const end = same.findIndex(({ at, cause }, n) => n > 0 && at - same[n - 1]!.at > cause.quietMs);
  return same
    .slice(0, end < 0 ? same.length : end)
    .filter(({ judged }) => !judged)
    .map(({ alert }) => alert);
}
