import protobuf from 'protobufjs/light.js';

type Fields = Record<string, readonly [number, string]>;

/**
 * The messages of OTLP 1.x that are read and answered here (opentelemetry-proto, common, resource, trace and logs v1;
 * google.rpc.Status), as name -> [number, type]. The numbers are stable by the specification; what is newer is skipped.
 */
const MESSAGES: Record<string, Fields> = {
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ArrayValue: { values: [1, 'AnyValue[]'] },
  KeyValueList: { values: [1, 'KeyValue[]'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  InstrumentationScope: { name: [1, 'string'], version: [2, 'string'], attributes: [3, 'KeyValue[]'] },
  Resource: { attributes: [1, 'KeyValue[]'] },
  TracesData: { resourceSpans: [1, 'ResourceSpans[]'] },
  // What scopes were called before has the number 1000 since then, and is written as they are.
  ResourceSpans: {
    resource: [1, 'Resource'],
    scopeSpans: [2, 'ScopeSpans[]'],
    schemaUrl: [3, 'string'],
    instrumentationLibrarySpans: [1000, 'ScopeSpans[]'],
  },
  ScopeSpans: { scope: [1, 'InstrumentationScope'], spans: [2, 'Span[]'], schemaUrl: [3, 'string'] },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, 'KeyValue[]'],
    events: [11, 'SpanEvent[]'],
    links: [13, 'Link[]'],
    status: [15, 'SpanStatus'],
    flags: [16, 'fixed32'],
  },
  SpanEvent: { timeUnixNano: [1, 'fixed64'], name: [2, 'string'], attributes: [3, 'KeyValue[]'] },
  Link: { traceId: [1, 'bytes'], spanId: [2, 'bytes'], traceState: [3, 'string'], attributes: [4, 'KeyValue[]'] },
  SpanStatus: { message: [2, 'string'], code: [3, 'int32'] },
  LogsData: { resourceLogs: [1, 'ResourceLogs[]'] },
  ResourceLogs: {
    resource: [1, 'Resource'],
    scopeLogs: [2, 'ScopeLogs[]'],
    schemaUrl: [3, 'string'],
    instrumentationLibraryLogs: [1000, 'ScopeLogs[]'],
  },
  ScopeLogs: { scope: [1, 'InstrumentationScope'], logRecords: [2, 'LogRecord[]'], schemaUrl: [3, 'string'] },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    severityNumber: [2, 'int32'],
    severityText: [3, 'string'],
    body: [5, 'AnyValue'],
    attributes: [6, 'KeyValue[]'],
    flags: [8, 'fixed32'],
    traceId: [9, 'bytes'],
    spanId: [10, 'bytes'],
    observedTimeUnixNano: [11, 'fixed64'],
    eventName: [12, 'string'],
  },
  // Traces count rejectedSpans and logs rejectedLogRecords, both under the number 1.
  ExportResponse: { partialSuccess: [1, 'PartialSuccess'] },
  PartialSuccess: { rejected: [1, 'int64'], errorMessage: [2, 'string'] },
  Status: { code: [1, 'int32'], message: [2, 'string'] },
};

const nested = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, fields]) => [name, { fields: describe(fields), ...oneofOf(name, fields) }]),
);

function describe(fields: Fields): Record<string, { id: number; type: string; rule?: string }> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, [id, type]]) => [
      name,
      type.endsWith('[]') ? { id, type: type.slice(0, -2), rule: 'repeated' } : { id, type },
    ]),
  );
}

/** Members of a oneof that were set count even where they hold zero or the empty string. */
function oneofOf(name: string, fields: Fields): object {
  return name === 'AnyValue' ? { oneofs: { value: { oneof: Object.keys(fields) } } } : {};
}

const root = protobuf.Root.fromJSON({ nested });

export const messageType = (name: keyof typeof MESSAGES): protobuf.Type => root.lookupType(String(name));
