import type { Gateway, NativeDraft } from './gateway.ts';
import { callOf, targetOf, withoutPrefix } from './lib/call.ts';
import { agentOf, workload } from './lib/identity.ts';
import { type Outcome, rpcError, rpcOutcome, told } from './lib/outcome.ts';
import { isObject, type Json, lookup, message, object, parsed, text } from './lib/values.ts';

/** Stacklok ToolHive and vMCP: the audit line, with the keys it writes and those its documentation names. */
export const toolhive: Gateway = {
  name: 'toolhive',
  title: 'Stacklok ToolHive audit log',
  reference: 'stacklok/toolhive pkg/audit, pkg/vmcp/optimizer (v0.47) and guides-vmcp/audit-logging',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'client',
    'user',
    'delegation',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'duration_ms',
    'bytes_out',
    'jsonrpc_id',
    'src.ip',
    'src.user_agent',
    'facts.tools',
  ],
  optional: ['args', 'result', 'bytes_out', 'jsonrpc_id', 'facts.tools'],
  claims: (record) =>
    typeof record.type === 'string' &&
    isObject(record.target) &&
    'outcome' in record &&
    'component' in record &&
    ('audit_id' in record || 'auditId' in record || record.msg === 'audit_event'),
  translate(record) {
    const pieces = batchOf(record) ?? [record];
    return pieces.flatMap((piece) => {
      const method = methodOf(piece);
      return method === undefined ? [] : [{ ...draft(piece, method), ...(piece === record ? {} : { raw: piece }) }];
    });
  },
};

/** A batch is written as one request without a method: where its body is kept, as a line for each message in it. */
function batchOf(record: Json): Json[] | undefined {
  const data = object(record.data);
  const asked = record.type === 'http_request' ? parsed(data.request) : undefined;
  if (!Array.isArray(asked)) return undefined;
  const told = message(data.response);
  const answers = Array.isArray(told) ? told.map(object) : [];
  return asked.filter(isObject).map((request, i) => ({
    ...record,
    audit_id: `${text(record.audit_id ?? record.auditId) ?? ''}#${i}`,
    type: 'mcp_request',
    target: { ...object(record.target), method: request.method, name: callOf(request).target?.name },
    data: { request, response: answers.find(({ id }) => id !== undefined && id === request.id) },
  }));
}

/** The type says it where the line's own method is the HTTP verb, or missing. */
const METHODS: Record<string, string> = {
  mcp_initialize: 'initialize',
  mcp_tool_call: 'tools/call',
  mcp_tools_list: 'tools/list',
  mcp_resource_read: 'resources/read',
  mcp_resources_list: 'resources/list',
  mcp_prompt_get: 'prompts/get',
  mcp_prompts_list: 'prompts/list',
  mcp_ping: 'ping',
  mcp_logging: 'logging/setLevel',
  mcp_completion: 'completion/complete',
  mcp_roots_list_changed: 'notifications/roots/list_changed',
};

const STEP = 'vmcp_workflow_step_started';

function methodOf(record: Json): string | undefined {
  const type = record.type as string;
  const told = text(object(record.target).method);
  const denied = record.outcome === 'denied';
  // Composite tools of vMCP call others, step by step; how a step went is told without its tool.
  if (type === STEP) return text(object(record.target).tool_name) === undefined ? undefined : 'tools/call';
  if (type.startsWith('mcp_')) {
    const method = told ?? lookup(METHODS, type);
    const lost = denied && method === 'tools/call' && text(object(record.target).name) === undefined;
    return lost ? 'http_request' : method;
  }
  // Refused before the request was parsed: what it asked for is lost, that it was refused is not.
  return type === 'http_request' && denied ? 'http_request' : undefined;
}

