import type { RejectReason } from '../../schemas/event.ts';
import type { Gateway, NativeDraft } from '../../schemas/gateways/gateway.ts';
import type { Json } from '../../schemas/object.ts';
import { logBodies } from './log-bodies.ts';
import { HOLDERS, newUnpacking, packed, UnpackedTooLarge, type Unpacking, unpacked } from './packed.ts';
import { objectIn } from './parse.ts';

/** What collectors and buses wrap around a gateway's record is taken off here, before an adapter is chosen. */
type Headers = Readonly<Record<string, string>>;
/** One object of a record, with the adapter that claims it, or null where none does; or a part that is no object. */
interface Found {
  body: Json;
  headers: Headers;
  gateway: Gateway | null;
}
interface Refusal {
  reason: RejectReason;
  detail: string;
  part: unknown;
}
export type Part = Found | Refusal;
export const isRefusal = (part: Part): part is Refusal => 'reason' in part;

export type Recognise = (body: Json, headers: Headers) => Gateway | null;

/** Wrappers in wrappers are met: a container's line in CloudWatch's batch in Kinesis' is eight deep. Deeper is a mistake. */
const MAX_WRAPPERS = 8;
/**
 * Keys under which collectors put the line they read (Docker and CRI: log; Fluent Bit, Vector, Filebeat: message;
 * journald: MESSAGE; Google: textPayload; SNS: Message; SQS: body).
 */
const LINE_KEYS = ['log', 'message', 'MESSAGE', 'line', '_raw', 'textPayload', 'Message', 'body'];
/**
 * Keys under which it stands already parsed (Fluent Bit: log_processed; Splunk: event; Filebeat: json; EventBridge:
 * detail; Google: jsonPayload), or many of it (CloudTrail's files: Records; Event Hubs: records; CloudWatch subscriptions: logEvents).
 */
const PARSED_KEYS = ['log', 'MESSAGE', 'line', '_raw', 'log_processed', 'event', 'json', 'detail', 'jsonPayload'];
const LIST_KEYS = ['Records', 'records', 'logEvents'];
const WRAPPER_KEYS = new Set([...LINE_KEYS, ...PARSED_KEYS, ...LIST_KEYS, ...HOLDERS]);

/**
 * The objects in a parsed record. What an adapter claims is taken as it is: nothing that a caller wrote into a field of
 * it can pass for a record of its own.
 */
export function openEnvelopes(
  value: unknown,
  headers: Headers,
  recognise: Recognise,
  maxEvents: number,
): { parts: Part[]; unpacked: boolean } {
  const parts: Part[] = [];
  const unpacking = newUnpacking();
  const open = (inner: unknown, around: Headers, depth: number): void => {
    if (parts.length > maxEvents) return;
    const trouble =
      parts.length === maxEvents
        ? refusal('too_large', `more than ${maxEvents} events in one record`, null)
        : notAnObject(inner, depth);
    if (trouble !== null) parts.push(trouble);
    else if (Array.isArray(inner)) {
      const shared = inner.length > 1 ? withoutId(around) : around;
      for (const item of inner) open(item, shared, depth + 1);
    } else openObject(inner as Json, around, depth);
  };
  const openObject = (body: Json, around: Headers, depth: number): void => {
    const gateway = recognise(body, around);
    const logs = Array.isArray(body.resourceLogs) ? logBodies(body, (line) => logLine(line, around, recognise)) : null;
    if (logs !== null) {
      const shared = logs.lines.length > 1 || logs.rest !== null ? withoutId(around) : around;
      for (const line of logs.lines) open(line, shared, depth + 1);
      if (logs.rest !== null) parts.push({ body: logs.rest, headers: shared, gateway });
      return;
    }
    const content = gateway === null ? inside(body, around, recognise, unpacking) : null;
    if (content === null) parts.push({ body, headers: around, gateway });
    else if ('reason' in content) parts.push(content);
    else open(content.value, content.headers, depth + 1);
  };
  open(value, headers, 0);
  return { parts, unpacked: unpacking.opened };
}

/** What an object wraps, whatever the kind of wrapper; null where it is none. */
function inside(body: Json, around: Headers, recognise: Recognise, unpacking: Unpacking): Content | Refusal | null {
  try {
    return (
      cloudEvent(body, around, unpacking) ??
      dumped(body, around) ??
      packed(body, around, unpacking) ??
      wrapped(body, around, recognise)
    );
  } catch (error) {
    if (error instanceof UnpackedTooLarge) return refusal('too_large', error.message, body);
    throw error;
  }
}

