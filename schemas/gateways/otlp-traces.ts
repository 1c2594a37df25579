import { agentgateway } from './agentgateway.ts';
import type { Gateway, NativeDraft, RecordContext } from './gateway.ts';
import { contextforgeSpan } from './lib/contextforge-spans.ts';
import { INTERNAL, isLibraryNoise, isTransport, sent } from './lib/library-spans.ts';
import { logfireSpan } from './lib/logfire-spans.ts';
import { attributes, scopesOf, stamp } from './lib/otlp.ts';
import { CARRIED, CARRIED_IF_TOLD, callFrom, gatewayTarget, outcomeFrom, targetBehind } from './lib/otlp-call.ts';
import { told } from './lib/outcome.ts';
import { fillFromEvents } from './lib/span-events.ts';
import { callsAbove, pairOf, type Span, type Spans, type SpanTold, tell } from './lib/span-tree.ts';
import { type Json, object, objectsIn, text } from './lib/values.ts';

/**
 * OpenTelemetry spans by the MCP and GenAI conventions, older names included. Of the spans that one call leaves (the
 * application's, the library's, the transport's, the server's) one is taken: the server's where it is in the same
 * export, else the outermost; they share a key, so that those which come apart count once as well.
 */
export const otlpTraces: Gateway = {
  name: 'otlp-traces',
  title: 'OpenTelemetry spans (MCP and GenAI conventions)',
  reference: 'open-telemetry/semantic-conventions-genai docs/gen-ai/mcp.md (v0.1.0)',
  carries: CARRIED,
  optional: CARRIED_IF_TOLD,
  claims: (record) => Array.isArray(record.resourceSpans),
  translate(record, context) {
    const spans = new Map(spansOf(record, context).map((span) => [span.id, span]));
    const calls = [...spans.values()].filter((span) => span.call !== undefined && !isLibraryNoise(span));
    nameServers(spans);
    const known = tell(calls, spans);
    return calls
      .filter((span) => !known.better.has(span) && !isTransport(span))
      .map((span) => draft(span, spans, known));
  },
};

/** A gateway's own span names itself; the server that it chose is named by a step below. */
function nameServers(spans: Spans): void {
  for (const step of spans.values()) {
    const server = step.call === undefined ? gatewayTarget(step.attributes) : undefined;
    const span = server === undefined ? undefined : callsAbove(step, spans)[0];
    if (span?.side !== 'server' || gatewayTarget(span.attributes) !== undefined) continue;
    span.step = step.raw;
    const call = span.call!;
    const { raw_name: raw, name } = call.target as { name?: string; raw_name?: string };
    span.call = { ...call, server: { id: server }, target: targetBehind(server, call.method as string, raw ?? name) };
  }
}
const SERVER = new Set<unknown>([2, 'SPAN_KIND_SERVER', 5, 'SPAN_KIND_CONSUMER']);

function spansOf(record: Json, context: RecordContext): Span[] {
  const found: Span[] = [];
  for (const home of objectsIn(record.resourceSpans)) {
    const { resource } = home;
    const about = attributes(object(resource).attributes);
    for (const { scope, spans } of scopesOf(home, 'Spans'))
      for (const raw of objectsIn(spans))
        found.push({ ...spanOf(raw, about, text(object(scope).name) ?? '', context, found.length), resource });
  }
  return found;
}

function spanOf(
  raw: Json,
  resource: Json,
  scope: string,
  context: RecordContext,
  place: number,
): Omit<Span, 'resource'> {
  const name = text(raw.name) ?? '';
  const written = attributes(raw.attributes);
  const logfire = logfireSpan(name, written);
  const own = logfire?.own ?? written;
  fillFromEvents(own, objectsIn(raw.events));
  const side = logfire?.side ?? (SERVER.has(raw.kind) ? 'server' : 'client');
  const trace = text(raw.traceId) ?? '';
  const meant = contextforgeSpan(name, sent(name, own));
  const isInner = logfire === undefined && INTERNAL.has(raw.kind);
  const call =
    meant === null || (INTERNAL.has(raw.kind) && isStep(meant))
      ? undefined
      : (fromAgentgateway(own, side, context) ?? callFrom(meant, resource, isInner ? 'inner' : side));
  return {
    id: `${trace}/${text(raw.spanId) ?? `#${place}`}`,
    parent: `${trace}/${text(raw.parentSpanId)}`,
    side,
    scope,
    raw,
    attributes: own,
    call,
  };
}

