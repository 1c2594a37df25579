import type { Gateway, NativeDraft } from './gateway.ts';
import { targetOf } from './lib/call.ts';
import { agentOf, delegationOf } from './lib/identity.ts';
import { httpStatus, type Outcome, rpcError, told } from './lib/outcome.ts';
import { args, count, firstText, host, type Json, millis, object, parsed, text } from './lib/values.ts';

/** agentgateway: one flat JSON line a request, dots in the keys. */
export const agentgateway: Gateway = {
  name: 'agentgateway',
  title: 'agentgateway request log',
  reference: 'agentgateway/agentgateway crates/agentgateway/src/telemetry/log.rs (2026-07), docs mcp-observability',
  carries: [
    'occurred_at',
    'agent.id',
    'user',
    'delegation',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'duration_ms',
    'bytes_in',
    'bytes_out',
    'trace_id',
    'span_id',
    'src.ip',
    'src.user_agent',
  ],
  optional: ['user', 'delegation', 'args', 'result', 'bytes_in', 'bytes_out', 'trace_id', 'span_id', 'src.user_agent'],
  claims: (record) =>
    'http.status' in record &&
    ('gateway' in record || 'route' in record) &&
    (record.scope === 'request' || METHOD.some((key) => key in record)),
  translate(record) {
    const method = firstText(record, METHOD) ?? lostMethod(record);
    return method === undefined ? [] : [agentgatewayDraft(record, method)];
  },
};

/** Older releases wrote the second. */
const METHOD = ['mcp.method.name', 'mcp.method'];

/** A caller that was turned away before its request was read, or before the route was found to lead to MCP. */
function lostMethod(record: Json): string | undefined {
  const mcp = record.protocol === 'mcp' || /\/mcp\b/.test(text(record['http.path']) ?? '');
  return mcp && httpStatus(record['http.status']) === 'denied' ? 'http_request' : undefined;
}

/** Refused tools are said not to exist, on purpose; a tool that does not exist looks the same. */
const DISGUISED = /^mcp: Unknown (?:tool|prompt|resource): ?(.{1,1024})$/i;

/** Who answered, where no backend is named. */
const WAY = ['route', 'gateway'];
/**
 * What is not there, or not for this caller, is of no backend: the gateway says so for itself, of a name as the caller
 * wrote it, behind that of its server where there are several.
 */
const GATEWAY = ['gateway', 'route'];

function agentgatewayDraft(record: Json, method: string): NativeDraft {
  const hidden = DISGUISED.exec(text(record.error) ?? '');
  const named =
    firstText(record, ['gen_ai.tool.name', 'gen_ai.prompt.name', 'mcp.resource.uri', 'mcp.resource.name']) ??
    hidden?.[1];
  const actor = firstText(record, ['jwt.act.sub', 'act.sub']);
  const client = firstText(record, ['jwt.client_id', 'jwt.azp']);
  const subject = text(record['jwt.sub']);
  const result = parsed(record['mcp.tool.result'] ?? record['gen_ai.tool.call.result']);
  return {
    occurred_at: record.time,
    source: { instance: record.gateway },
    agent: agentOf([
      ['actor', actor],
      ['service_account', client],
      ['consumer', firstText(record, ['apiKey.name', 'api_key.name', 'apiKey.id'])],
      ['subject', subject],
      ['cert', record['src.identity']],
    ]),
    user: {
      id:
        (actor ?? client) === undefined || client === subject ? firstText(record, ['user.id', 'enduser.id']) : subject,
      email: firstText(record, ['user.email', 'jwt.email']),
    },
    delegation: delegationOf({ sub: actor, act: { sub: record['jwt.act.act.sub'] } }, subject),
    session_id: record['mcp.session.id'],
    server: { id: firstText(record, ['mcp.target', 'backend', ...(hidden === null ? WAY : GATEWAY)]) },
    method,
    target: targetOf(method, named),
    args: args(record['mcp.tool.arguments'] ?? record['gen_ai.tool.call.arguments'] ?? record.tool_args),
    ...told(outcome(record, hidden !== null, result)),
    result,
    duration_ms: millis(record.duration),
    bytes_in: count(record['http.request.body.size'] ?? record['request.size']),
    bytes_out: count(record['http.response.body.size'] ?? record['response.size']),
    trace_id: record['trace.id'],
    span_id: record['span.id'],
    request_id: record['request.id'],
    src: { ip: host(record['src.addr']), user_agent: record['http.user_agent'] },
  };
}

const REFUSALS = new Set(['Authorization', 'ExtAuth', 'JwtAuth', 'Oidc', 'BasicAuth', 'APIKeyAuth', 'Guardrail']);

/** What guardrails refuse by; SDKs say two other things by the same code. */
const GUARDRAIL = '-32001';
const OTHERWISE = /\b(?:timed out|session not found)\b/i;

function outcome(record: Json, hidden: boolean, result: unknown): Outcome {
  const http_status = record['http.status'];
  const code = text(record['mcp.error.code']);
  const reason = firstText(record, ['mcp.error.message', 'error']);
  if (hidden) return { status: 'denied', code: code ?? '-32602', reason, http_status };
  const hearsay = !REFUSALS.has(text(record.reason) ?? '');
  if (!hearsay || (code === GUARDRAIL && !OTHERWISE.test(reason ?? '')))
    return { status: 'denied', code, reason, http_status, hearsay };
  if (record.reason === 'Timeout') return { status: 'timeout', code, reason, http_status };
  if (code !== undefined) return { ...rpcError(reason, code), code, reason, http_status };
  const status = httpStatus(http_status);
  if (status === 'ok' && object(result).isError === true) return { status: 'tool_error', reason, http_status };
  return { status: status === 'ok' && reason !== undefined ? 'transport_error' : status, reason, http_status };
}
