import type { Gateway, NativeDraft } from './gateway.ts';
import { attributes } from './lib/otlp.ts';
import { callFrom, outcomeFrom } from './lib/otlp-call.ts';
import { isObject, type Json, object, text } from './lib/values.ts';

/**
 * OpenTelemetry spans by the MCP and GenAI conventions, older names included. Of the spans that one call leaves (the
 * application's, the library's, the transport's, the server's) one is taken: the server's where it is in the same
 * export, else the outermost; they share a key, so that those which come apart count once as well.
 */
export const otlpTraces: Gateway = {
  name: 'otlp-traces',
  title: 'OpenTelemetry spans (MCP and GenAI conventions)',
  reference: 'open-telemetry/semantic-conventions-genai docs/gen-ai/mcp.md (v0.1.0)',
  carries: [
    'occurred_at',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'duration_ms',
    'trace_id',
    'span_id',
    'jsonrpc_id',
    'client',
    'src.ip',
  ],
  claims: (record) => Array.isArray(record.resourceSpans),
  translate(record) {
    const spans = spansOf(record);
    const calls = new Map<string, Span>();
    for (const span of spans) if (span.call !== undefined && !isLibraryNoise(span)) calls.set(span.id, span);
    return [...calls.values()].filter((span) => !counted(span, calls)).map((span) => draft(span, calls));
  },
};

interface Span {
  id: string;
  parent: string;
  side: 'client' | 'server';
  scope: string;
  raw: Json;
  resource: unknown;
  attributes: Json;
  call: NativeDraft | undefined;
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const SERVER = new Set<unknown>([2, 'SPAN_KIND_SERVER', 5, 'SPAN_KIND_CONSUMER']);
const INTERNAL = new Set<unknown>([undefined, 0, 1, 'SPAN_KIND_INTERNAL', 'SPAN_KIND_UNSPECIFIED']);

function spansOf(record: Json): Span[] {
  const found: Span[] = [];
  for (const { resource, scopeSpans } of list(record.resourceSpans)) {
    const about = attributes(object(resource).attributes);
    for (const { scope, spans } of list(scopeSpans))
      for (const raw of list(spans)) found.push({ ...spanOf(raw, about, text(object(scope).name) ?? ''), resource });
  }
  return found;
}

function spanOf(raw: Json, resource: Json, scope: string): Omit<Span, 'resource'> {
  const own = attributes(raw.attributes);
  // What is told by events of the span (`route to backend`) fills what the span leaves open.
  for (const event of list(raw.events).slice(0, 32)) {
    const more = attributes(event.attributes);
    for (const key of ['mcp.backend.name', 'exception.message'])
      if (own[key] === undefined && more[key] !== undefined) own[key] = more[key];
  }
  const side = SERVER.has(raw.kind) ? 'server' : 'client';
  const trace = text(raw.traceId) ?? '';
  const call = INTERNAL.has(raw.kind) && isStep(own) ? undefined : callFrom(own, resource, side);
  return {
    id: `${trace}/${text(raw.spanId)}`,
    parent: `${trace}/${text(raw.parentSpanId)}`,
    side,
    scope,
    raw,
    attributes: own,
    call,
  };
}

/** A step inside of a gateway: it names a tool, and neither a method nor an operation. */
const isStep = (own: Json): boolean =>
  own['mcp.method.name'] === undefined &&
  own['mcp.method'] === undefined &&
  own['gen_ai.operation.name'] === undefined &&
  own['mcp.tool.name'] === undefined &&
  own['tool.name'] === undefined &&
  own['traceloop.span.kind'] !== 'tool';

/** FastMCP lists its tools to itself around calls: a server's span with no parent that nobody asked for. */
const isLibraryNoise = ({ side, scope, raw, call }: Span): boolean =>
  side === 'server' &&
  scope.toLowerCase().includes('fastmcp') &&
  text(raw.parentSpanId) === undefined &&
  /\/list$/.test(text(call?.method) ?? '');

/** Another span of this export tells the same call better: a server's span below it, or a caller's above it. */
function counted(span: Span, calls: ReadonlyMap<string, Span>): boolean {
  if (span.side === 'server') return false;
  const parent = calls.get(span.parent);
  if (parent !== undefined && parent.side === 'client' && sameMethod(parent, span)) return true;
  for (const other of calls.values())
    if (other.side === 'server' && sameMethod(other, span) && isAbove(span, other, calls)) return true;
  return false;
}

const sameMethod = (a: Span, b: Span): boolean => a.call?.method === b.call?.method;

const MAX_HOPS = 8;

function isAbove(span: Span, below: Span, calls: ReadonlyMap<string, Span>): boolean {
  let at: Span | undefined = below;
  for (let hop = 0; at !== undefined && hop < MAX_HOPS; hop++) {
    if (at.parent === span.id) return true;
    at = calls.get(at.parent);
  }
  return false;
}

const WEAK = new Set(['none', 'client_name']);

function draft(span: Span, calls: ReadonlyMap<string, Span>): NativeDraft {
  const { raw } = span;
  const call = span.call!;
  const above = callerOf(span, calls)?.call;
  const from = nanos(raw.startTimeUnixNano);
  const to = nanos(raw.endTimeUnixNano);
  const status = object(raw.status);
  const failed = status.code === 2 || status.code === 'STATUS_CODE_ERROR';
  const agent = call.agent as { id_basis: string };
  const better = above !== undefined && WEAK.has(agent.id_basis) ? above.agent : agent;
  return {
    ...call,
    agent: better,
    args: call.args ?? above?.args,
    session_id: call.session_id ?? above?.session_id,
    occurred_at: raw.startTimeUnixNano,
    outcome: outcomeFrom(span.attributes, failed, text(status.message)),
    duration_ms: from === undefined || to === undefined || to < from ? undefined : Number(to - from) / 1e6,
    trace_id: raw.traceId,
    span_id: raw.spanId,
    raw: { resourceSpans: [{ resource: span.resource, scopeSpans: [{ scope: { name: span.scope }, spans: [raw] }] }] },
    pair: pairOf(span),
    // The caller's view gives way to the server's where both come.
    phase: span.side === 'server' ? 'complete' : 'response',
  };
}

function callerOf(span: Span, calls: ReadonlyMap<string, Span>): Span | undefined {
  let top: Span | undefined;
  for (let at = calls.get(span.parent), hop = 0; at !== undefined && hop < MAX_HOPS; at = calls.get(at.parent), hop++)
    top = at;
  return top;
}

/** JSON-RPC ids begin anew in each session: trace, method and name go with them. Without one the span stands for itself. */
function pairOf({ raw, call }: Span): string | undefined {
  const trace = text(raw.traceId);
  if (trace === undefined) return undefined;
  const id = text(call!.jsonrpc_id);
  const name = text((call!.target as { name?: string } | undefined)?.name) ?? '';
  return id === undefined ? `${trace}/${text(raw.spanId) ?? ''}` : `${trace}#${call!.method as string}#${name}#${id}`;
}

function nanos(value: unknown): bigint | undefined {
  const digits = text(value);
  return digits !== undefined && /^\d{1,20}$/.test(digits) ? BigInt(digits) : undefined;
}
