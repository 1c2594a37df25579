import type { FastifyInstance } from 'fastify';
import type { RecordOutcome } from '../../sources/source.ts';
import { bodyLimit, bytesOf, takeBodies } from '../bodies.ts';
import { answerExport, failure, isProtobuf, PROTOBUF } from '../otlp/answer.ts';
import { countItems, decodeExport, exportTexts, type Signal } from '../otlp/decode.ts';
import type { AppOptions } from '../ports.ts';
import { Refusal, refusalOf } from '../problems.ts';
import { senderOf } from './events.ts';

/** What one record may hold where it is decoded. */
const RECORD_BYTES = 1024 * 1024;
const RECORD_ITEMS = 10_000;

/** OTLP over HTTP, protobuf and JSON: a stock exporter or Collector sends here unchanged. */
export function otlpRoutes(app: FastifyInstance, options: AppOptions): void {
  takeBodies(app, ['application/json', PROTOBUF], bodyLimit(options.http));

  app.setErrorHandler((error, request, reply) => {
    const { status, headers, problem } = refusalOf(error);
    if (status >= 500 && !(error instanceof Refusal)) options.log.error({ err: error, req: request }, 'export failed');
    reply.code(status).headers(headers);
    if (isProtobuf(request.headers['content-type'])) return reply.type(PROTOBUF).send(failure(problem.detail));
    return reply.send({ code: 0, message: problem.detail, ...problem });
  });

  for (const signal of ['traces', 'logs'] as const) exportRoute(app, signal, options);

  // SDKs push their metrics to the same address; there is nothing to learn from them here.
  app.post('/v1/metrics', { config: { role: 'ingest' } }, async (request, reply) => {
    const asProtobuf = isProtobuf(request.headers['content-type']);
    return answerExport(reply, { signal: 'metrics', asProtobuf, rejected: 0, why: '' });
  });
}

function exportRoute(app: FastifyInstance, signal: Signal, options: AppOptions): void {
  const { ingest, now } = options;
  app.post(`/v1/${signal}`, { config: { role: 'ingest' } }, async (request, reply) => {
    const sender = senderOf(request, options);
    const asProtobuf = isProtobuf(request.headers['content-type']);
    const value = decodeExport(signal, bytesOf(request), asProtobuf);
    const receivedAt = now();
    const headers = { 'x-overreach-signal': signal };
    const texts = exportTexts(signal, value, RECORD_BYTES, RECORD_ITEMS);
    const outcomes = await ingest.push(
      texts.map((text) => ({ value: text, receivedAt, headers })),
      sender,
    );
    const { rejected, why } = rejects(outcomes);
    return answerExport(reply, { signal, asProtobuf, rejected: Math.min(rejected, countItems(signal, value)), why });
  });
}

function rejects(outcomes: readonly RecordOutcome[]): { rejected: number; why: string } {
  const all = outcomes.flatMap((outcome) => outcome.rejected);
  return {
    rejected: all.length,
    why: [...new Set(all.map(({ reason, detail }) => `${reason}: ${detail}`))].slice(0, 5).join('; '),
  };
}
