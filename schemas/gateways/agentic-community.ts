import { fromMapping } from './lib/mapping.ts';

/** The one gateway whose call record holds the caller's scopes and groups. Its other logs are no calls. */
export const agenticCommunity = fromMapping(
  {
    name: 'agentic-community',
    claims: { log_type: ['mcp_server_access', 'registry_api_access', 'token_mint'], identity: true },
    drop: [{ log_type: ['registry_api_access', 'token_mint'] }],
    occurred_at: 'timestamp',
    event_id: 'request_id',
    agent: [{ basis: 'subject', from: 'identity.username' }],
    caller: { scopes: 'identity.scopes', groups: 'identity.groups' },
    session_id: 'mcp_request.mcp_session_id',
    server: 'mcp_server.name',
    server_url: 'mcp_server.proxy_target',
    method: { from: 'mcp_request.method' },
    target: ['mcp_request.tool_name', 'mcp_request.resource_uri'],
    outcome: {
      from: 'mcp_response.status',
      map: { success: 'ok', error: 'protocol_error', timeout: 'timeout' },
      code: 'mcp_response.error_code',
      reason: 'mcp_response.error_message',
    },
    duration: { from: 'mcp_response.duration_ms' },
    bytes_in: 'request.content_length',
    trace_id: 'correlation_id',
    jsonrpc_id: 'mcp_request.jsonrpc_id',
    request_id: 'request_id',
    ip: 'request.client_ip',
    user_agent: 'request.user_agent',
  },
  {
    title: 'agentic-community MCP gateway registry',
    reference: 'agentic-community/mcp-gateway-registry registry/audit/models.py',
  },
);
