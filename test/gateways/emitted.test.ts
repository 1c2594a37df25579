import { describe, expect, it } from 'vitest';
import { grants, judge } from '../scope/support.ts';
import { type Json, only, sample, told } from './support.ts';

/** What gateways write beside their documentation: read in their sources, or in what they sent. */

describe('Teleport', () => {
  const request = sample('teleport', 1);

  it('a bot that impersonates its own roles is its own impersonator, and no human stands behind it', () => {
    const { agent, user } = only({ ...request, impersonator: 'bot-ops-agent' });
    expect([agent.id, agent.id_basis, user]).toEqual(['ops-agent', 'bot', undefined]);
  });

  it('who impersonates a user is the agent, and the user the one on whose behalf', () => {
    const { bot_name: _, ...record } = request;
    const { agent, user } = only({ ...record, user: 'alice', impersonator: 'jenkins' });
    expect([agent.id, agent.id_basis, user]).toEqual(['jenkins', 'subject', { id: 'alice' }]);
  });
});

describe('LiteLLM', () => {
  const call = sample('litellm');
  const metadata = call.metadata as Json;
  const mcp = metadata.mcp_tool_call_metadata as Json;

  const listOf = (servers: string): Json => {
    const listed = { ...mcp, name: 'list_mcp_tools', namespaced_tool_name: null, mcp_server_name: servers };
    return { ...call, call_type: 'list_mcp_tools', metadata: { ...metadata, mcp_tool_call_metadata: listed } };
  };

  it('a list of tools is no call of a tool', () => {
    const list = { method: 'tools/list', target: { type: 'none' }, args_state: 'absent' };
    expect(only(listOf('tickets'))).toMatchObject({ ...list, event_id: 'll-1', server: { id: 'tickets' } });
    expect(told(listOf('tickets,iam')).events.map(({ body }) => body)).toMatchObject([
      { ...list, event_id: 'll-1#tickets', server: { id: 'tickets' } },
      { ...list, event_id: 'll-1#iam', server: { id: 'iam' } },
    ]);
  });

  it('a call that was refused before the tool was looked up is not lost', () => {
    const record = {
      ...call,
      status: 'failure',
      error_str: '403: User not allowed to call this tool.',
      metadata: { ...metadata, mcp_tool_call_metadata: null },
    };
    expect(only(record)).toMatchObject({
      agent: { id: 'ops-agent' },
      method: 'http_request',
      outcome: { status: 'denied' },
    });
  });
});

describe('Gravitee', () => {
  it('callers of a plan without keys share an application that is nobody', () => {
    const { agent } = only({ ...sample('gravitee'), applicationId: '1', clientIdentifier: '10.20.0.7' });
    expect([agent.id, agent.id_basis]).toEqual(['anonymous', 'none']);
  });
});

describe('Tyk', () => {
  it('a call without a key is nobody’s', () => {
    expect(only({ ...sample('tyk'), api_key: '--' }).agent.id_basis).toBe('none');
    expect(only({ ...sample('tyk'), api_key: '****a1b2' }).agent).toEqual({ id: '****a1b2', id_basis: 'api_key' });
  });

  it('tells the trace, and why', () => {
    const record = { ...sample('tyk'), status: 504, trace_id: '7b1f', response_code_details: 'upstream_timeout' };
    expect(only(record)).toMatchObject({
      trace_id: '7b1f',
      outcome: { status: 'timeout', reason: 'upstream_timeout' },
    });
  });
});

describe('a refusal whose target the gateway does not name', () => {
  it('is told as a refusal of what it was', () => {
    const record = { ...sample('pomerium', 1), 'mcp-method': 'resources/read', 'mcp-tool': '' };
    expect(only(record)).toMatchObject({ method: 'resources/read', outcome: { status: 'denied' } });
  });
});

describe('agentgateway', () => {
  it('a caller turned away before the route was found to lead to MCP', () => {
    const { 'mcp.method.name': _, 'mcp.target': __, 'gen_ai.tool.name': ___, ...rest } = sample('agentgateway');
    const record = { ...rest, protocol: 'http', 'http.status': 401, error: 'no bearer token found', reason: 'JwtAuth' };
    expect(only(record)).toMatchObject({ method: 'http_request', outcome: { status: 'denied', http_status: 401 } });
    const { events, dropped } = told({ ...record, 'http.path': '/v1/chat/completions' });
    expect([events.length, dropped]).toEqual([0, 1]);
  });

  it('a refusal that names no backend is the gateway’s own, so that grants read whose tool it was out of its name', () => {
    const refused = (name: string) => only({ ...sample('agentgateway', 1), error: `mcp: Unknown tool: ${name}` });
    expect(refused('search')).toMatchObject({ server: { id: 'default/default' }, target: { name: 'search' } });
    const file = grants({ agents: ['*'], servers: ['tickets'], targets: ['search'] });
    expect(judge(file, refused('tickets_search')).scope).toBe('in');
    expect(judge(file, refused('tickets_close'))).toMatchObject({
      scope: 'out',
      scopeWhy: 'target "close" is not among search',
    });
    // One that names its backend was found there, and refused by a rule.
    const known = { ...sample('agentgateway', 1), 'mcp.target': 'tickets', 'gen_ai.tool.name': 'close' };
    expect(only(known)).toMatchObject({ server: { id: 'tickets' }, outcome: { status: 'denied' } });
  });

  it.each([
    ['Session not found', 'protocol_error'],
    ['MCP error -32001: Request timed out', 'timeout'],
    ['blocked by policy', 'denied'],
  ])('-32001 is what servers and guardrails say of different things: %s', (message, status) => {
    const record = { ...sample('agentgateway', 2), 'mcp.error.code': -32001, 'mcp.error.message': message };
    expect(only(record).outcome.status).toBe(status);
  });
});