/** agentgateway writes on its spans what it writes in its log: a refusal in disguise is one here as well. */
function fromAgentgateway(own: Json, side: 'client' | 'server', context: RecordContext): NativeDraft | undefined {
  if (side !== 'server' || own.gateway === undefined || own['http.status'] === undefined) return undefined;
  return agentgateway.translate(own, context)[0];
}

/** A step inside of a gateway: it names a tool, and neither a method nor an operation. */
const isStep = (own: Json): boolean =>
  own['mcp.method.name'] === undefined &&
  own['mcp.method'] === undefined &&
  own['gen_ai.operation.name'] === undefined &&
  own['mcp.tool.name'] === undefined &&
  own['tool.name'] === undefined &&
  own['traceloop.span.kind'] !== 'tool';

const WEAK = new Set(['none', 'client_name']);

function draft(span: Span, spans: Spans, known: SpanTold): NativeDraft {
  const { raw, step } = span;
  const call = span.call!;
  const callers = callsAbove(span, spans).filter(({ side }) => side === 'client');
  const above = callers.at(-1)?.call;
  const from = nanos(stamp(raw.startTimeUnixNano));
  const to = nanos(raw.endTimeUnixNano);
  const agent = call.agent as { id_basis: string };
  const better = above !== undefined && WEAK.has(agent.id_basis) ? above.agent : agent;
  return {
    ...call,
    agent: better,
    target: isNamed(call) || above?.method !== call.method ? call.target : above?.target,
    args: call.args ?? above?.args,
    args_state: call.args === undefined ? above?.args_state : call.args_state,
    session_id: call.session_id ?? above?.session_id,
    occurred_at: stamp(raw.startTimeUnixNano) ?? stamp(raw.endTimeUnixNano),
    ...(call.outcome === undefined ? went(span) : {}),
    duration_ms: from === undefined || to === undefined || to < from ? undefined : Number(to - from) / 1e6,
    trace_id: raw.traceId,
    span_id: raw.spanId,
    raw: {
      resourceSpans: [
        {
          resource: span.resource,
          scopeSpans: [{ scope: { name: span.scope }, spans: step === undefined ? [raw] : [raw, step] }],
        },
      ],
    },
    pair: pairOf(span, callers[0], known),
    // Which span its parent is, the caller says, and may say it of many calls.
    own: span.side === 'server' && text(raw.parentSpanId) !== undefined ? span.id : undefined,
    kin: span.side === 'client' ? kinOf(span) : undefined,
    phase: phaseOf(span, better as { id_basis: string }),
  };
}

/** To a caller even a status is the server's own word. */
function went({ attributes: own, side, raw, call }: Span): Pick<NativeDraft, 'outcome' | 'decision'> {
  const { code, message } = object(raw.status);
  const failed = code === 2 || code === 'STATUS_CODE_ERROR';
  const outcome = outcomeFrom(own, failed, text(message), call!.result);
  return told(side === 'client' ? { ...outcome, hearsay: true } : outcome);
}

const isNamed = ({ target }: NativeDraft): boolean => (target as { name?: string }).name !== undefined;

/** Only spans that tell the same are of one call: an agent's run may stand around it, or a call of another tool. */
function kinOf({ id, parent, raw, call }: Span): NativeDraft['kin'] {
  const { method, target } = call as { method: string; target: { name?: string } };
  // Of those that tell of one read, not each knows what was read.
  const what = method === 'resources/read' ? method : `${method}/${text(target.name) ?? ''}`;
  return { own: `${id}/${what}`, above: text(raw.parentSpanId) === undefined ? undefined : `${parent}/${what}` };
}

/**
 * The caller's view gives way to the server's; a server that does not know who called waits for the caller's. A gateway
 * that knows who called has told it all.
 */
function phaseOf(
  { side, raw, attributes: own }: Span,
  { id_basis: basis }: { id_basis: string },
): 'request' | 'response' | 'complete' {
  const ofGateway = INTERNAL.has(raw.kind) || own['litellm.call_id'] !== undefined;
  if (side === 'client') return ofGateway && !WEAK.has(basis) ? 'complete' : 'request';
  return basis === 'none' && text(raw.parentSpanId) !== undefined ? 'response' : 'complete';
}

function nanos(value: unknown): bigint | undefined {
  const digits = text(value);
  return digits !== undefined && /^\d{1,20}$/.test(digits) ? BigInt(digits) : undefined;
}
