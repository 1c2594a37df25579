import type { Gateway } from './gateway.ts';
import { fromMapping } from './lib/mapping.ts';
import { text } from './lib/values.ts';

/**
 * The access log of Tyk's MCP gateway. Its -32002 is a refusal, where MCP once meant a missing resource. A tool that is
 * a REST API of Tyk's leaves a second line, of that API: known, and dropped.
 */
const lines = fromMapping(
  {
    name: 'tyk',
    claims: { prefix: 'access-log', time: true },
    occurred_at: 'time',
    agent: [
      { basis: 'service_account', from: 'oauth_id' },
      { basis: 'consumer', from: 'alias' },
      { basis: 'api_key', from: 'api_key' },
    ],
    server: ['api_name', 'api_id'],
    method: { from: 'mcp_method' },
    target: 'mcp_primitive_name',
    outcome: {
      from: 'mcp_error_code',
      map: { '-32001': 'denied', '-32002': 'denied', '-32003': 'transport_error', '-32004': 'transport_error' },
      otherwise: 'ok',
      http_status: 'status',
      code: 'mcp_error_code',
      reason: 'response_code_details',
    },
    duration: { from: 'latency_total' },
    trace_id: 'trace_id',
    ip: ['ip', 'client_ip'],
    user_agent: 'user_agent',
  },
  {
    title: 'Tyk MCP gateway access log',
    reference: 'Tyk docs ai-management/mcp-gateway/mcp-access-logs',
    optional: ['agent.id'],
  },
);

/** How no key at all is written: masked, and hashed by any kind of murmur. */
const NO_KEY = /^(?:--|0+)$/;

export const tyk: Gateway = {
  ...lines,
  translate: (record, context) =>
    lines.translate(NO_KEY.test(text(record.api_key) ?? '') ? { ...record, api_key: undefined } : record, context),
};
