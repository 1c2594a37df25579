import { type AgentRange, byAgent } from '../grants/agents.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { LET_IN } from '../grants/usage.ts';

/** What an agent reached beyond reading and writing, and how: by class, tool and store. Times in epoch milliseconds. */
export interface ReachedPrivilege {
  agent: string;
  class: string;
  /** `server/target`. */
  through: string;
  /** The store that the arguments named (`.ssh`, `.env`), where the tool itself is made for something else; else ''. */
  store: string;
  calls: number;
  /** Different values its arguments named. */
  resources: number;
  since: number;
  last: number;
}

const SQL = `
SELECT agent_id AS agent, toString(class) AS class, concat(server_id, '/', target_name) AS through,
  if(startsWith(class_rule, 'args:'), substring(class_rule, 6), '') AS store,
  count() AS calls, uniqArray(arg_hashes) AS resources,
  toUnixTimestamp(min(occurred_at)) AS since, toUnixTimestamp(max(occurred_at)) AS last
FROM v_events
WHERE occurred_at >= fromUnixTimestamp64Milli({since:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({until:Int64})
  AND class IN ('execute', 'secret', 'identity') AND agent_id >= {first:String} AND agent_id <= {last:String}
  AND ${LET_IN}
GROUP BY agent, class, through, store
ORDER BY agent, since, through, class, store`;

/** Of some agents: each that reached anything. */
export async function readReach(
  port: ReadPort,
  { first, last }: AgentRange,
  since: number,
  until: number,
): Promise<Map<string, ReachedPrivilege[]>> {
  const rows = await port.query(SQL, { first, last, since: Math.floor(since), until: Math.floor(until) });
  return byAgent(
    rows.map((row) => ({
      agent: String(row.agent),
      class: String(row.class),
      through: String(row.through),
      store: String(row.store ?? ''),
      calls: Number(row.calls),
      resources: Number(row.resources),
      since: Number(row.since) * 1000,
      last: Number(row.last) * 1000,
    })),
  );
}
