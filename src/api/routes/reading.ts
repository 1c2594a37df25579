import type { FastifyInstance } from 'fastify';
import { agentsQuery } from '../../../schemas/api.ts';
import { takeBodies } from '../bodies.ts';
import type { AppOptions } from '../ports.ts';
import { Refusal, read } from '../problems.ts';

const ALERTS_OF_AN_AGENT = 20;

/** Agents, detectors, status, and the reload of what people wrote. */
export function readingRoutes(
  app: FastifyInstance,
  { store, agents, detectors, status, reload, log }: AppOptions,
): void {
  takeBodies(app, ['application/json'], 1024);

  app.get('/v1/agents', { config: { role: 'read' } }, async (request) => ({
    agents: await agents.list(read(agentsQuery, request.query, 'query').limit),
  }));

  app.get<{ Params: { id: string } }>('/v1/agents/:id', { config: { role: 'read' } }, async ({ params: { id } }) => {
    const agent = await agents.one(id);
    if (agent === null) throw new Refusal(404, 'not_found', 'there is no agent of this id', 'see GET /v1/agents');
    return { agent, alerts: await store.alerts({ agent: id, limit: ALERTS_OF_AN_AGENT }) };
  });

  app.get('/v1/detectors', { config: { role: 'read' } }, async () => ({ detectors }));
  app.get('/v1/status', { config: { role: 'read' } }, async () => status());

  app.post('/v1/grants/reload', { config: { role: 'admin' } }, async (request) => {
    const answer = await reload();
    log.info({ by: request.caller!.name, changed: answer.changed }, 'grants reloaded');
    return answer;
  });
}
