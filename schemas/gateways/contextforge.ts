import { fromMapping } from './lib/mapping.ts';

/**
 * The SIEM feed of ContextForge tells changes of its catalogue and failed logins, never a call: known, and dropped.
 * Its calls come as OpenTelemetry spans.
 */
export const contextforge = fromMapping(
  {
    name: 'contextforge',
    claims: { 'source.service': 'mcpgateway', event_type: true, schema_version: true },
    occurred_at: 'timestamp',
    event_id: 'event_id',
    method: { from: 'mcp_method' },
  },
  { title: 'IBM ContextForge SIEM export', reference: 'IBM/mcp-context-forge siem_export_service.py (schema 1.0)' },
);
