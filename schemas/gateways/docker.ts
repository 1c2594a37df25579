import { fromMapping } from './lib/mapping.ts';

/** Policy decisions, before the call. The gateway names no actor; the client's name is its own word. */
export const docker = fromMapping(
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
    outcome: { otherwise: 'ok', denied: [{ result: 'denied' }], reason: 'reason', code: 'outcome_code' },
    policy: 'policy_id',
    phase: 'decision',
    trace_id: 'trace_id',
  },
  { title: 'Docker MCP Gateway policy audit', reference: 'docker/mcp-gateway pkg/policy/audit.go' },
);
