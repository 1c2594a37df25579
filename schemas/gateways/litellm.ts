import { fromMapping, oneOf } from './lib/mapping.ts';

const about = {
  title: 'LiteLLM MCP gateway',
  reference: 'BerriAI/litellm litellm/types/utils.py StandardLoggingPayload',
};

/** The standard logging payload of an MCP tool call; arguments and results are in it by default. */
const toolCalls = fromMapping(
  {
    name: 'litellm',
    claims: { 'metadata.mcp_tool_call_metadata': true, call_type: true },
    occurred_at: 'startTime',
    event_id: 'id',
    agent: [
      { basis: 'consumer', from: 'metadata.user_api_key_alias' },
      { basis: 'api_key', from: 'metadata.user_api_key_hash' },
      { basis: 'subject', from: 'metadata.user_api_key_user_id' },
    ],
    user: { id: 'metadata.user_api_key_user_id', email: 'metadata.user_api_key_user_email' },
    caller: { groups: 'metadata.user_api_key_team_alias' },
    session_id: 'metadata.mcp_tool_call_metadata.mcp_session_id',
    server: 'metadata.mcp_tool_call_metadata.mcp_server_name',
    method: { otherwise: 'tools/call' },
    target: 'metadata.mcp_tool_call_metadata.name',
    raw_target: 'metadata.mcp_tool_call_metadata.namespaced_tool_name',
    args: 'metadata.mcp_tool_call_metadata.arguments',
    result: 'metadata.mcp_tool_call_metadata.result',
    outcome: {
      from: 'status',
      map: { success: 'ok', failure: 'transport_error' },
      reason: ['error_str', 'error_information.error_message'],
    },
    duration: { from: 'response_time', unit: 's' },
    trace_id: 'trace_id',
    ip: 'requester_ip_address',
  },
  about,
);

/** The same callback tells the calls of models: known, and dropped. */
const modelCalls = fromMapping(
  {
    name: 'litellm',
    claims: { call_type: true, startTime: true, response_time: true, metadata: true },
    occurred_at: 'startTime',
    method: {},
  },
  about,
);

export const litellm = oneOf([toolCalls, modelCalls]);
