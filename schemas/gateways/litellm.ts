import type { Gateway } from './gateway.ts';
import { fromMapping, oneOf } from './lib/mapping.ts';
import type { MappingInput } from './lib/mapping-schema.ts';
import { at, texts } from './lib/values.ts';

const about = {
  title: 'LiteLLM MCP gateway',
  reference: 'BerriAI/litellm litellm/types/utils.py StandardLoggingPayload',
};

const shared = {
  name: 'litellm',
  occurred_at: 'startTime',
  event_id: 'id',
  agent: [
    { basis: 'consumer', from: 'metadata.user_api_key_alias' },
    { basis: 'api_key', from: 'metadata.user_api_key_hash' },
    { basis: 'subject', from: 'metadata.user_api_key_user_id' },
  ],
  user: { id: 'metadata.user_api_key_user_id', email: 'metadata.user_api_key_user_email' },
  caller: { groups: 'metadata.user_api_key_team_alias' },
  // One for each virtual key, whatever its alias: a key that is rotated keeps the alias.
  credential: { id: 'metadata.user_api_key_hash', kind: 'api_key' },
  session_id: 'metadata.mcp_tool_call_metadata.mcp_session_id',
  server: 'metadata.mcp_tool_call_metadata.mcp_server_name',
  outcome: {
    from: 'status',
    map: { success: 'ok', failure: 'transport_error' },
    http_status: 'error_information.error_code',
    reason: ['error_str', 'error_information.error_message'],
  },
  duration: { from: 'response_time', unit: 's' },
  trace_id: 'trace_id',
  ip: 'requester_ip_address',
  user_agent: ['user_agent', 'metadata.user_agent'],
} satisfies Partial<MappingInput>;

/** The standard logging payload of an MCP tool call; arguments and results are in it by default. */
const toolCalls = fromMapping(
  {
    ...shared,
    claims: { 'metadata.mcp_tool_call_metadata': true, call_type: true },
    method: { otherwise: 'tools/call' },
    target: 'metadata.mcp_tool_call_metadata.name',
    raw_target: 'metadata.mcp_tool_call_metadata.namespaced_tool_name',
    args: 'metadata.mcp_tool_call_metadata.arguments',
    // The first is declared and, so far, never written.
    result: ['metadata.mcp_tool_call_metadata.result', 'response'],
  },
  about,
);

/** Lists are told as if they were a call of a tool, of all the servers that were asked. */
const listed = fromMapping({ ...shared, claims: { call_type: 'list_mcp_tools' }, method: { otherwise: 'tools/list' } });
const lists: Gateway = {
  ...listed,
  translate(record, context) {
    const servers = texts(at(record, shared.server)) ?? [];
    const drafts = listed.translate(record, context);
    if (servers.length < 2) return drafts;
    return drafts.flatMap(({ event_id: whole, ...draft }) =>
      servers.map((id) => ({
        ...draft,
        ...(whole === undefined ? {} : { event_id: `${whole}#${id}` }),
        server: { id },
      })),
    );
  },
};

/** Refused before the tool was looked up: the payload names none. */
const refused = fromMapping({ ...shared, claims: { call_type: 'call_mcp_tool' }, method: { otherwise: 'tools/call' } });

/** The same callback tells the calls of models: known, and dropped. */
const modelCalls = fromMapping({
  name: 'litellm',
  claims: { call_type: true, startTime: true, response_time: true, metadata: true },
  occurred_at: 'startTime',
  drop: [{ call_type: true }],
  method: { otherwise: 'tools/call' },
});

const payloads = oneOf([lists, toolCalls, refused, modelCalls]);

export const litellm: Gateway = {
  ...payloads,
  ...about,
  translate(record, context) {
    // What the tool said stands here once more, in a form of its own.
    const { response: _, messages: __, ...raw } = record;
    return payloads.translate(record, context).map((draft) => ({ ...draft, raw }));
  },
};
