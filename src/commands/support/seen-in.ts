import type { Config } from '../../../schemas/config.ts';
import { gateways } from '../../../schemas/gateways/index.ts';
import { blindness } from '../../../schemas/gateways/lib/blindness.ts';
import { fromMapping } from '../../../schemas/gateways/lib/mapping.ts';
import type { SeenSource } from '../../../schemas/seen.ts';
import { arm } from '../../engine/rules.ts';
import type { Store } from '../../stores/store.ts';
import { SEEN_FIELDS } from './seen-fields.ts';
import { ENOUGH } from './seen-sources.ts';

/** The gateways of the last seven days as the record knows them, for when nobody runs; history has no skew, and its own times. */
export async function seenIn(store: Store, config: Config): Promise<SeenSource[]> {
  const { rows } = await store.query(SQL, { maxRows: 256, maxSeconds: 60, maxBytes: 1 << 20 });
  const known = [...gateways, ...config.mappings.map((mapping) => fromMapping(mapping))];
  const claimed = (gateway: unknown) => known.find(({ name }) => name === gateway)?.carries ?? ['*'];
  const detectors = arm(config.detectors).map(({ detector }) => detector.id);
  return rows.map(({ gateway, instance, events, last, skewed, median, worst, beyond, had }) => ({
    gateway: String(gateway),
    instance: String(instance),
    events: Number(events),
    last_received: String(last),
    ...(Number(skewed) === 0
      ? {}
      : { skew: { median_ms: Number(median), worst_ms: Number(worst), beyond_10_minutes: Number(beyond) } }),
    ...blindness({ carries: Number(events) < ENOUGH ? claimed(gateway) : (had as string[]) }, detectors),
  }));
}

/** As the running server tells from the events that it hears. */
const names = SEEN_FIELDS.map(([name, , has]) => `if(${has}, '${name}', '')`);

const SQL = `SELECT gateway, instance, count() AS events, max(received_at) AS last, countIf(skew != 0) AS skewed,
  quantileExactIf(0.5)(skew, skew != 0) AS median, argMax(skew, abs(skew)) AS worst, countIf(abs(skew) > 600000) AS beyond, groupUniqArrayArray(fields) AS had
FROM (
  SELECT source_kind AS gateway, source_instance AS instance, received_at,
    dateDiff('millisecond', received_at, occurred_at) AS skew,
    [${names.join(', ')}] AS fields
  FROM events WHERE received_at > now() - INTERVAL 7 DAY
) GROUP BY gateway, instance ORDER BY events DESC LIMIT 256`;
