import type { AgentSummary } from '../../../schemas/api.ts';
import type { Config } from '../../../schemas/config.ts';
import type { SeenSource } from '../../../schemas/seen.ts';
import { createAgentReader } from '../../api/agents.ts';
import { arm } from '../../engine/rules.ts';
import type { Store } from '../../stores/store.ts';
import { learningOf } from './learning.ts';
import { newestStates } from './newest-states.ts';
import { seenIn } from './seen-in.ts';

/** What the record says of itself while nobody runs. */
export interface FolderStatus {
  store: string;
  sources: { name: string; next_offset: number }[];
  /** Of the last seven days. */
  gateways: SeenSource[];
  events: number;
  rejects: Record<string, number>;
  agents: number;
  /** Of the last 24 hours, by severity. */
  alerts: Record<string, number>;
  deliveries_waiting: number;
  checkpoint_age_seconds?: number;
  latest_agents: AgentSummary[];
}

const LIMITS = { maxRows: 10_000, maxSeconds: 60, maxBytes: 1 << 26 };

export async function folderStatus(store: Store, config: Config, latest: number): Promise<FolderStatus> {
  const ask = async (sql: string) => (await store.query(sql, LIMITS)).rows;
  const counted = async (sql: string) =>
    Object.fromEntries((await ask(sql)).map(({ name, n }) => [String(name), Number(n)]));
  const [totals] = await ask('SELECT count() AS events, uniqExact(agent_id) AS agents FROM v_events');
  const saved = await ask(
    `SELECT partition, argMax(next_offset, (epoch, next_offset)) AS next, dateDiff('millisecond', max(saved_at), now64(3)) / 1000 AS age FROM checkpoints GROUP BY partition ORDER BY partition`,
  );
  const seen = await learnedAgents(store, config, await createAgentReader(store).list(latest));
  return {
    store: config.store.kind === 'chdb' ? `chdb, ${config.data_dir}` : `clickhouse, ${config.store.url}`,
    sources: saved.map(({ partition, next }) => ({ name: String(partition), next_offset: Number(next) })),
    gateways: await seenIn(store, config),
    events: Number(totals?.events ?? 0),
    rejects: await counted('SELECT reason AS name, count() AS n FROM v_rejects GROUP BY reason ORDER BY n DESC'),
    agents: Number(totals?.agents ?? 0),
    alerts: await counted(
      'SELECT severity AS name, count() AS n FROM v_alerts WHERE occurred_at > now() - INTERVAL 1 DAY GROUP BY severity',
    ),
    deliveries_waiting: (await store.undelivered()).length,
    ...(saved.length > 0 && { checkpoint_age_seconds: Math.max(...saved.map(({ age }) => Number(age)), 0) }),
    latest_agents: seen,
  };
}

/** Agents with how far each is learned, as of the newest checkpoint. */
export async function learnedAgents(store: Store, config: Config, agents: AgentSummary[]): Promise<AgentSummary[]> {
  const armed = arm(config.detectors);
  const ids = agents.map(({ agent_id }) => agent_id);
  const found = new Map<string, AgentSummary['learning']>();
  for await (const states of newestStates(store, ids))
    for (const [id, state] of states) found.set(id, learningOf(armed, state));
  return agents.map((agent) => {
    const learning = found.get(agent.agent_id);
    return { ...agent, ...(learning && { learning }) };
  });
}
