import type { Alert } from '../../../schemas/alert.ts';
import { literal } from '../../../schemas/sql-literal.ts';
import type { Store } from '../../stores/store.ts';
import { operational } from '../operational.ts';
import type { Trouble } from './troubles.ts';

export const SPLIT = ['split_agents'] as const;

interface SplitOptions {
  /** The topic that is said to be keyed by agent, as `kafka:NAME`; undefined where there is none. */
  keyed: string | undefined;
  store: Pick<Store, 'query'>;
  now(): number;
}

const LIMITS = { maxRows: 1_000, maxSeconds: 30, maxBytes: 1 << 20 };

/** Agents of a keyed topic that are in several partitions all the same. */
export const createSplit =
  ({ keyed, store, now }: SplitOptions) =>
  async (): Promise<Trouble[]> => {
    if (keyed === undefined) return [];
    const { rows } = await store.query(SPLIT_SQL, LIMITS, { source: `${keyed}/`, prefix: keyed.length + 2 });
    const agents = rows.map((row) => ({
      agent: String(row.agent),
      partitions: (row.partitions as (number | string)[]).map(Number).sort((a, b) => a - b),
    }));
    const at = now();
    const [reason] = SPLIT;
    return agents.length === 0 ? [] : [{ reason, subject: keyed, alert: () => splitAgents(keyed, agents, at) }];
  };

/** Agents that a topic said to be keyed by agent holds in several partitions: each partition learns a half of them. */
export function splitAgents(source: string, agents: readonly SplitAgent[], at: number): Alert {
  const listed = agents.slice(0, 10).map(({ agent, partitions }) => `${agent} (${partitions.join(', ')})`);
  const more = agents.length > 10 ? ` and ${agents.length - 10} more` : '';
  return operational({
    reason: 'split_agents',
    subject: source,
    since: at,
    at,
    severity: 'high',
    title: `${agents.length} ${agents.length === 1 ? 'agent is' : 'agents are'} in several partitions of ${source}`,
    summary: `The configuration says keyed_by_agent, and within a day events of ${listed.join('; ')}${more} came in several partitions (in brackets). Each partition judges them by what it saw alone. Set keyed_by_agent: false, and Overreach re-keys the topic; or mend the key that gateways publish under.`,
    seen: `${agents.length} split`,
    expected: 'every event of an agent in one partition',
    sql: `SELECT agent_id, groupUniqArray(partition) AS partitions FROM v_events WHERE startsWith(partition, ${literal(`${source}/`)}) AND received_at > now() - INTERVAL 1 DAY GROUP BY agent_id HAVING length(partitions) > 1`,
  });
}

interface SplitAgent {
  agent: string;
  partitions: number[];
}

/** By what was saved of them within a day: a partition that they left long ago does not count. */
const SPLIT_SQL = `SELECT agent_id AS agent, groupUniqArray(toUInt32OrZero(substring(partition, {prefix:UInt32}))) AS partitions FROM baselines
WHERE agent_id != '' AND startsWith(partition, {source:String}) AND stored_at > now() - INTERVAL 1 DAY
GROUP BY agent HAVING length(partitions) > 1 ORDER BY agent LIMIT 1000`;
