import type { FastifyInstance } from 'fastify';
import type { AppOptions } from '../ports.ts';
import { Refusal } from '../problems.ts';

const PING_MS = 2_000;

/** For supervisors and scrapers. Health is that the process answers; ready is that it folds and can store. */
export function healthRoutes(app: FastifyInstance, { store, notReady, metrics }: AppOptions): void {
  app.get('/healthz', async () => ({ ok: true }));

  app.get('/readyz', async () => {
    const why = notReady() ?? (await storeTrouble(store));
    if (why !== null)
      throw new Refusal(503, 'not_ready', why, 'wait; the log says more if it stays so', { 'retry-after': '2' });
    return { ready: true };
  });

  app.get('/metrics', { config: { role: 'read' } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}

async function storeTrouble(store: Pick<AppOptions['store'], 'ping'>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the store does not answer'), PING_MS);
  });
  try {
    return await Promise.race([late, store.ping().then(() => null)]);
  } catch {
    return 'the store is down';
  } finally {
    clearTimeout(timer);
  }
}
