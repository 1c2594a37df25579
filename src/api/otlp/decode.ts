import { parseExact } from '../../../schemas/exact-json.ts';
import { scopesOf } from '../../../schemas/gateways/lib/otlp.ts';
import { isObject, type Json } from '../../../schemas/object.ts';
import { Refusal } from '../problems.ts';
import { messageType } from './messages.ts';

export type Signal = 'traces' | 'logs';

const ROOTS = { traces: 'TracesData', logs: 'LogsData' } as const;
const IDS = ['traceId', 'spanId', 'parentSpanId'];

/** An export request as OTLP/JSON has it: 64-bit numbers as text, ids in hex. */
export function decodeExport(signal: Signal, body: Buffer, isProtobuf: boolean): Json {
  return isProtobuf ? fromProtobuf(signal, body) : withScopes(signal, fromJson(signal, body));
}

/** Scopes under today's name, which are parted and counted below; what stands elsewhere would be lost in silence. */
function withScopes(signal: Signal, value: Json): Json {
  const { resources, scopes, libraries, kind, items } = KEYS[signal];
  for (const resource of listed(value, resources)) {
    if (listed(resource, libraries).length > 0) {
      resource[scopes] = scopesOf(resource, kind);
      delete resource[libraries];
    }
    if (resource[scopes] === undefined && Object.values(resource).some(Array.isArray))
      throw unreadable(`a resource holds no list ${scopes}`, signal);
    for (const scope of listed(resource, scopes)) listed(scope, items);
  }
  return value;
}

function listed(holder: Json, name: string): Json[] {
  const value = holder[name] ?? [];
  if (Array.isArray(value) && value.every((item) => isObject(item))) return value;
  throw new Refusal(400, 'unreadable', `${name} is no list of objects`, 'check the exporter');
}

const unreadable = (what: string, signal: Signal): Refusal =>
  new Refusal(400, 'unreadable', what, `send ${signal} here, as OTLP/JSON names them`);

function fromJson(signal: Signal, body: Buffer): Json {
  const root = KEYS[signal].resources;
  try {
    const value = parseExact(body.toString('utf8'));
    if (isObject(value)) {
      // Something, and nothing of this signal: taken for an empty export it would be lost in silence.
      if (Object.keys(value).length === 0 || Array.isArray(value[root])) return value;
      throw unreadable(`the body holds no list ${root}`, signal);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // Told below, as what is JSON and yet no object.
  }
  throw new Refusal(400, 'unreadable', 'the body is no OTLP export request in JSON', 'check the exporter');
}

function fromProtobuf(signal: Signal, body: Buffer): Json {
  const type = messageType(ROOTS[signal]);
  try {
    const value = withScopes(signal, type.toObject(type.decode(body), { longs: String, bytes: String }));
    for (const item of items(signal, value)) {
      hexIds(item);
      if (Array.isArray(item.links)) for (const link of item.links as Json[]) hexIds(link);
    }
    return value;
  } catch {
    throw new Refusal(400, 'unreadable', 'the body is no OTLP export request in protobuf', 'check the exporter');
  }
}

function hexIds(item: Json): void {
  for (const name of IDS) {
    const id = item[name];
    if (typeof id === 'string') item[name] = Buffer.from(id, 'base64').toString('hex');
  }
}

const list = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((inner): inner is Json => typeof inner === 'object' && inner !== null) : [];

const KEYS = {
  traces: {
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    libraries: 'instrumentationLibrarySpans',
    kind: 'Spans',
    items: 'spans',
  },
  logs: {
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    libraries: 'instrumentationLibraryLogs',
    kind: 'Logs',
    items: 'logRecords',
  },
} as const;

const items = (signal: Signal, value: Json): Json[] => units(signal, value).map(({ item }) => item);

/** One span or log record, with where it hangs. */
interface Unit {
  resource: Json;
  scope: Json;
  item: Json;
}

function units(signal: Signal, value: Json): Unit[] {
  const keys = KEYS[signal];
  return list(value[keys.resources]).flatMap((resource) =>
    list(resource[keys.scopes]).flatMap((scope) => list(scope[keys.items]).map((item) => ({ resource, scope, item }))),
  );
}

/**
 * The request as texts of at most `maxBytes`, one where it fits; else parted between traces where that is possible,
 * since the spans of one call are told apart from several calls only within one text.
 */
export function exportTexts(signal: Signal, value: Json, maxBytes: number, maxItems: number): string[] {
  const all = units(signal, value);
  if (all.length === 0) return [];
  const whole = textOf(value);
  if (all.length <= maxItems && Buffer.byteLength(whole) <= maxBytes) return [whole];
  const traceOf = ({ item }: Unit): string => String(item.traceId ?? '');
  const byTrace = all.sort((a, b) => Number(traceOf(a) > traceOf(b)) - Number(traceOf(a) < traceOf(b)));
  return halves(signal, byTrace, { maxBytes, maxItems, left: MAX_GROWTH * whole.length });
}

/** What could be read can be nested too deeply to be written again: that is the sender's fault, and stays so. */
function textOf(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw new Refusal(400, 'unreadable', 'the body is nested too deeply', 'check the exporter');
  }
}

/** Each part repeats the resources of its items: where they are large and items many, there is no end to it. */
const MAX_GROWTH = 32;

function halves(signal: Signal, part: Unit[], limits: { maxBytes: number; maxItems: number; left: number }): string[] {
  if (part.length <= limits.maxItems) {
    const text = JSON.stringify(assemble(signal, part));
    limits.left -= text.length;
    if (limits.left < 0)
      throw new Refusal(413, 'too_large', 'its resources are too large to go with each part', 'send smaller batches');
    if (part.length === 1 || Buffer.byteLength(text) <= limits.maxBytes) return [text];
  }
  const middle = part.length >> 1;
  return [part.slice(0, middle), part.slice(middle)].flatMap((half) => halves(signal, half, limits));
}

/** Resources and scopes made again around some of their items. */
function assemble(signal: Signal, part: readonly Unit[]): Json {
  const keys = KEYS[signal];
  const resources = new Map<Json, Map<Json, Json[]>>();
  for (const { resource, scope, item } of part) {
    const scopes = resources.get(resource) ?? new Map<Json, Json[]>();
    resources.set(resource, scopes);
    const found = scopes.get(scope) ?? [];
    found.push(item);
    scopes.set(scope, found);
  }
  return {
    [keys.resources]: [...resources].map(([resource, scopes]) => ({
      ...resource,
      [keys.scopes]: [...scopes].map(([scope, found]) => ({ ...scope, [keys.items]: found })),
    })),
  };
}

export const countItems = (signal: Signal, value: Json): number => units(signal, value).length;
