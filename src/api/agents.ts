import type { AgentSummary } from '../../schemas/api.ts';
import type { QueryLimits, Store } from '../stores/store.ts';
import type { AgentReader } from './ports.ts';

const LIMITS: QueryLimits = { maxRows: 10_000, maxSeconds: 30, maxBytes: 512 * 1024 * 1024 };

/** Agents out of v_agents; `learning` says how far a baseline has come, where the engine has the agent in memory. */
export function createAgentReader(
  store: Pick<Store, 'query'>,
  learning: (agentId: string) => AgentSummary['learning'] = () => undefined,
): AgentReader {
  const summary = (row: Record<string, unknown>): AgentSummary => {
    const progress = learning(String(row.agent_id));
    return { ...row, agent_id: String(row.agent_id), ...(progress && { learning: progress }) };
  };
  return {
    async list(limit) {
      const sql = 'SELECT * FROM v_agents ORDER BY last_seen DESC, agent_id LIMIT {limit:UInt32}';
      return (await store.query(sql, LIMITS, { limit })).rows.map(summary);
    },
    async one(agentId) {
      const sql = 'SELECT * FROM v_agents WHERE agent_id = {agent:String} LIMIT 1';
      const [row] = (await store.query(sql, LIMITS, { agent: agentId })).rows;
      return row === undefined ? null : summary(row);
    },
  };
}
