import { agentgateway } from './agentgateway.ts';
import { envoyAiGateway } from './envoy-ai-gateway.ts';
import type { Gateway, NativeDraft, RecordContext } from './gateway.ts';
import { attributes, scopesOf, stamp } from './lib/otlp.ts';
import { CARRIED, CARRIED_IF_TOLD, callFrom, outcomeFrom } from './lib/otlp-call.ts';
import { told } from './lib/outcome.ts';
import { type Json, millis, object, objectsIn, text } from './lib/values.ts';

/** OpenTelemetry log records that carry the MCP attributes. There is no convention for them; vendors write them so. */
export const otlpLogs: Gateway = {
  name: 'otlp-logs',
  title: 'OpenTelemetry log records with MCP attributes',
  reference: 'opentelemetry-proto logs/v1, open-telemetry/semantic-conventions-genai (v0.1.0)',
  carries: CARRIED,
  optional: CARRIED_IF_TOLD,
  claims: (record) => Array.isArray(record.resourceLogs),
  translate(record, context) {
    const drafts: NativeDraft[] = [];
    for (const home of objectsIn(record.resourceLogs)) {
      const { resource } = home;
      const about = attributes(object(resource).attributes);
      for (const { logRecords } of scopesOf(home, 'Logs'))
        for (const log of objectsIn(logRecords))
          for (const draft of draftsOf(log, about, context))
            drafts.push({ ...draft, raw: { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [log] }] }] } });
    }
    return drafts;
  },
};

/** How Envoy writes nothing, where all of its values are text. */
const withoutDashes = (flat: Json): Json =>
  Object.fromEntries(Object.entries(flat).filter(([, value]) => value !== '-'));

function draftsOf(log: Json, resource: Json, context: RecordContext): NativeDraft[] {
  const own = attributes(log.attributes);
  const time = stamp(log.timeUnixNano) ?? stamp(log.observedTimeUnixNano);
  const ids = { trace_id: log.traceId, span_id: log.spanId };
  const flat: Json = { ...own, time, 'trace.id': log.traceId, 'span.id': log.spanId };
  if (agentgateway.claims(flat, context)) return agentgateway.translate(flat, context);
  if (envoyAiGateway.claims(flat, context))
    return envoyAiGateway.translate(withoutDashes(flat), context).map((draft) => ({ ...draft, ...ids }));
  const call = callFrom(own, resource, 'server');
  if (call === undefined) return [];
  const failed = Number(log.severityNumber ?? 0) >= 17 || text(own.error) !== undefined;
  return [
    {
      ...call,
      ...ids,
      occurred_at: time,
      ...told(outcomeFrom(own, failed, text(own.error), call.result)),
      duration_ms: millis(own.duration),
    },
  ];
}
