import type { AgentSummary } from '../../../schemas/api.ts';
import { createAgentReader } from '../../api/agents.ts';
import type { AgentsPort } from '../agents.ts';
import { learnedAgents } from './folder-status.ts';
import type { RecordReader } from './reader.ts';

/** How many agents are asked about at once: those seen last. */
const MOST = 500;

export const agentsPort = (reader: RecordReader): AgentsPort => ({
  query: (sql, params) => reader.query(sql, params),
  about: async (id) =>
    new Map((await (id === undefined ? latest(reader) : one(reader, id))).map((agent) => [agent.agent_id, agent])),
  close: () => reader.close(),
});

async function latest(reader: RecordReader): Promise<AgentSummary[]> {
  if (reader.kind === 'server')
    return (await reader.server.get<{ agents: AgentSummary[] }>(`/v1/agents?limit=${MOST}`))?.agents ?? [];
  return await learnedAgents(reader.store, reader.loaded.config, await createAgentReader(reader.store).list(MOST));
}

async function one(reader: RecordReader, id: string): Promise<AgentSummary[]> {
  if (reader.kind === 'server') {
    const found = await reader.server.get<{ agent: AgentSummary }>(`/v1/agents/${encodeURIComponent(id)}`);
    return found === null ? [] : [found.agent];
  }
  const found = await createAgentReader(reader.store).one(id);
  return found === null ? [] : await learnedAgents(reader.store, reader.loaded.config, [found]);
}
