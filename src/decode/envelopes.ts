import type { RejectReason } from '../../schemas/event.ts';
import type { NativeDraft } from '../../schemas/gateways/gateway.ts';

/** What collectors and buses wrap around a gateway's record is taken off here, before an adapter is chosen. */
type Headers = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;
export interface Found {
  body: Json;
  headers: Headers;
}

/** A wrapper in a wrapper in a wrapper is met; deeper is a mistake. */
const MAX_WRAPPERS = 6;
/** Keys under which collectors put the line they read (Docker and CRI: log; Fluent Bit, Vector, Filebeat: message; Splunk: event). */
const LINE_KEYS = ['log', 'message', 'MESSAGE', 'line', '_raw'];

/** Fills `out`; answers what makes the whole record refused, or null. */
export function envelopes(
  value: unknown,
  headers: Headers,
  out: Found[],
  maxEvents: number,
  depth = 0,
): { reason: RejectReason; detail: string } | null {
  if (Array.isArray(value)) {
    if (depth > MAX_WRAPPERS) return { reason: 'too_deep', detail: 'arrays in arrays' };
    if (value.length === 0 && depth === 0) return { reason: 'empty', detail: 'an empty array' };
    for (const item of value) {
      const trouble = envelopes(item, headers, out, maxEvents, depth + 1);
      if (trouble !== null) return trouble;
    }
    return null;
  }
  if (typeof value !== 'object' || value === null)
    return {
      reason: 'not_an_object',
      detail: `expected an object, got ${value === null ? 'null' : typeof value}`,
    };
  const body = value as Json;
  if (depth <= MAX_WRAPPERS) {
    const inner = cloudEvent(body, headers) ?? wrapped(body, headers);
    if (inner !== null) return envelopes(inner.value, inner.headers, out, maxEvents, depth + 1);
  }
  if (out.length >= maxEvents)
    return {
      reason: 'too_large',
      detail: `more than ${maxEvents} events in one record`,
    };
  out.push({ body, headers });
  return null;
}

/** A structured CloudEvent becomes its data, with the envelope's attributes as the headers of binary mode. */
function cloudEvent(body: Json, headers: Headers): { value: unknown; headers: Headers } | null {
  if (typeof body.specversion !== 'string' || typeof body.type !== 'string' || typeof body.source !== 'string')
    return null;
  const attributes: Record<string, string> = { ...headers };
  for (const key of Object.keys(body)) {
    const value = body[key];
    if (key !== 'data' && key !== 'data_base64' && typeof value === 'string') attributes[`ce_${key}`] = value;
  }
  if (typeof body.data === 'string') return lineOf(body.data, attributes);
  if (typeof body.data === 'object' && body.data !== null) return { value: body.data, headers: attributes };
  if (typeof body.data_base64 === 'string')
    return lineOf(Buffer.from(body.data_base64, 'base64').toString('utf8'), attributes);
  return null;
}

function wrapped(body: Json, headers: Headers): { value: unknown; headers: Headers } | null {
  for (const key of LINE_KEYS) {
    const line = body[key];
    if (typeof line === 'string') {
      const inner = lineOf(line, headers);
      if (inner !== null) return inner;
    } else if (key !== 'message' && typeof line === 'object' && line !== null) return { value: line, headers };
  }
  return null;
}

/** An object or array written as text; null where the text is something else. */
function lineOf(line: string, headers: Headers): { value: unknown; headers: Headers } | null {
  const start = line.search(/[[{]/);
  if (start === -1 || start > 80) return null;
  try {
    const value: unknown = JSON.parse(line.slice(start));
    return typeof value === 'object' && value !== null ? { value, headers } : null;
  } catch {
    return null;
  }
}

/** What the record does not say of itself, its envelope does: a CloudEvent's id, time and source, at last the time of receipt. */
export function enveloped(draft: NativeDraft, siblings: number, headers: Headers, receivedAt: number): NativeDraft {
  const { ce_id: id, ce_time: time, ce_source: source } = headers;
  if (draft.occurred_at !== undefined && draft.occurred_at !== null && id === undefined) return draft;
  const whole: NativeDraft = { ...draft };
  whole.occurred_at ??= time ?? receivedAt;
  if (siblings === 1 && draft.pair === undefined) whole.event_id ??= id;
  if (source !== undefined) whole.source = { instance: source, ...withoutBlank(draft.source) };
  return whole;
}

const withoutBlank = (value: unknown): object =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null))
    : {};
