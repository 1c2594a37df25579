import type { Gateway } from './gateway.ts';
import { fromMapping } from './lib/mapping.ts';

const mapped = fromMapping(
  {
    name: 'ecs',
    claims: { 'ecs.version': true, 'event.action': true },
    occurred_at: '@timestamp',
    event_id: 'event.id',
    agent: [
      { basis: 'service_account', from: 'gen_ai.agent.id' },
      { basis: 'subject', from: 'user.id' },
    ],
    agent_name: 'gen_ai.agent.name',
    user: { id: 'user.id', email: 'user.email' },
    caller: { roles: 'user.roles' },
    server: 'service.name',
    method: { from: 'event.action', map: { execute_tool: 'tools/call' } },
    target: 'gen_ai.tool.name',
    args: 'gen_ai.tool.call.arguments',
    result: 'gen_ai.tool.call.result',
    outcome: {
      from: 'event.outcome',
      map: { success: 'ok', failure: 'protocol_error', unknown: 'unknown' },
      denied: [{ 'event.type': 'denied' }],
      http_status: 'http.response.status_code',
      code: 'error.code',
      reason: ['error.message', 'event.reason'],
    },
    duration: { from: 'event.duration', unit: 'ns' },
    bytes_in: 'http.request.body.bytes',
    bytes_out: 'http.response.body.bytes',
    trace_id: 'trace.id',
    span_id: 'span.id',
    jsonrpc_id: 'gen_ai.tool.call.id',
    ip: 'source.ip',
    user_agent: 'user_agent.original',
  },
  {
    title: 'Elastic Common Schema with gen_ai',
    reference: 'elastic/ecs 9.5.0-dev schemas/gen_ai.yml',
    optional: ['args', 'result'],
  },
);

/** Every shipper writes some of the schema: without its gen_ai the record is one that was wrapped by it. Keys may be flat. */
export const ecs: Gateway = {
  ...mapped,
  claims: (record, context) =>
    ('gen_ai' in record || 'gen_ai.tool.name' in record || 'gen_ai.operation.name' in record) &&
    mapped.claims(record, context),
};
