import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IngestAnswer, ingestQuery, MAX_LISTED_REJECTS } from '../../../schemas/api.ts';
import type { PostedRecord, RecordOutcome, Sender } from '../../sources/source.ts';
import { isAdmin } from '../access.ts';
import { bodyLimit, bytesOf, takeBodies } from '../bodies.ts';
import type { AppOptions } from '../ports.ts';
import { Refusal, read } from '../problems.ts';
import { splitBody } from '../split.ts';

const EVENT_TYPES = [
  'application/json',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/json-seq',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'text/plain',
];

/** POST /v1/events: answered when what it brought is durable, record by record. */
export function eventRoutes(app: FastifyInstance, options: AppOptions): void {
  const { http, ingest, now } = options;
  takeBodies(app, EVENT_TYPES, bodyLimit(http));
  app.post('/v1/events', { config: { role: 'ingest' } }, async (request, reply) => {
    const sender = senderOf(request, options);
    const slices = splitBody(bytesOf(request), request.headers['content-type'] ?? '');
    const receivedAt = now();
    const headers = headersOf(request, slices.length);
    const records = slices.map((value): PostedRecord => ({ value, receivedAt, ...(headers && { headers }) }));
    const answer = answerOf(await ingest.push(records, sender));
    const kept = answer.accepted + answer.duplicates + answer.dropped;
    if (kept > 0 || answer.rejected_total === 0) return reply.code(202).send(answer);
    const [first] = answer.rejected;
    return reply.code(400).send({
      error: 'all_rejected',
      detail: `not one record could be understood; the first: ${first!.reason}, ${first!.detail}`,
      mend: `the records are kept in rejects with their reasons; ${MEND[first!.reason] ?? 'compare them with /schema/event.json'}`,
      ...answer,
    });
  });
}

/** Where the mend is not in the record. */
const MEND: Partial<Record<string, string>> = {
  forbidden_agent: 'send them with the token of that agent, or name it under http.tokens[].agents',
};

/** What the address and the token say of all that a request brings. */
export function senderOf(request: FastifyRequest, { gateways, tokens }: AppOptions): Sender {
  const { backfill = false, gateway, instance } = read(ingestQuery, request.query, 'query');
  if (gateway !== 'auto' && !gateways.includes(gateway))
    throw new Refusal(400, 'invalid', `query.gateway: there is no gateway ${gateway}`, 'see `overreach gateways`');
  const caller = request.caller!;
  for (const [asked, name] of [
    [backfill, 'backfill'],
    [instance !== undefined, 'instance'],
  ])
    if (asked && tokens.length > 0 && !isAdmin(caller))
      throw new Refusal(
        403,
        'forbidden',
        `${name} needs the role admin, which ${caller.name} has not`,
        'use a token with it',
      );
  return { instance: instance ?? caller.name, gateway, backfill, ...(caller.agents && { agents: caller.agents }) };
}

function answerOf(outcomes: readonly RecordOutcome[]): IngestAnswer {
  const answer: IngestAnswer = { accepted: 0, duplicates: 0, dropped: 0, rejected: [], rejected_total: 0 };
  outcomes.forEach(({ accepted, duplicates, dropped, rejected }, index) => {
    answer.accepted += accepted;
    answer.duplicates += duplicates;
    answer.dropped += dropped;
    answer.rejected_total += rejected.length;
    for (const reject of rejected)
      if (answer.rejected.length < MAX_LISTED_REJECTS) answer.rejected.push({ index, ...reject });
  });
  return answer;
}

/**
 * What adapters read. CloudEvents in binary mode carry their attributes as ce- headers; Kafka's form of them is the one
 * that is read. MCP's messages as they went over the wire belong to the session that went with them.
 */
function headersOf({ headers }: FastifyRequest, records: number): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  const session = headers['mcp-session-id'];
  if (typeof session === 'string' && session !== '') found['mcp-session-id'] = session;
  if (records === 1 && headers['ce-specversion'] !== undefined)
    for (const [name, value] of Object.entries(headers))
      if (name.startsWith('ce-') && typeof value === 'string') found[`ce_${name.slice(3)}`] = value;
  return Object.keys(found).length === 0 ? undefined : found;
}