describe('Envoy AI Gateway', () => {
  it('what an external authorizer turned away is a refusal, whatever status it chose', () => {
    const record = { ...sample('envoy-ai-gateway'), response_code: 302, response_flags: 'UAEX' };
    expect(only({ ...record, response_code_details: 'ext_authz_denied' }).outcome).toMatchObject({ status: 'denied' });
    const details = 'rbac_access_denied_matched_policy[none]';
    expect(only({ ...record, response_flags: '-', response_code_details: details }).outcome.status).toBe('denied');
  });

  it('a header that any caller can set is its own word', () => {
    expect(only({ ...sample('envoy-ai-gateway'), 'x-user-id': 'admin' }).agent.id_basis).toBe('client_name');
  });
});

describe('Kong', () => {
  const record = sample('kong');
  const mcp = (record.ai as Json).mcp as Json;
  const [allowed] = mcp.audit as [Json];

  it('of several decisions on a call the refusal counts', () => {
    const audit = [
      { ...allowed, scope: 'global' },
      { ...allowed, action: 'deny' },
    ];
    const { outcome, decision } = only({ ...record, ai: { mcp: { ...mcp, audit } } });
    expect([outcome.status, decision]).toEqual(['denied', { effect: 'deny', policy: 'primitive' }]);
  });

  it('resources and prompts are named by the decision alone', () => {
    const rpc = [{ id: '1', method: 'resources/read', latency: 4 }];
    const audit = [{ ...allowed, primitive: 'resource', primitive_name: 'ticket://1881', action: 'deny' }];
    const refused = { method: 'resources/read', target: { name: 'ticket://1881' }, outcome: { status: 'denied' } };
    expect(only({ ...record, ai: { mcp: { rpc, audit } } })).toMatchObject(refused);
  });

  it('a list is not refused for a tool that is left out of it', () => {
    const audit = [{ ...allowed, action: 'deny' }];
    const rpc = [{ id: '1', method: 'tools/list', latency: 4 }];
    expect(only({ ...record, ai: { mcp: { rpc, audit } } }).outcome.status).toBe('ok');
  });

  it('an unknown tool is a refusal in disguise', () => {
    const rpc = [{ id: '1', method: 'tools/call', tool_name: 'x', error: 'Unknown tool: x' }];
    expect(only({ ...record, ai: { mcp: { rpc } } }).outcome.status).toBe('denied');
  });
});

describe('what says how it went beside the word for failure', () => {
  it('ECS: the status', () => {
    const ecs = sample('ecs');
    const event = { ...(ecs.event as Json), outcome: 'failure', type: ['access'] };
    const record = { ...ecs, event, http: { response: { status_code: 403, body: { bytes: 14 } } } };
    expect(only(record)).toMatchObject({ outcome: { status: 'denied', http_status: 403 }, bytes_out: 14 });
  });

  it.each([2, 25, 26])('OCSF: disposition %i', (disposition_id) => {
    const record = { ...sample('ocsf-api-activity-6003'), status_id: 2, disposition_id };
    expect(only(record).outcome.status).toBe('denied');
  });

  it.each([
    ['Unauthorized', 'denied'],
    ['BackendTimeout', 'timeout'],
    ['ToolExecutionFailure', 'protocol_error'],
  ])('Azure: the type of the error, %s', (ErrorType, status) => {
    expect(only({ ...sample('azure-apim-log-analytics-row'), ErrorType }).outcome.status).toBe(status);
  });
});

describe('AgentCore’s spans', () => {
  it('name the target before the tool', () => {
    const attributes = Object.entries({
      'aws.operation.name': 'InvokeGateway',
      'gateway.name': 'tickets-gw',
      'tool.name': 'TicketsTarget___search',
    }).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1791188043684000000' };
    const span = { ...ids, endTimeUnixNano: '1791188043871000000', name: 'x', kind: 2, attributes };
    expect(only({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })).toMatchObject({
      server: { id: 'TicketsTarget' },
      target: { name: 'search', raw_name: 'TicketsTarget___search' },
    });
  });
});
