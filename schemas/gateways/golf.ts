import { fromMapping } from './lib/mapping.ts';

/** Requests of Golf Gateway. Its answers name no request that they could be told to belong to, and are dropped. */
export const golf = fromMapping(
  {
    name: 'golf',
    claims: { event_type: true, gateway_id: true, integrity_hash: true },
    drop: [{ event_type: ['mcp_response', 'authentication', 'security'] }],
    occurred_at: 'timestamp',
    instance: ['gateway_name', 'gateway_id'],
    agent: [
      { basis: 'subject', from: ['user.sub', 'authentication.user_id'] },
      { basis: 'client_name', from: 'client_info.name' },
    ],
    client: { name: 'client_info.name', version: 'client_info.version' },
    user: { id: 'user.sub' },
    caller: { scopes: 'authentication.scopes' },
    session_id: 'session_id',
    server: ['server_name', 'gateway_name'],
    method: { from: 'mcp_method' },
    target: 'mcp_tool_name',
    args: 'mcp_request_payload.params.arguments',
    outcome: {
      denied: [{ 'security.blocked': true }, { 'authentication.authorization_result': 'denied' }],
      reason: 'security.threats_detected',
    },
    phase: 'request',
    bytes_in: 'security.content_size_bytes',
  },
  { title: 'Golf Gateway audit log', reference: 'docs.golf.dev/gateway/reference/audit-log-schema' },
);