interface Content {
  value: unknown;
  headers: Headers;
}

/** The id of an envelope is of one event, and of none where several are in it. */
function withoutId(headers: Headers): Headers {
  if (headers.ce_id === undefined) return headers;
  const { ce_id: _, ...others } = headers;
  return others;
}

const refusal = (reason: RejectReason, detail: string, part: unknown): Refusal => ({ reason, detail, part });

/** Neither an object nor a list of some, or too deep to be looked into. */
function notAnObject(value: unknown, depth: number): Refusal | null {
  if (depth > MAX_WRAPPERS) return refusal('too_deep', 'wrappers in wrappers', value);
  if (Array.isArray(value)) return value.length === 0 ? refusal('empty', 'an empty array', value) : null;
  if (typeof value === 'object' && value !== null) return null;
  return refusal('not_an_object', `expected an object, got ${value === null ? 'null' : typeof value}`, value);
}

/** A structured CloudEvent becomes its data, with the envelope's attributes as the headers of binary mode. */
function cloudEvent(body: Json, headers: Headers, unpacking: Unpacking): Content | null {
  if (typeof body.specversion !== 'string' || typeof body.type !== 'string' || typeof body.source !== 'string')
    return null;
  const attributes: Record<string, string> = { ...headers };
  for (const key of Object.keys(body)) {
    const value = body[key];
    if (key !== 'data' && key !== 'data_base64' && typeof value === 'string') attributes[`ce_${key}`] = value;
  }
  if (typeof body.data === 'string') return lineOf(body.data, attributes);
  if (typeof body.data === 'object' && body.data !== null) return { value: body.data, headers: attributes };
  const value = typeof body.data_base64 === 'string' ? unpacked(body.data_base64, unpacking) : null;
  return value === null ? null : { value, headers: attributes };
}

/** A Kafka record written out: `{ key, headers, value }`, or as `kcat -J` has it, headers in a list and the value in `payload`. */
function dumped(body: Json, around: Headers): Content | null {
  const { key, headers } = body;
  const value = body.value ?? body.payload;
  if (key === undefined || typeof headers !== 'object' || headers === null) return null;
  const pairs = Array.isArray(headers)
    ? headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : []))
    : Object.entries(headers);
  const own = Object.fromEntries(pairs.filter((pair) => pair.every((one) => typeof one === 'string')));
  if (typeof value === 'string') return lineOf(value, { ...around, ...own });
  return typeof value === 'object' && value !== null ? { value, headers: { ...around, ...own } } : null;
}

function wrapped(body: Json, headers: Headers, recognise: Recognise): Content | null {
  for (const key of LINE_KEYS) {
    const line = body[key];
    const inner = typeof line === 'string' ? lineOf(line, headers) : null;
    if (inner !== null) return inner;
  }
  // Shippers have objects of their own under the same names: what is inside must be known, or a wrapper itself.
  for (const key of PARSED_KEYS) {
    const value = body[key];
    if (Array.isArray(value)) return { value, headers };
    if (typeof value !== 'object' || value === null) continue;
    if (isKnown(value as Json, headers, recognise)) return { value, headers };
  }
  for (const key of LIST_KEYS) if (Array.isArray(body[key])) return { value: body[key], headers };
  return null;
}

const isKnown = (inner: Json, headers: Headers, recognise: Recognise): boolean =>
  recognise(inner, headers) !== null || Object.keys(inner).some((each) => WRAPPER_KEYS.has(each));

/** The record that the body of a log record is, or the list of some, or holds as text; null where it is anything else. */
function logLine(body: unknown, headers: Headers, recognise: Recognise): unknown {
  const value = typeof body === 'string' ? objectIn(body) : body;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return null;
  return isKnown(first as Json, headers, recognise) ? value : null;
}

function lineOf(line: string, headers: Headers): Content | null {
  const value = objectIn(line);
  return value === null ? null : { value, headers };
}

/** What the record does not say of itself, its envelope does: a CloudEvent's id, time and source, at last the time of receipt. */
export function enveloped(draft: NativeDraft, siblings: number, headers: Headers, receivedAt: number): NativeDraft {
  const { ce_id: id, ce_time: time, ce_source: source } = headers;
  const timed = draft.occurred_at !== undefined && draft.occurred_at !== null;
  if (timed && id === undefined && source === undefined) return draft;
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
