import type { GivenVerdict } from '../../../schemas/api.ts';
import type { HeldPartition } from '../../pipeline/held.ts';
import type { Store } from '../../stores/store.ts';
import { hiddenCounts } from './hidden.ts';

const SAID = `SELECT v.alert_id AS alert_id, v.at AS at, v.author AS author, v.verdict AS verdict, v.reason AS reason,
  v.expires_at AS expires_at, a.detector AS detector, a.agent_id AS agent, a.title AS title
FROM (SELECT * FROM verdicts FINAL ORDER BY at DESC LIMIT {limit:UInt32}) AS v
LEFT JOIN (SELECT alert_id, detector, agent_id, title FROM v_alerts) AS a ON a.alert_id = v.alert_id
ORDER BY v.at DESC, v.alert_id`;

/** The last verdicts, newest first, with how many findings each has hidden since. */
export async function listVerdicts(
  store: Store,
  held: ReadonlyMap<string, HeldPartition>,
  limit: number,
): Promise<GivenVerdict[]> {
  const { rows } = await store.query(SAID, { maxRows: limit, maxSeconds: 30, maxBytes: 16 * 1_048_576 }, { limit });
  const said = rows.map(({ expires_at, ...row }) => ({ ...row, ...(expires_at !== null && { expires_at }) }));
  const given = said as unknown as Omit<GivenVerdict, 'hidden'>[];
  const safe = given.filter(({ verdict }) => verdict === 'safe');
  const counts = await hiddenCounts(store, held, [
    ...new Map(safe.map(({ alert_id: alertId, agent: agentId }) => [alertId, { alertId, agentId }])).values(),
  ]);
  return given.map((one) => ({ ...one, hidden: one.verdict === 'safe' ? (counts.get(one.alert_id) ?? 0) : 0 }));
}
