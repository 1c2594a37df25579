import type { Gateway, NativeDraft } from './gateway.ts';
import { targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { httpStatus } from './lib/outcome.ts';
import { args, isObject, type Json, lookup, object, parsed, text } from './lib/values.ts';

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
  ],
  optional: ['args', 'result'],
  claims: (record) => isEvent(record) || isRow(record) || isDocumented(record) || isModelCall(record),
  translate: (record) =>
    isModelCall(record) ? [] : isEvent(record) ? fromEvent(record) : [fromRow(isRow(record) ? record : asRow(record))],
};

const isEvent = (record: Json): boolean =>
  (record.eventType === 'mcp_call' || record.eventType === 'local_agent_tool_call') &&
  isObject(record.actor) &&
  isObject(record.action);
const isRow = (record: Json): boolean => isObject(record.mcpFields) && 'createdAt' in record;

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

const STATUS: Record<string, string> = {
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
  const person = actor.actorType === 'user' ? text(actor.id) : undefined;
  return [
    {
      event_id: text(record.id),
      occurred_at: object(record.timestamp).occurredAt,
      agent: agentOf([
        ['api_key', actor.credentialID],
        [actor.actorType === 'credential' ? 'api_key' : 'subject', actor.id],
      ]),
      client: { name: record.client },
      user: { id: person },
      server: { id: text(server.id) ?? text(server.name) ?? 'obot', name: server.name },
      method,
      target: targetOf(method, action.name ?? target.name),
      outcome: {
        status: lookup(STATUS, outcome.status) ?? 'unknown',
        reason: outcome.reason ?? outcome.error,
        http_status: outcome.httpStatus,
      },
      duration_ms: outcome.durationMs,
    },
  ];
}

function fromRow(record: Json): NativeDraft {
  const fields = object(record.mcpFields);
  const method = text(fields.callType);
  const body = object(parsed(fields.requestBody));
  const answer = parsed(fields.responseBody);
  const status = httpStatus(fields.responseStatus);
  const reason = text(fields.error);
  return {
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
    args: args(body.arguments),
    outcome: {
      status:
        object(answer).isError === true
          ? 'tool_error'
          : status === 'ok' && reason !== undefined
            ? 'protocol_error'
            : status,
      reason,
      http_status: fields.responseStatus,
    },
    result: answer,
    duration_ms: fields.processingTimeMs,
    request_id: fields.requestID,
    src: { ip: record.clientIP, user_agent: fields.userAgent },
  };
}
