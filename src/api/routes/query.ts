import type { FastifyInstance } from 'fastify';
import { type QueryAnswer, queryBody } from '../../../schemas/api.ts';
import { BusyError } from '../../errors.ts';
import { jsonOf, takeBodies } from '../bodies.ts';
import type { AppOptions } from '../ports.ts';
import { read } from '../problems.ts';

/** Each may take the memory that the configuration allows one query: a few at a time, and no queue. */
const AT_ONCE = 4;

/** POST /v1/query: an analyst's statement, read-only, within limits. */
export function queryRoutes(app: FastifyInstance, { store, limits }: AppOptions): void {
  takeBodies(app, ['application/json'], 256 * 1024);
  let running = 0;
  app.post('/v1/query', { config: { role: 'read' } }, async (request, reply): Promise<QueryAnswer> => {
    const { sql, params, max_rows: maxRows } = read(queryBody, jsonOf(request), 'body');
    if (running >= AT_ONCE) throw new BusyError(`${running} queries are running`, 2);
    running += 1;
    const client = new AbortController();
    reply.raw.once('close', () => client.abort());
    try {
      const rows = Math.min(limits.maxRows, maxRows ?? limits.maxRows);
      const within = { ...limits, maxRows: rows, gone: client.signal };
      const { elapsedMs, ...result } = await store.query(sql, within, params);
      return { ...result, elapsed_ms: elapsedMs };
    } finally {
      running -= 1;
    }
  });
}
