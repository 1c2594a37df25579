import type { Gateway, NativeDraft } from './gateway.ts';
import { callOf, targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { rpcOutcome, told } from './lib/outcome.ts';
import { isObject, type Json, lookup, message, object, text, texts } from './lib/values.ts';

/**
 * Golf Gateway: a request and its answer are two events, which belong together by the session and the JSON-RPC id of their
 * payloads. An answer without its payload names no request that it could be told to belong to, and is dropped; so are
 * logins and findings.
 */
export const golf: Gateway = {
  name: 'golf',
  title: 'Golf Gateway audit log',
  reference: 'docs.golf.dev/gateway/reference/audit-log-schema',
  carries: [
    'occurred_at',
    'agent.id',
    'client',
    'user',
    'caller.scopes',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'bytes_in',
    'jsonrpc_id',
    'facts.tools',
  ],
  optional: ['args', 'result', 'facts.tools'],
  claims: (record) =>
    typeof record.event_type === 'string' && text(record.gateway_id) !== undefined && 'integrity_hash' in record,
  translate(record) {
    if (/^mcp_(?:\w+_)?response$/.test(record.event_type as string)) return fromAnswer(record);
    return /^mcp_/.test(record.event_type as string) ? fromRequest(record) : [];
  },
};

/** What servers ask of their clients: its ids are the server's, and may be those of calls that run. */
const OF_SERVER: Record<string, string> = { sampling: 'sampling/createMessage', elicitation: 'elicitation/create' };
const asks = ({ event_type: type }: Json): string | undefined =>
  lookup(OF_SERVER, /^mcp_(\w+)_re(?:quest|sponse)$/.exec(type as string)?.[1]);

const refused = (record: Json): boolean =>
  object(record.security).blocked === true || object(record.authentication).authorization_result === 'denied';

function fromRequest(record: Json): NativeDraft[] {
  const call = callOf(message(record.mcp_request_payload));
  const method = text(record.mcp_method) ?? call.method ?? asks(record);
  if (method === undefined) return [];
  const security = object(record.security);
  const denied = refused(record);
  return [
    {
      ...shared(record, call.jsonrpc_id),
      own: JSON.stringify([method, record.mcp_tool_name, record.mcp_request_payload]),
      method,
      target: targetOf(method, record.mcp_tool_name ?? call.target?.name),
      args: call.args,
      bytes_in: security.content_size_bytes,
      outcome: denied
        ? { status: 'denied', reason: texts(security.threats_detected)?.join(', ') }
        : { status: 'unknown' },
      // What was refused will not be heard of again.
      phase: denied ? 'complete' : 'request',
    },
  ];
}

function fromAnswer(record: Json): NativeDraft[] {
  const answer = message(record.mcp_response_payload);
  const id = isObject(answer) ? text(answer.id) : undefined;
  const method = text(record.mcp_method);
  // Without a name it is the answer of no call that is known; that one was refused is not lost for that.
  const nameless = id === undefined || text(record.session_id) === undefined;
  if (nameless && (method === undefined || !refused(record))) return [];
  return [
    {
      ...shared(record, id),
      ...(method === undefined ? {} : { method, target: targetOf(method, record.mcp_tool_name) }),
      ...told(refused(record) ? { status: 'denied' } : (rpcOutcome(answer) ?? { status: 'unknown' })),
      result: object(answer).result,
      phase: 'complete',
    },
  ];
}

function shared(record: Json, id: string | undefined): NativeDraft {
  const client = object(record.client_info);
  const user = object(record.user);
  const login = object(record.authentication);
  const session = text(record.session_id);
  return {
    occurred_at: record.timestamp,
    source: { instance: record.gateway_name ?? record.gateway_id },
    agent: agentOf([
      ['subject', user.sub ?? login.user_id],
      ['client_name', client.name],
    ]),
    client: { name: client.name, version: client.version },
    user: { id: user.sub },
    caller: { scopes: texts(login.scopes) },
    session_id: session,
    server: { id: text(record.server_name) ?? record.gateway_name ?? record.gateway_id },
    jsonrpc_id: id,
    pair:
      id === undefined || session === undefined
        ? undefined
        : `~${session}#${asks(record) === undefined ? '' : 'server#'}${id}`,
  };
}
