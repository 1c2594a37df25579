import { describe, expect, it } from 'vitest';
import { gatewayNamed, type Json, only, sample, told } from './support.ts';

describe('refusals that were told in another place', () => {
  it('Google: the policy that refused, not the first that was asked', () => {
    const record = sample('google-agent-gateway', 1);
    const policies = [
      { name: 'p/allows', result: 'ALLOWED' },
      { name: 'p/refuses', result: 'DENIED' },
    ];
    const jsonPayload = { ...(record.jsonPayload as Json), authzPolicyInfo: { result: 'DENIED', policies } };
    expect(only({ ...record, jsonPayload }).decision).toEqual({ effect: 'deny', policy: 'p/refuses' });
  });

  it('Gravitee: a caller that was turned away before its request was read', () => {
    const record = { ...sample('gravitee'), status: 401, 'additional-metrics': {} };
    expect(only(record)).toMatchObject({ method: 'http_request', outcome: { status: 'denied', http_status: 401 } });
  });

  it('an unknown tool is a refusal in disguise for those that keep a code of JSON-RPC', () => {
    const record = sample('agentic-community-registry', 1);
    const said = { status: 'error', error_code: -32602, error_message: 'Unknown tool: delete_all' };
    expect(only({ ...record, mcp_response: said }).outcome.status).toBe('denied');
  });
});

describe('ToolHive: a batch', () => {
  const line = sample('toolhive', 1);
  const call = (id: number, name: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: {} },
  });
  const record = {
    ...line,
    type: 'http_request',
    target: { endpoint: '/mcp', method: 'POST', type: 'endpoint' },
    data: {
      request: JSON.stringify([
        call(1, 'search'),
        call(2, 'close'),
        { jsonrpc: '2.0', method: 'notifications/initialized' },
      ]),
      response: JSON.stringify([{ jsonrpc: '2.0', id: 2, result: { isError: true, content: [] } }]),
    },
  };

  it('is the calls in it, each with its answer', () => {
    const { events, rejects } = told(record);
    expect(rejects).toEqual([]);
    expect(events.map(({ body }) => [body.event_id, body.method, body.target.name, body.outcome.status])).toEqual([
      [`${line.audit_id}#0`, 'tools/call', 'search', 'ok'],
      [`${line.audit_id}#1`, 'tools/call', 'close', 'tool_error'],
      [`${line.audit_id}#2`, 'notifications/initialized', undefined, 'ok'],
    ]);
  });

  it('that was refused is one refusal for each', () => {
    const { events } = told({ ...record, outcome: 'denied', data: { request: record.data.request } });
    expect(events.map(({ body }) => body.outcome.status)).toEqual(['denied', 'denied', 'denied']);
  });
});

describe('what is kept of the original', () => {
  const secret = 'what the tool said';
  const rawOf = (record: unknown) => {
    const { raw } = only(record);
    expect(raw).toBeDefined();
    return JSON.stringify(raw);
  };

  it('has no result: LiteLLM writes it twice', () => {
    const record = {
      ...sample('litellm'),
      response: [{ type: 'text', text: secret }],
      messages: [{ content: secret }],
    };
    expect(rawOf(record)).not.toContain(secret);
  });

  it('has no result: Azure’s columns as text', () => {
    const record = sample('azure-apim-appinsights-request');
    const columns = { ...(record.customDimensions as Json), 'gen_ai.tool.call.result': secret };
    expect(rawOf({ ...record, customDimensions: JSON.stringify(columns) })).not.toContain(secret);
  });

  it('has no result: Obot’s bodies, and what hooks made of them', () => {
    const body = `data: ${JSON.stringify({ jsonrpc: '2.0', id: 7, result: { content: [secret] } })}`;
    const details = { trace: { sessionID: 's' }, response: { body, originalBody: body, mutated: true } };
    expect(rawOf({ ...sample('obot-auditlogevent'), details })).not.toContain(secret);
    const row = sample('obot-stored-record');
    const mcpFields = { ...(row.mcpFields as Json), responseBody: body, originalResponseBody: body };
    expect(rawOf({ ...row, mcpFields })).not.toContain(secret);
  });
});

describe('who used which key', () => {
  it('ToolHive: the client that a token names is the client, and renames nobody who acts by delegation', () => {
    const record = sample('toolhive', 2);
    const subjects = { ...(record.subjects as Json), client_name: 'python-requests', client_version: '2.32' };
    expect(only({ ...record, subjects })).toMatchObject({
      agent: { id: 'agent:ops-agent', name: 'ops-agent' },
      client: { name: 'python-requests', version: '2.32' },
    });
    const { delegation: _, ...alone } = record;
    expect(only({ ...alone, subjects }).agent).toMatchObject({
      id: 'python-requests@idp|7731',
      name: 'python-requests',
    });
  });

  it('LiteLLM: each virtual key is a credential, as a rotated one keeps its alias; and what called', () => {
    const record = sample('litellm');
    const metadata = { ...(record.metadata as Json), user_agent: 'claude-code/2.1' };
    expect(only({ ...record, metadata })).toMatchObject({
      agent: { id: 'ops-agent' },
      credential: { id: '88dc28d0f030c55ed4ab77ed8faf098196cb1c05', kind: 'api_key' },
      src: { ip: '10.20.0.7', user_agent: 'claude-code/2.1' },
    });
    expect(only({ ...record, metadata: { ...metadata, user_api_key_hash: null } }).credential).toBeUndefined();
  });
});

describe('the tools that a server declares', () => {
  const tools = [{ name: 'search', description: 'Find', inputSchema: { type: 'object' } }];
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const response = { jsonrpc: '2.0', id: 1, result: { tools } };
  const kong = sample('kong') as { ai: { mcp: Json } } & Json;
  const payload = { request: JSON.stringify(request), response: JSON.stringify(response) };
  const mcp = { ...kong.ai.mcp, audit: [], rpc: [{ id: '1', method: 'tools/list', payload }] };
  const toolhive = sample('toolhive', 1);
  const listing = { endpoint: '/mcp', method: 'tools/list', type: 'endpoint' };
  const obot = sample('obot-stored-record') as { mcpFields: Json } & Json;
  const fields = {
    ...obot.mcpFields,
    callType: 'tools/list',
    callIdentifier: '',
    requestBody: {},
    responseBody: response,
  };
  it.each([
    ['kong', { ...kong, ai: { mcp } }],
    ['toolhive', { ...toolhive, type: 'mcp_tools_list', target: listing, data: { request, response } }],
    ['obot', { ...obot, mcpFields: fields }],
  ])('are known where %s keeps the answer, and it is said to carry them', (name, record) => {
    expect(told(record).events.map(({ facts }) => facts.tools.map((tool) => tool.name))).toEqual([['search']]);
    expect(gatewayNamed(name).carries).toContain('facts.tools');
  });
});
