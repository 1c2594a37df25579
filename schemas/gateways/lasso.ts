import { fromMapping } from './lib/mapping.ts';

/** Traces without time or caller; arguments lie flat among the record's own keys, and stay in raw. */
export const lasso = fromMapping(
  {
    name: 'lasso',
    claims: {
      call_id: true,
      capability_type: ['tool', 'prompt', 'resource'],
      capability_name: true,
      server_name: true,
    },
    occurred_at: 'timestamp',
    event_id: 'call_id',
    server: 'server_name',
    method: { from: 'capability_type', map: { tool: 'tools/call', prompt: 'prompts/get', resource: 'resources/read' } },
    target: 'capability_name',
    outcome: { from: 'isError', map: { true: 'tool_error', false: 'ok' } },
  },
  { title: 'Lasso mcp-gateway tracing', reference: 'lasso-security/mcp-gateway xetrack plugin (2025-04)' },
);
