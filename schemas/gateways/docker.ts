import type { Gateway } from './gateway.ts';
import { callOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { fromMapping, oneOf } from './lib/mapping.ts';
import { isObject, object } from './lib/values.ts';

const about = { title: 'Docker MCP Gateway', reference: 'docker/mcp-gateway pkg/policy/audit.go, pkg/interceptors' };

/** Policy decisions, before the call. The gateway names no actor; the client's name is its own word. */
const policyAudit = fromMapping(
  {
    name: 'docker',
    claims: {
      trigger: ['load', 'invoke', 'prompt'],
      result: ['allowed', 'denied'],
      target_type: true,
      server_name: true,
    },
    drop: [{ trigger: 'load' }],
    occurred_at: 'timestamp',
    instance: ['org_id', 'working_set'],
    agent: [
      { basis: 'actor', from: 'actor_id' },
      { basis: 'client_name', from: 'client_name' },
    ],
    client: { name: 'client_name', version: 'client_version' },
    session_id: 'session_id',
    server: 'server_name',
    method: { from: 'target_type', map: { tool: 'tools/call', prompt: 'prompts/get' } },
    target: ['tool_name', 'prompt_name'],
    outcome: { otherwise: 'ok', denied: [{ result: 'denied' }], reason: 'reason' },
    policy: 'policy_id',
    phase: 'decision',
    trace_id: 'trace_id',
  },
  about,
);

/**
 * What an interceptor that runs before each call is given: the request, with neither time nor caller. Older releases
 * wrote the keys of the Go struct. The answer that one which runs after it is given names no call, and is no event.
 */
const interceptor: Gateway = {
  ...about,
  name: 'docker',
  carries: ['method', 'target', 'args'],
  claims: (record, { headers }) =>
    headers.ce_specversion === undefined &&
    !('jsonrpc' in record) &&
    ((record.method === 'tools/call' && isObject(record.params) && !('agent' in record)) ||
      (isObject(record.Params) && typeof record.Params.name === 'string' && 'Extra' in record)),
  translate: (record) => [
    {
      ...callOf({ method: 'tools/call', params: object(record.params ?? record.Params) }),
      agent: agentOf([]),
      server: { id: 'docker' },
      outcome: { status: 'unknown' },
      phase: 'request',
    },
  ],
};

export const docker = oneOf([policyAudit, interceptor]);
