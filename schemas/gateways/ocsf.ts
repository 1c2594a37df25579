import { fromMapping } from './lib/mapping.ts';

/** API activity with the profile ai_operation. Activities that name no method of MCP are dropped. */
export const ocsf = fromMapping(
  {
    name: 'ocsf',
    claims: { class_uid: 6003, category_uid: 6 },
    occurred_at: 'time',
    event_id: 'metadata.uid',
    instance: 'metadata.product.name',
    agent: [
      { basis: 'service_account', from: 'ai_agent.uid' },
      { basis: 'service_account', from: 'actor.app_uid' },
      { basis: 'subject', from: 'actor.user.uid' },
    ],
    agent_name: 'ai_agent.name',
    agent_version: 'ai_agent.version',
    client: { name: 'message_context.application.name' },
    user: { id: 'actor.user.uid', email: 'actor.user.email_addr' },
    session_id: ['actor.session.uid', 'message_context.uid'],
    server: ['api.service.name', 'message_context.service.name'],
    method: { from: ['api.operation', 'activity_name'] },
    target: 'resources.0.name',
    outcome: {
      from: ['status_id', 'status'],
      map: { '1': 'ok', '2': 'protocol_error', Success: 'ok', Failure: 'protocol_error' },
      denied: [
        { disposition: ['Blocked', 'Rejected', 'Unauthorized'] },
        { disposition_id: [2, 25, 26] },
        { action: 'Denied' },
        { action_id: 2 },
      ],
      http_status: 'http_response.code',
      code: ['status_code', 'api.response.code'],
      reason: ['status_detail', 'api.response.error_message', 'message'],
    },
    duration: { from: 'duration' },
    trace_id: 'trace.uid',
    span_id: 'trace.span.uid',
    jsonrpc_id: 'api.request.uid',
    ip: 'src_endpoint.ip',
    user_agent: 'http_request.user_agent',
  },
  { title: 'OCSF API Activity (6003)', reference: 'ocsf/ocsf-schema 1.9.0-dev' },
);
