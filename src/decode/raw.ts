import { eventSchema, type ParsedEvent } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { isObject, object } from '../../schemas/gateways/lib/values.ts';

/** Characters of originals that one record with many events may leave: what they share is kept with each of them. */
const MAX_SHARED_CHARS = 4 << 20;
export interface RawBudget {
  /** The part, or undefined where what is left does not do for it, nor for any after it. */
  take<T>(part: T): T | undefined;
}

export function createRawBudget(): RawBudget {
  let left = MAX_SHARED_CHARS;
  return {
    take(part) {
      left = left === 0 ? 0 : Math.max(0, left - charsOf(part, left, 0));
      return left === 0 ? undefined : part;
    },
  };
}

/** About how long the value is as JSON; what is beyond the limit is not looked at. */
function charsOf(value: unknown, limit: number, depth: number): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value !== 'object' || value === null || depth > MAX_RAW_DEPTH) return 8;
  let sum = 2;
  for (const key in value) {
    sum += key.length + 4 + charsOf((value as Record<string, unknown>)[key], limit - sum, depth + 1);
    if (sum >= limit) return limit;
  }
  return sum;
}

/**
 * What is kept of the original record beside the canonical event: all of a foreign format, without the content that
 * the event carries or must not carry; of the native format only what the event has no place for.
 */
export function remainder(
  context: { record: Record<string, unknown>; gateway: Gateway; siblings: number; raws: RawBudget },
  parsed: ParsedEvent,
): unknown {
  const { record, gateway, siblings, raws } = context;
  if (gateway.name !== 'native') {
    // Of a record with many events each keeps its own part, where the adapter gives one: never all of it again and again.
    const part = siblings === 1 ? (parsed.raw ?? record) : raws.take(parsed.raw);
    return part === undefined ? undefined : withoutContent(part, parsed);
  }
  if (parsed.raw !== undefined) return parsed.raw;
  let rest: Record<string, unknown> | undefined;
  for (const key in record) {
    const extra = beyond(SHAPE.get(key), record[key]);
    if (extra === undefined || key === '__proto__') continue;
    rest ??= {};
    rest[key] = extra;
  }
  return rest;
}

/** The part of a value that the event has no place for. */
function beyond(known: ReadonlySet<string> | null | undefined, value: unknown): unknown {
  if (known === undefined) return value;
  if (known === null || typeof value !== 'object' || value === null) return undefined;
  for (const name in value)
    if (!known.has(name)) return Object.fromEntries(Object.entries(value).filter(([key]) => !known.has(key)));
  return undefined;
}

/** Keys of the event, each with the keys of its object, or null where it is no object of fixed keys. */
const SHAPE = new Map<string, ReadonlySet<string> | null>(
  Object.entries(eventSchema.shape).map(([key, schema]) => {
    const inner = 'unwrap' in schema ? (schema.unwrap() as unknown) : schema;
    const shape = (inner as { shape?: object }).shape;
    return [key, shape === undefined ? null : new Set(Object.keys(shape))];
  }),
);

/** Keys under which the formats keep arguments and results: the event carries those, as far as they are to be kept. */
const CONTENT = new Set([
  'arguments',
  'args',
  'result',
  'data',
  'content',
  'content_text',
  'structuredContent',
  'requestBody',
  'responseBody',
  'mutatedRequestBody',
  'originalResponseBody',
  'tool_args',
  'mcp-tool-parameters',
  'mcp_request_payload',
  'mcp_response_payload',
  'mcp.tool.arguments',
  'mcp.tool.result',
  'mcp.tool.call.arguments',
  'mcp.request.argument',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'langfuse.observation.input',
  'langfuse.observation.output',
]);
/** What instrumentations call it in attributes of their own, `mcp.request.argument.city` and `output.value`. */
const CONTENT_ATTRIBUTE =
  /(?:^|\.)(?:input|output|arguments?|parameters|messages|completion)(?:\.|$)|(?:^|\.)prompt(?:\.\d|$)|(?:^|\.)(?:content|body)$|^(?:request|response)$/;
/** Events of a span are mostly messages to and from models and tools: only these tell what went wrong, and where. */
const EVENT_ATTRIBUTE = /^(?:exception|mcp)\./;

function isContentAttribute(item: unknown, inEvent: boolean): boolean {
  const { key, value } = object(item);
  if (typeof key !== 'string') return false;
  if (CONTENT.has(key)) return true;
  return isObject(value) && (CONTENT_ATTRIBUTE.test(key) || (inEvent && !EVENT_ATTRIBUTE.test(key)));
}

const MAX_RAW_DEPTH = 24;
/** `"result": "denied"` is an outcome: a mapping that was mended may want to read it. */
const isWord = (value: unknown): boolean =>
  typeof value === 'boolean' || (typeof value === 'string' && /^[a-z_]{1,16}$/i.test(value));

/**
 * A copy in which arguments and result, wherever the record held them, are left out. A payload may be all that there is:
 * of it only the bodies of request and answer go.
 */
function withoutContent(record: unknown, { args, result }: ParsedEvent): unknown {
  const isContent = (key: string, value: unknown, inPayload: boolean): boolean =>
    key === '__proto__' ||
    (inPayload && (key === 'response' || key === 'request')) ||
    (key === 'payload' && typeof value !== 'object') ||
    (CONTENT.has(key) && !(key === 'result' && result === undefined && isWord(value))) ||
    (typeof value === 'object' && value !== null && (value === args || value === result));
  const copy = (value: unknown, depth: number, under = '', inEvent = false): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_RAW_DEPTH) return null;
    if (Array.isArray(value))
      return value
        .filter((item) => !isContentAttribute(item, inEvent))
        .map((item) => copy(item, depth + 1, '', inEvent || under === 'events'));
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key];
      if (!isContent(key, inner, under === 'payload')) out[key] = copy(inner, depth + 1, key, inEvent);
    }
    return out;
  };
  return copy(record, 0);
}
