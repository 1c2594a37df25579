import type { Gateway } from './gateway.ts';
import { callFrom, outcomeFrom } from './lib/otlp-call.ts';
import { told } from './lib/outcome.ts';
import { isObject, type Json, object, text } from './lib/values.ts';

/**
 * IBM ContextForge: its calls are OpenTelemetry spans, here as its own exporter writes them, one flat object each. The
 * SIEM feed tells changes of the catalogue and failed logins, never a call: known, and dropped.
 */
export const contextforge: Gateway = {
  name: 'contextforge',
  title: 'IBM ContextForge spans and SIEM export',
  reference: 'IBM/mcp-context-forge otel-span-attributes.md, siem_export_service.py (schema 1.0)',
  carries: ['occurred_at', 'server', 'method', 'target', 'outcome', 'duration_ms', 'trace_id', 'span_id'],
  claims: (record) => isSpan(record) || (object(record.source).service === 'mcpgateway' && 'event_type' in record),
  translate(record) {
    const own = object(record.attributes);
    // The client's span to the backend tells the call of the span around it once more.
    if (!isSpan(record) || record.name === 'mcp.client.call') return [];
    const call = callFrom(own, {}, 'server');
    if (call === undefined) return [];
    return [
      {
        ...call,
        occurred_at: record.start_time ?? record.timestamp,
        ...told(outcomeFrom(own, false, undefined, call.result)),
        duration_ms: own['duration.ms'],
        trace_id: record.trace_id,
        span_id: record.span_id,
        pair: `${text(record.trace_id)}/${text(record.span_id)}`,
      },
    ];
  },
};

const isSpan = (record: Json): boolean =>
  typeof record.trace_id === 'string' &&
  isObject(record.attributes) &&
  ('tool.integration_type' in record.attributes || 'contextforge.tool.id' in record.attributes);
