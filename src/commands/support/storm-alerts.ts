import type { Alert } from '../../../schemas/alert.ts';
import type { StormConfig } from '../../../schemas/config/watch.ts';
import { literal } from '../../../schemas/sql-literal.ts';
import { type Cause, causeOf, stormId } from '../../alerts/cause.ts';
import { STORM_AGENT } from '../../alerts/own.ts';
import type { Store } from '../../stores/store.ts';

const PAGE = 1_000;
const LIMITS = { maxRows: PAGE, maxSeconds: 30, maxBytes: 64 * 1_048_576 };

/** Those that share what a storm's alerts do, newest first, behind one of them; `judged`: somebody spoke of it by itself. */
function pageSql({ same }: Cause): string {
  const shared = Object.entries(same).map(([column, value]) => `a.${column} = ${literal(value)}`);
  return `SELECT r.alert AS body, toUnixTimestamp64Milli(a.opened_at) AS at,
  a.verdict != '' AND a.verdict_at NOT IN (SELECT at FROM verdicts WHERE alert_id = {storm:String}) AS judged
FROM v_alerts AS a INNER JOIN (SELECT alert_id, revision, alert FROM alerts FINAL) AS r
  ON r.alert_id = a.alert_id AND r.revision = a.revision
WHERE a.agent_id != '${STORM_AGENT}' AND ${shared.join(' AND ')}
  AND (toUnixTimestamp64Milli(a.opened_at), a.alert_id) < ({at:Int64}, {id:String})
ORDER BY a.opened_at DESC, a.alert_id DESC LIMIT ${PAGE}`;
}

/** The single alerts that a storm speaks for, out of the record; without those that somebody has judged by themselves. */
export async function alertsOfStorm(store: Pick<Store, 'query'>, storm: Alert, config: StormConfig): Promise<Alert[]> {
  const isFirst = ({ alert, cause }: Like): boolean => stormId(cause, alert) === storm.alert_id;
  const sql = pageSql(causeOf(storm, config));
  const newestFirst: Like[] = [];
  for (let isMore = true; isMore; ) {
    const last = newestFirst.at(-1);
    const behind = { at: last?.at ?? Number.MAX_SAFE_INTEGER, id: last?.alert.alert_id ?? '' };
    const { rows } = await store.query(sql, LIMITS, { ...behind, storm: storm.alert_id });
    const page = rows.map((row) => likeOf(row, config));
    newestFirst.push(...page);
    isMore = page.length === PAGE && !page.some(isFirst);
  }
  const like = newestFirst.reverse();
  const first = like.findIndex(isFirst);
  if (first < 0) return [];
  const same = like.slice(first).filter(({ cause }) => cause.key === like[first]!.cause.key);
  const end = same.findIndex(({ at, cause }, n) => n > 0 && at - same[n - 1]!.at > cause.quietMs);
  return same
    .slice(0, end < 0 ? same.length : end)
    .filter(({ judged }) => !judged)
    .map(({ alert }) => alert);
}

/** It may be of the storm. */
interface Like {
  alert: Alert;
  at: number;
  judged: boolean;
  cause: Cause;
}

function likeOf({ body, at, judged }: Record<string, unknown>, config: StormConfig): Like {
  const alert = JSON.parse(String(body)) as Alert;
  return { alert, at: Number(at), judged: Number(judged) === 1, cause: causeOf(alert, config) };
}
