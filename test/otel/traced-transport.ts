import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/**
 * Spans around a transport of the MCP SDK, which makes none itself: one a request, CLIENT where it was sent and SERVER
 * where it was answered, by OpenTelemetry's conventions for MCP (semantic-conventions-genai, docs/gen-ai/mcp.md), with
 * the context in `params._meta` and arguments recorded.
 */
export function traced<T extends Transport>(transport: T, tracer: Tracer): T {
  const sent = new Map<unknown, Span>();
  const received = new Map<unknown, Span>();
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (!isRequest(message)) return send(end(received, message), options);
    const span = start(tracer, message, SpanKind.CLIENT, ROOT_CONTEXT);
    sent.set(message.id, span);
    return send(withContext(message, span), options);
  };
  // The protocol calls what stands here before its own handler.
  transport.onmessage = (message) => {
    if (isRequest(message)) received.set(message.id, start(tracer, message, SpanKind.SERVER, contextOf(message)));
    else end(sent, message);
  };
  return transport;
}

const isRequest = (message: JSONRPCMessage): message is JSONRPCRequest => 'method' in message && 'id' in message;

function start(tracer: Tracer, { id, method, params = {} }: JSONRPCRequest, kind: SpanKind, parent: Context): Span {
  const attributes: Attributes = {
    'mcp.method.name': method,
    'jsonrpc.request.id': String(id),
    'network.transport': 'pipe',
  };
  const name = typeof params.name === 'string' ? params.name : undefined;
  if (method === 'tools/call' && name !== undefined) {
    attributes['gen_ai.tool.name'] = name;
    attributes['gen_ai.operation.name'] = 'execute_tool';
    attributes['gen_ai.tool.call.arguments'] = JSON.stringify(params.arguments ?? {});
  }
  if (method === 'prompts/get' && name !== undefined) attributes['gen_ai.prompt.name'] = name;
  if (typeof params.uri === 'string') attributes['mcp.resource.uri'] = params.uri;
  return tracer.startSpan(name === undefined ? method : `${method} ${name}`, { kind, attributes }, parent);
}

function end(open: Map<unknown, Span>, message: JSONRPCMessage): JSONRPCMessage {
  const id = 'id' in message ? message.id : undefined;
  const span = open.get(id);
  open.delete(id);
  if ('error' in message) {
    const code = String(message.error.code);
    span?.setAttributes({ 'error.type': code, 'rpc.response.status_code': code });
    span?.setStatus({ code: 2, message: message.error.message });
  } else if ('result' in message && message.result.isError === true) {
    span?.setAttribute('error.type', 'tool_error');
    span?.setStatus({ code: 2 });
  }
  span?.end();
  return message;
}

function withContext(message: JSONRPCRequest, span: Span): JSONRPCRequest {
  const { traceId, spanId } = span.spanContext();
  const _meta = { ...message.params?._meta, traceparent: `00-${traceId}-${spanId}-01` };
  return { ...message, params: { ...message.params, _meta } };
}

function contextOf({ params }: JSONRPCRequest): Context {
  const [, traceId, spanId] = String(params?._meta?.traceparent ?? '').split('-');
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
}