function draft(record: Json, method: string): NativeDraft {
  const subjects = object(record.subjects);
  const extra = object(object(record.metadata).extra ?? record.extra);
  const source = object(record.source);
  const request = parsed(object(record.data).request);
  const call = callOf(request);
  const server = text(extra.backend_name) ?? text(record.component);
  const isStep = record.type === STEP;
  const raw = text(object(record.target)[isStep ? 'tool_name' : 'name']);
  const inner = raw === 'call_tool' ? dispatched(call.args) : undefined;
  return {
    event_id: record.audit_id ?? record.auditId,
    occurred_at: record.logged_at ?? record.loggedAt ?? record.time,
    source: { instance: record.component },
    ...identity(record),
    // The name that stands where a target's would is the client's own; else that of the token.
    client:
      call.client ??
      (method === 'initialize' ? { name: raw } : { name: subjects.client_name, version: subjects.client_version }),
    server: { id: server },
    method,
    target: targetOf(method, withoutPrefix(inner?.name ?? raw, text(extra.backend_name), ['_', '.', '-', '/']), raw),
    args:
      inner?.args ??
      call.args ??
      (isObject(request) && !('jsonrpc' in request) && !('method' in request) ? request : undefined),
    ...told(isStep ? { status: 'unknown' } : outcome(record, extra)),
    phase: isStep ? 'request' : undefined,
    result: object(message(object(record.data).response)).result,
    duration_ms: extra.duration_ms,
    bytes_out: extra.response_size_bytes,
    jsonrpc_id: call.jsonrpc_id,
    src: { ip: source.value, user_agent: object(source.extra).user_agent ?? subjects.user_agent },
  };
}

/**
 * The tool that vMCP's optimizer is asked to call (pkg/vmcp/optimizer/optimizer.go CallToolInput): Go reads names of any
 * case, the last of them, and looks among the parameters where there is none.
 */
function dispatched(args: Json | undefined): { name: string; args: Json } | undefined {
  const read = (name: string): unknown =>
    Object.entries(args ?? {}).findLast(([key]) => key.toLowerCase() === name)?.[1];
  const { tool_name: nested, ...parameters } = object(read('parameters'));
  const name = text(read('tool_name'));
  if (name !== undefined) return { name, args: object(read('parameters')) };
  return text(nested) === undefined ? undefined : { name: text(nested)!, args: parameters };
}

function identity(record: Json): NativeDraft {
  const { user, user_id: id, client_name: client, client_version: version } = object(record.subjects);
  const chain = object(record.delegation).chain;
  const links = (Array.isArray(chain) ? chain : [])
    .filter((link) => text(object(link).sub) !== undefined)
    .map((link) => ({ iss: link.iss, sub: link.sub }));
  const subject = text(id) === 'anonymous' ? undefined : text(id);
  const both = subject !== undefined && text(client) !== undefined ? `${text(client)}@${subject}` : undefined;
  // Whoever acts goes by its own name, whatever client its token was made for.
  const own = workload(text(links[0]?.sub) ?? '').name;
  return {
    agent: agentOf(
      [
        ['actor', links[0]?.sub],
        ['subject', both],
        ['subject', subject],
      ],
      own ?? client,
      own === undefined ? version : undefined,
    ),
    user: { id: subject, email: text(user)?.includes('@') ? user : undefined },
    delegation: links.length > 0 ? links : undefined,
  };
}

const STATUS: Record<string, Outcome['status']> = {
  success: 'ok',
  denied: 'denied',
  failure: 'transport_error',
  error: 'transport_error',
};

function outcome(record: Json, extra: Json): Outcome {
  const said = text(record.outcome) ?? '';
  const answer = rpcOutcome(message(object(record.data).response));
  if (said === 'application_error')
    return {
      ...rpcError(extra.jsonrpc_error_message, extra.jsonrpc_error_code),
      code: extra.jsonrpc_error_code,
      reason: extra.jsonrpc_error_message,
    };
  const status = lookup(STATUS, said) ?? 'unknown';
  // A failed tool and, over SSE, a JSON-RPC error are written as success: the answer knows better where it is kept.
  return status === 'ok' && answer !== undefined ? answer : { status };
}
