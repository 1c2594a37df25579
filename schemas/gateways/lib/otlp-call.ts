import type { NativeDraft } from '../gateway.ts';
import { targetOf, withoutPrefix } from './call.ts';
import { agentOf, type Candidate, delegationOf } from './identity.ts';
import { meant, meantText } from './otlp.ts';
import { argsFrom } from './otlp-args.ts';
import { DENIAL, httpStatus, type Outcome, rpcError } from './outcome.ts';
import { count, type Json, object, parsed, text, texts } from './values.ts';

/** Whose span it is: the caller's, who answers, or something between, where a service may be either. */
type Side = 'client' | 'server' | 'inner';

/** What attributes may tell of a call; who is behind it, content and sizes where somebody has them written alone. */
export const CARRIED = [
  'occurred_at',
  'agent.id',
  'client',
  'user',
  'delegation',
  'caller.scopes',
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
  'jsonrpc_id',
  'request_id',
  'src.ip',
  'src.user_agent',
  'facts.tools',
];
export const CARRIED_IF_TOLD = [
  'agent.id',
  'user',
  'delegation',
  'caller.scopes',
  'args',
  'result',
  'bytes_in',
  'bytes_out',
  'src.user_agent',
  'facts.tools',
];

/** A call as attributes tell it, in a span or in a log record alike; undefined where they tell none. */
export function callFrom(attributes: Json, resource: Json, side: Side): NativeDraft | undefined {
  const tool = toolOf(attributes);
  const method = methodOf(attributes, tool);
  if (method === undefined) return undefined;
  const service = text(resource['service.name']);
  const server =
    meantText(attributes, 'server') ??
    agentcoreTarget(attributes) ??
    (side === 'server' ? undefined : meantText(attributes, 'serverAddress')) ??
    (side === 'client' ? undefined : (named(service) ?? text(attributes['fastmcp.server.name']) ?? service));
  const actor = text(attributes['jwt.act.sub']);
  const subject = text(attributes['jwt.sub']);
  const clientId = meantText(attributes, 'oauthClient');
  const user = meantText(attributes, 'user');
  const client = meantText(attributes, 'clientName');
  const team = text(attributes['litellm.team.alias']);
  // An agent's own client knows which agent it is; to a server that is told by the caller, and less than what it checked.
  const said: Candidate = ['service_account', meant(attributes, 'agentId')];
  const proven: Candidate[] = [
    ['service_account', clientId],
    ['subject', subject],
  ];
  return {
    agent: agentOf(
      [
        ['actor', actor],
        ...ofLitellm(attributes),
        ...(side === 'server' ? [...proven, said] : [said, ...proven]),
        ['subject', user],
        ['subject', attributes['user.email']],
        ['client_name', client],
        ['client_name', side === 'server' ? undefined : service],
      ],
      attributes['gen_ai.agent.name'],
      attributes['gen_ai.agent.version'],
    ),
    client: { name: client, version: meantText(attributes, 'clientVersion') },
    user: {
      id: user ?? ((actor ?? clientId) === undefined || clientId === subject ? undefined : subject),
      email: attributes['user.email'],
    },
    delegation: delegationOf({ sub: actor }, subject),
    caller: { scopes: texts(meant(attributes, 'scopes')), groups: team === undefined ? undefined : [team] },
    session_id: sessionOf(attributes),
    server: { id: server ?? 'unknown', url: attributes['url.full'] },
    method,
    target: targetBehind(gatewayTarget(attributes), method, nameOf(attributes, method, tool)),
    ...(method === 'tools/call' || method === 'prompts/get' ? argsFrom(attributes) : {}),
    result: parsed(meant(attributes, 'result')) ?? meantText(attributes, 'result'),
    bytes_in: count(attributes['http.request.body.size']),
    bytes_out: count(attributes['http.response.body.size']),
    jsonrpc_id: meantText(attributes, 'jsonrpcId'),
    request_id: text(attributes['http.request_id']),
    src: { ip: meantText(attributes, 'clientAddress'), user_agent: attributes['user_agent.original'] },
  };
}

/**
 * Whose key it was, as in LiteLLM's own payload: of a gateway's span it is who calls, not the gateway
 * (BerriAI/litellm litellm/integrations/otel/model/{semconv,baggage}.py, 2026-10).
 */
const ofLitellm = (attributes: Json): Candidate[] => [
  ['consumer', attributes['litellm.metadata.user_api_key_alias']],
  ['api_key', attributes['litellm.api_key.hash']],
];

/** A service that nobody named is called so by the SDK. */
const named = (service: string | undefined): string | undefined =>
  service?.startsWith('unknown_service') === true ? undefined : service;

