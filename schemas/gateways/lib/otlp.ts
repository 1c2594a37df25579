import { isObject, type Json, object, objectsIn, text } from './values.ts';

/** Reading OTLP/JSON: attributes as plain values, and where they are known by several names, which one is meant. */
export function attributes(list: unknown): Json {
  const out: Json = Object.create(null) as Json;
  if (!Array.isArray(list)) return out;
  for (const item of list) {
    const { key, value } = object(item);
    if (typeof key === 'string') out[key] = anyValue(value, 0);
  }
  return out;
}

/**
 * The scopes of one resource. Before 0.16 of the protocol they were instrumentation libraries, and log records were
 * `logs` in them: exporters of that time still write them so.
 */
export function scopesOf(resource: Json, kind: 'Spans' | 'Logs'): Json[] {
  const scopes = objectsIn(resource[`scope${kind}`]);
  const libraries = resource[`instrumentationLibrary${kind}`];
  if (libraries === undefined) return scopes;
  const renamed = objectsIn(libraries).map(({ instrumentationLibrary, logs, ...rest }) => ({
    scope: instrumentationLibrary,
    ...(logs === undefined ? {} : { logRecords: logs }),
    ...rest,
  }));
  return [...scopes, ...renamed];
}

const MAX_DEPTH = 16;

export function anyValue(value: unknown, depth = 0): unknown {
  if (!isObject(value) || depth > MAX_DEPTH) return undefined;
  if ('stringValue' in value) return value.stringValue;
  if ('boolValue' in value) return value.boolValue;
  if ('intValue' in value) return whole(value.intValue);
  if ('doubleValue' in value) return value.doubleValue;
  if ('bytesValue' in value) return value.bytesValue;
  if ('arrayValue' in value) {
    const { values } = object(value.arrayValue);
    return Array.isArray(values) ? values.map((item) => anyValue(item, depth + 1) ?? null) : [];
  }
  if (!('kvlistValue' in value)) return undefined;
  const { values } = object(value.kvlistValue);
  const entries = (Array.isArray(values) ? values : []).map((item) => [
    text(object(item).key) ?? '',
    anyValue(object(item).value, depth + 1) ?? null,
  ]);
  return Object.fromEntries(entries.filter(([key]) => key !== '__proto__'));
}

/** 64 bits come as text; what no number can hold stays so, for ids of that size must not become others. */
function whole(value: unknown): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : text(value);
}

/** Nanoseconds of the epoch; zero is how the protocol says that a time is not known. */
export const stamp = (nanos: unknown): unknown => (Number(nanos) === 0 ? undefined : nanos);

/** One meaning, its names: today's first, then older conventions and what vendors write. */
const ALIASES = {
  method: ['mcp.method.name', 'mcp.method', 'mcp.request.method'],
  tool: ['gen_ai.tool.name', 'mcp.tool.name', 'mcp.tool', 'tool.name'],
  prompt: ['gen_ai.prompt.name', 'mcp.prompt.name'],
  resource: ['mcp.resource.uri', 'mcp.resource'],
  jsonrpcId: ['jsonrpc.request.id', 'mcp.request.id', 'rpc.jsonrpc.request_id'],
  session: ['mcp.session.id', 'gen_ai.conversation.id', 'session.id'],
  server: [
    'mcp.server.name',
    'mcp.server',
    'mcp.target',
    'mcp.backend.name',
    'mcp.provider.name',
    'mcp.server.id',
    'contextforge.gateway_id',
    'tool.gateway_id',
    'litellm.mcp.server.name',
  ],
  args: [
    'gen_ai.tool.call.arguments',
    'mcp.tool.arguments',
    'mcp.tool.call.arguments',
    'mcp.request.argument',
    'traceloop.entity.input',
    'langfuse.observation.input',
  ],
  result: ['gen_ai.tool.call.result', 'mcp.tool.result', 'traceloop.entity.output', 'output.value'],
  rpcCode: ['rpc.response.status_code', 'rpc.jsonrpc.error_code', 'mcp.error.code', 'jsonrpc.error.code'],
  httpStatus: ['http.response.status_code', 'http.status_code', 'http.status', 'mcp.http.status_code', 'response_code'],
  agentId: ['gen_ai.agent.id', 'agent.id'],
  oauthClient: ['oauth.client_id', 'jwt.client_id', 'client_id'],
  user: ['user.id', 'enduser.id', 'user', 'litellm.metadata.user_api_key_user_id'],
  scopes: ['enduser.scope', 'oauth.scope'],
  protocol: ['mcp.protocol.version', 'mcp.request.protocol_version'],
  clientName: ['mcp.client.name', 'user_agent.name'],
  clientVersion: ['mcp.client.version', 'user_agent.version'],
  clientAddress: ['client.address', 'network.peer.address', 'net.peer.ip', 'litellm.metadata.requester_ip_address'],
  serverAddress: ['server.address', 'mcp.server.hostname', 'peer.service', 'net.peer.name'],
  duration: ['duration.ms', 'duration_ms', 'latency_ms'],
  isError: ['mcp.tool.result.is_error', 'mcp.result.is_error'],
  toolStatus: ['gen_ai.tool.status'],
  reason: ['error.message', 'mcp.error.message', 'exception.message'],
} as const;

type Meaning = keyof typeof ALIASES;

export function meant(attributes: Json, meaning: Meaning): unknown {
  for (const name of ALIASES[meaning]) {
    const value = attributes[name];
    // Envoy writes a dash for nothing.
    if (value !== undefined && value !== null && value !== '' && value !== '-') return value;
  }
  return undefined;
}

export const meantText = (attributes: Json, meaning: Meaning): string | undefined => text(meant(attributes, meaning));
