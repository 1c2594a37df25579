import type { NativeDraft } from '../gateway.ts';
import { type Json, text } from './values.ts';

/** What spans of one export tell of each other: which of them are one call, and which of those tells it best. */
export interface Span {
  id: string;
  parent: string;
  side: 'client' | 'server';
  scope: string;
  raw: Json;
  resource: unknown;
  attributes: Json;
  call: NativeDraft | undefined;
  /** The step below it that names the server it chose. */
  step?: Json;
}

export type Spans = ReadonlyMap<string, Span>;
const MAX_HOPS = 8;

/** Calls above a span in its trace, nearest first, up to the server that made it; spans of other things may lie between. */
export function callsAbove(span: Span, spans: Spans): Span[] {
  const found: Span[] = [];
  for (let at = spans.get(span.parent), hop = 0; at !== undefined && hop < MAX_HOPS; at = spans.get(at.parent), hop++)
    if (at.call !== undefined) {
      found.push(at);
      if (at.side === 'server') break;
    }
  return found;
}

const nameOf = ({ call }: Span): string => text((call!.target as { name?: string } | undefined)?.name) ?? '';
const sameMethod = (a: Span, b: Span): boolean => a.call!.method === b.call!.method;
/** A gateway and the server behind it, where the request was passed on as it was. */
const passedOn = (a: Span, b: Span): boolean =>
  sameMethod(a, b) && nameOf(a) === nameOf(b) && text(a.call!.jsonrpc_id) === text(b.call!.jsonrpc_id);

export interface SpanTold {
  /**
   * Spans whose call another of this export tells better: a caller's above a server's or below a caller's, a server's
   * below its gateway's.
   */
  better: ReadonlySet<Span>;
  /** The innermost caller's span of those that tell one call, by the outermost. */
  innermost: ReadonlyMap<Span, Span>;
}

export function tell(calls: readonly Span[], spans: Spans): SpanTold {
  const better = new Set<Span>();
  const innermost = new Map<Span, Span>();
  for (const span of calls) {
    const callers = callsAbove(span, spans);
    for (const above of callers) {
      if (above.side === 'server') {
        if (span.side === 'server' && passedOn(above, span)) better.add(span);
      } else if (sameMethod(above, span)) {
        better.add(span.side === 'server' ? above : span);
        const known = innermost.get(above);
        if (span.side === 'client' && (known === undefined || callers.includes(known))) innermost.set(above, span);
      }
    }
  }
  return { better, innermost };
}

/**
 * Both sides of a call are named by the caller's span next to the server: the context goes from one to the other. Names
 * made of JSON-RPC ids would not do: they begin anew with each connection, so that two servers' calls could be one.
 */
export function pairOf(span: Span, caller: Span | undefined, { innermost }: SpanTold): string | undefined {
  if (text(span.raw.traceId) === undefined || text(span.raw.spanId) === undefined) return undefined;
  if (span.side === 'client') return (innermost.get(span) ?? span).id;
  return caller?.id ?? (text(span.raw.parentSpanId) === undefined ? span.id : span.parent);
}