/** Since 2026-07-28 MCP has no sessions: what an SDK writes there names one request. */
function sessionOf(attributes: Json): string | undefined {
  const protocol = meantText(attributes, 'protocol');
  if (protocol === undefined || protocol < '2026-07-28') return meantText(attributes, 'session');
  return text(attributes['gen_ai.conversation.id']);
}

const nameOf = (attributes: Json, method: string, tool: string | undefined): unknown =>
  method.startsWith('tools/') ? tool : meant(attributes, method.startsWith('prompts/') ? 'prompt' : 'resource');

/** The server behind a gateway, as the gateway's own spans name it. */
export const gatewayTarget = (attributes: Json): string | undefined =>
  ['mcp.target', 'mcp.server', 'mcp.backend.name', 'mcp.provider.name', 'litellm.mcp.server.name']
    .map((key) => text(attributes[key]))
    .find((name) => name !== undefined) ?? agentcoreTarget(attributes);

/** AgentCore names the server in the tool's name alone: `<target>___<tool>`. */
const agentcoreTarget = (attributes: Json): string | undefined =>
  attributes['aws.operation.name'] === undefined ? undefined : text(attributes['tool.name'])?.split('___', 2)[0];

/** The target without the name of its server, which gateways put before it. */
export function targetBehind(server: string | undefined, method: string, name: unknown): NativeDraft['target'] {
  const raw = text(name);
  return targetOf(method, withoutPrefix(raw, server, ['___', '__', '_', '-', '.', '/', ':']), raw);
}

function toolOf(attributes: Json): string | undefined {
  if (attributes['traceloop.span.kind'] === 'tool')
    return text(attributes['traceloop.entity.name'])?.replace(/\.tool$/, '');
  return meantText(attributes, 'tool');
}

const JSONRPC = /^(?:[a-z]{2,40}(?:\/[A-Za-z_]{1,40}){1,3}|initialize|ping)$/;

/** Some write the method where the convention wants the operation; a tool's name alone may mean a call of it. */
function methodOf(attributes: Json, tool: string | undefined): string | undefined {
  const told = meantText(attributes, 'method');
  if (told !== undefined) return told;
  const operation = text(attributes['gen_ai.operation.name']);
  if (operation === 'execute_tool') return tool === undefined ? undefined : 'tools/call';
  if (operation?.includes('/') && JSONRPC.test(operation)) return operation;
  const called =
    text(attributes['mcp.tool.name']) ??
    text(attributes['tool.name']) ??
    (attributes['traceloop.span.kind'] === 'tool' ? tool : undefined);
  return called === undefined ? undefined : 'tools/call';
}

/** The span's own status may be OK: the call was answered, and the answer tells of a failure. */
const toolFailed = (attributes: Json): boolean =>
  String(meant(attributes, 'isError')) === 'true' || meant(attributes, 'toolStatus') === 'error';

/** FastMCP's name, which is a server's, and Kuadrant's for what is not there, or not for this caller. */
const NOT_THERE = new Set(['NotFoundError', 'tool_not_found', 'prompt_not_found']);

export function outcomeFrom(attributes: Json, failed: boolean, message: string | undefined, result: unknown): Outcome {
  const type = text(attributes['error.type']);
  const http_status = meant(attributes, 'httpStatus') ?? (/^[45]\d\d$/.test(type ?? '') ? type : undefined);
  const code = meantText(attributes, 'rpcCode') ?? (type !== undefined && /^-\d+$/.test(type) ? type : undefined);
  const reason = meantText(attributes, 'reason') ?? message;
  const by = httpStatus(http_status);
  if (by === 'denied' || (reason !== undefined && DENIAL.test(reason)))
    return { status: 'denied', code, reason, http_status, hearsay: by !== 'denied' };
  if (type === 'tool_error' || attributes.success === false || toolFailed(attributes))
    return { status: 'tool_error', reason, http_status };
  if (type !== undefined && NOT_THERE.has(type))
    return { status: 'denied', code: type, reason, http_status, hearsay: type === 'NotFoundError' };
  if (code !== undefined && code !== '0') return { ...rpcError(reason, code), code, reason, http_status };
  if (type !== undefined && /timeout/i.test(type)) return { status: 'timeout', code: type, reason, http_status };
  if (by === 'timeout' || by === 'transport_error') return { status: by, code: type, reason, http_status };
  if (failed || type !== undefined) return { status: 'protocol_error', code: type, reason, http_status };
  return { status: object(result).isError === true ? 'tool_error' : 'ok', reason, http_status };
}
