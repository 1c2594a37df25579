import type { Gateway, NativeDraft } from './gateway.ts';
import { callOf, targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { DENIAL, httpStatus, type Outcome, rpcOutcome, told } from './lib/outcome.ts';
import { args, isObject, type Json, lookup, message, object, text } from './lib/values.ts';

/** Obot: the normalised audit event, and the stored row that exports carry. */
export const obot: Gateway = {
  name: 'obot',
  title: 'Obot audit log',
  reference: 'obot-platform/obot apiclient/types/auditlogevent.go, pkg/gateway/types/mcpauditlog.go',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'client',
    'user',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'duration_ms',
    'request_id',
    'src.ip',
    'src.user_agent',
    'facts.tools',
  ],
  optional: ['args', 'result', 'facts.tools'],
  claims: (record) => [isEvent, isRow, isFlat, isDocumented, isModelCall].some((is) => is(record)),
  translate(record) {
    if (isModelCall(record)) return [];
    if (isEvent(record)) return fromEvent(record);
    return fromRow(isRow(record) ? record : isFlat(record) ? { ...record, mcpFields: record } : asRow(record));
  },
};

const isEvent = (record: Json): boolean =>
  (record.eventType === 'mcp_call' || record.eventType === 'local_agent_tool_call') &&
  isObject(record.actor) &&
  isObject(record.action);
const isRow = (record: Json): boolean => isObject(record.mcpFields) && 'createdAt' in record;
/** Before calls and the tools of local agents had parts of their own, their fields stood beside the others. */
const isFlat = (record: Json): boolean =>
  typeof record.callType === 'string' && typeof record.mcpID === 'string' && 'createdAt' in record;

/** The export of calls of models: known, and dropped. */
const isModelCall = (record: Json): boolean =>
  'createdAt' in record && typeof record.modelProvider === 'string' && 'targetModel' in record;

/** The export as the documentation shows it, which is not as the code writes it. */
const isDocumented = (record: Json): boolean =>
  typeof record.call_type === 'string' && typeof record.mcp_server === 'string' && 'response_status' in record;

function asRow(record: Json): Json {
  const status = record.response_status;
  return {
    ...record,
    createdAt: record.timestamp,
    userID: record.user_id,
    mcpFields: {
      mcpID: record.mcp_server,
      callType: record.call_type,
      callIdentifier: record.call_identifier,
      clientName: record.client_name,
      sessionID: record.session_id,
      responseStatus: status === 'success' ? 200 : status,
      error: record.error ?? (typeof status === 'string' && status !== 'success' ? status : undefined),
      processingTimeMs: record.processing_time_ms,
    },
  };
}

const STATUS: Record<string, Outcome['status']> = {
  success: 'ok',
  failure: 'protocol_error',
  denied: 'denied',
  timeout: 'timeout',
};

function fromEvent(record: Json): NativeDraft[] {
  // A tool on the agent's own machine goes through no MCP server.
  if (record.eventType !== 'mcp_call') return [];
  const actor = object(record.actor);
  const action = object(record.action);
  const target = object(record.target);
  const server = target.targetType === 'mcp_server' ? target : object(target.parent);
  const outcome = object(record.outcome);
  const method = text(action.operation);
  const details = object(record.details);
  const client = object(details.client);
  const trace = object(details.trace);
  const answer = message(object(details.response).body);
  const person = actor.actorType === 'user' ? text(actor.id) : undefined;
  return [
    {
      event_id: text(record.id),
      occurred_at: object(record.timestamp).occurredAt,
      agent: agentOf([
        ['api_key', actor.credentialID],
        [actor.actorType === 'credential' ? 'api_key' : 'subject', actor.id],
      ]),
      client: { name: record.client ?? client.name, version: client.version },
      user: { id: person },
      session_id: trace.sessionID,
      server: { id: text(server.id) ?? text(server.name) ?? 'obot', name: server.name },
      method,
      target: targetOf(method, action.name ?? target.name),
      args: argsOf(details.request),
      ...told(
        outcomeOf(
          {
            status: lookup(STATUS, outcome.status) ?? 'unknown',
            reason: outcome.reason ?? outcome.error,
            http_status: outcome.httpStatus,
          },
          answer,
        ),
      ),
      result: resultOf(answer),
      duration_ms: outcome.durationMs,
      request_id: trace.requestID,
      src: { ip: object(details.network).clientIP, user_agent: client.userAgent },
      raw: { ...record, ...(isObject(record.details) ? { details: withoutBodies(details) } : {}) },
    },
  ];
}

const withoutBodies = ({ request: _, response: __, rawEvent: ___, ...rest }: Json): Json => rest;

const argsOf = (request: unknown): Json | undefined => bodyArgs(object(request).body);

/** A body is the whole message; older releases kept what is inside of it. */
function bodyArgs(body: unknown): Json | undefined {
  const told = object(message(body));
  return 'method' in told ? callOf(told).args : args(told.arguments);
}

const isAnswer = (answer: unknown): answer is Json => isObject(answer) && 'jsonrpc' in answer;
const resultOf = (answer: unknown): unknown => (isAnswer(answer) ? answer.result : answer);

/** A failed tool and an error of JSON-RPC come with a status that tells of success: the answer knows better. */
function outcomeOf(known: Outcome, answer: unknown): Outcome {
  if (known.status !== 'ok' && known.status !== 'unknown') return known;
  const said = rpcOutcome(isAnswer(answer) ? answer : isObject(answer) ? { result: answer } : undefined);
  return said === undefined ? known : { ...known, ...said };
}

function fromRow(record: Json): NativeDraft[] {
  const fields = object(record.mcpFields);
  const method = text(fields.callType);
  // The end of a session, and what agents do with tools of their own machine, are no calls.
  if (method === undefined || (record.sourceType ?? 'mcp') !== 'mcp') return [];
  const answer = message(fields.responseBody);
  const status = httpStatus(fields.responseStatus);
  const reason = text(fields.error);
  const refused = reason !== undefined && DENIAL.test(reason);
  return [
    {
      event_id: text(record.id),
      occurred_at: record.createdAt,
      agent: agentOf(
        [
          ['api_key', record.apiKeyID],
          ['subject', record.userID],
        ],
        record.apiKeyName,
      ),
      client: { name: fields.clientName, version: fields.clientVersion },
      user: { id: text(record.userID) },
      session_id: fields.sessionID,
      server: { id: fields.mcpID ?? fields.mcpServerDisplayName, name: fields.mcpServerDisplayName },
      method,
      target: targetOf(method, fields.callIdentifier),
      args: bodyArgs(fields.requestBody),
      ...told(
        outcomeOf(
          {
            status: status !== 'ok' || reason === undefined ? status : refused ? 'denied' : 'protocol_error',
            reason,
            http_status: fields.responseStatus,
            hearsay: status !== 'denied',
          },
          answer,
        ),
      ),
      result: resultOf(answer),
      duration_ms: fields.processingTimeMs,
      request_id: fields.requestID,
      src: { ip: record.clientIP, user_agent: fields.userAgent },
    },
  ];
}
