import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { eventSchema } from '../../../schemas/event.ts';
import { openApi } from '../openapi.ts';
import type { AppOptions } from '../ports.ts';

/** What there is to ask and to send, for programs; open to everybody, since it is the same everywhere. */
export function documentRoutes(app: FastifyInstance, { version, configSchema }: AppOptions): void {
  const documents: Record<string, string> = {
    '/openapi.json': JSON.stringify(openApi(version)),
    '/schema/event.json': JSON.stringify(z.toJSONSchema(eventSchema, { io: 'input', unrepresentable: 'any' })),
    '/schema/config.json': JSON.stringify(configSchema()),
  };
  for (const [path, text] of Object.entries(documents))
    app.get(path, async (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
