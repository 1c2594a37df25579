import { fromMapping } from './lib/mapping.ts';

/**
 * The access log of Tyk's MCP gateway. Its -32002 is a refusal, where MCP once meant a missing resource. A tool that is
 * a REST API of Tyk's leaves a second line, of that API: known, and dropped.
 */
export const tyk = fromMapping(
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
    },
    duration: { from: 'latency_total' },
    ip: ['ip', 'client_ip'],
    user_agent: 'user_agent',
  },
  {
    title: 'Tyk MCP gateway access log',
    reference: 'Tyk docs ai-management/mcp-gateway/mcp-access-logs',
    optional: ['agent.id'],
  },
);
