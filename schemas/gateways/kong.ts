import type { Gateway, NativeDraft } from './gateway.ts';
import { callOf, targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { httpStatus, type Outcome, rpcError, rpcOutcome, told } from './lib/outcome.ts';
import { isObject, type Json, lookup, object, objectsIn, parsed, text } from './lib/values.ts';

/** Kong AI MCP Proxy: the log record with `ai.mcp`, holding any number of JSON-RPC calls. */
export const kong: Gateway = {
  name: 'kong',
  title: 'Kong AI MCP Proxy log',
  reference: 'Kong/developer.konghq.com app/ai-gateway/ai-audit-log-reference.md (3.13)',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'decision',
    'duration_ms',
    'bytes_in',
    'bytes_out',
    'jsonrpc_id',
    'request_id',
    'src.ip',
    'src.user_agent',
    'facts.tools',
  ],
  optional: ['args', 'result', 'decision', 'facts.tools'],
  claims: (record) =>
    'started_at' in record && isObject(record.request) && isObject(record.latencies) && isObject(record.response),
  translate(record) {
    const mcp = object(object(record.ai).mcp);
    const calls = objectsIn(mcp.rpc);
    const audits = objectsIn(mcp.audit);
    if (calls.length === 0)
      return audits
        .filter(({ action }) => action === 'deny')
        .map((audit, i) => draft(record, fromAudit(audit), audit, i));
    return calls.map((call, i) => draft(record, call, auditOf(call, audits, calls.length), i));
  },
};

/** Of several decisions on a call the refusal counts. Calls of anything but a tool are not named: a decision is theirs by its kind. */
function auditOf({ method, tool_name: name }: Json, audits: Json[], calls: number): Json | undefined {
  const its = audits.filter(({ primitive, primitive_name }) =>
    name === undefined ? calls === 1 && lookup(BY_PRIMITIVE, primitive) === method : primitive_name === name,
  );
  return its.find(({ action }) => action === 'deny') ?? its[0];
}

const BY_PRIMITIVE: Record<string, string> = { tool: 'tools/call', resource: 'resources/read', prompt: 'prompts/get' };
const fromAudit = (audit: Json): Json => ({
  method: lookup(BY_PRIMITIVE, audit.primitive),
  tool_name: audit.primitive_name,
});

function draft(record: Json, rpc: Json, audit: Json | undefined, ordinal: number): NativeDraft {
  const request = object(record.request);
  const consumer = object(record.consumer);
  const payload = object(rpc.payload);
  const call = callOf(parsed(payload.request));
  const answer = parsed(payload.response);
  const method = text(rpc.method) ?? call.method;
  const requestId = text(request.id);
  return {
    event_id: requestId === undefined ? undefined : `${requestId}#${text(rpc.id) ?? ordinal}`,
    occurred_at: record.started_at,
    raw: {
      ...record,
      ai: { mcp: { ...object(object(record.ai).mcp), rpc: [rpc], audit: audit === undefined ? [] : [audit] } },
    },
    source: { instance: record.workspace_name },
    agent: agentOf([
      ['consumer', consumer.username ?? consumer.custom_id ?? consumer.id],
      ['consumer', object(audit?.consumer).name ?? object(audit?.consumer).id],
      ['api_key', object(record.authenticated_entity).id],
    ]),
    client: call.client,
    session_id: object(object(record.ai).mcp).mcp_session_id,
    server: { id: object(record.service).name ?? object(record.route).name ?? object(record.service).host },
    method,
    target: targetOf(method, rpc.tool_name ?? call.target?.name ?? audit?.primitive_name),
    args: call.args,
    ...told(
      outcome(record, rpc, audit, answer),
      audit === undefined ? undefined : { effect: audit.action === 'deny' ? 'deny' : 'allow', policy: audit.scope },
    ),
    result: object(answer).result,
    duration_ms: rpc.latency ?? object(record.latencies).request,
    bytes_in: request.size,
    bytes_out: rpc.response_body_size ?? object(record.response).size,
    jsonrpc_id: text(rpc.id),
    request_id: requestId,
    src: { ip: record.client_ip, user_agent: object(request.headers)['user-agent'] },
  };
}

/** Before 3.14 a refusal is a -32602 in an answer that looks well: the audit block is what tells. */
function outcome(record: Json, rpc: Json, audit: Json | undefined, answer: unknown): Outcome {
  const http_status = object(record.response).status;
  const reason = text(rpc.error);
  const status = httpStatus(http_status);
  const answered = rpcOutcome(answer);
  // The words alone are told, without the code.
  const said = reason === undefined ? undefined : rpcError(reason, '-32602');
  const hearsay = audit?.action !== 'deny' && status !== 'denied';
  if (!hearsay || said?.status === 'denied')
    return { status: 'denied', code: answered?.code, reason: reason ?? answered?.reason, http_status, hearsay };
  if (answered !== undefined && answered.status !== 'ok') return { ...answered, http_status };
  if (status === 'ok' && said !== undefined) return { ...said, reason, http_status };
  return { status, reason, http_status };
}
