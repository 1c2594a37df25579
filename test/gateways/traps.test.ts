import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeAll } from '../support/decoding.ts';
import { type Json, only, sample, told } from './support.ts';

describe('what stands beside the calls in a stream is known and dropped', () => {
  it.each<[string, Json]>([
    ['Teleport: a login', { event: 'user.login', code: 'T1000I', time: '2026-10-05T08:14:03Z', uid: 'u', ei: 0 }],
    ['Pomerium: the log of accesses', { service: 'envoy', message: 'http-request', time: '2026-10-05T08:14:03Z' }],
    ['Pomerium: a check without its MCP fields', { ...sample('pomerium'), 'mcp-method': undefined }],
    [
      'Tyk: the REST API behind a tool',
      { prefix: 'access-log', time: '2026-10-05T08:14:03Z', api_id: 'a', status: 200 },
    ],
    [
      'LiteLLM: a call of a model',
      { ...sample('litellm'), call_type: 'acompletion', metadata: { user_api_key_hash: 'x' } },
    ],
    ['Gravitee: another API', { ...sample('gravitee'), apiType: 'proxy', 'additional-metrics': {} }],
    ['Google: another log', { insertId: 'i', logName: 'projects/p/logs/x', timestamp: '2026-10-05T08:14:03Z' }],
    ['Cloudflare: the trial of a destination', { content: 'tests' }],
    ['Kong: another route', { ...sample('kong'), ai: undefined }],
    [
      'Cerbos: an access',
      { callId: 'c', timestamp: '2026-10-05T08:14:03Z', method: '/cerbos.svc/Check', 'log.logger': 'cerbos.audit' },
    ],
  ])('%s', (_, record) => {
    const { events, rejects, dropped } = told(record);
    expect([events.length, rejects, dropped]).toEqual([0, [], 1]);
  });
});

describe('who acts, and for whom', () => {
  it('Pomerium: who acts as another is the agent', () => {
    const { agent, user } = only({
      ...sample('pomerium'),
      'impersonate-user-id': 'idp|1',
      'impersonate-email': 'a@b.test',
    });
    expect([agent.id, user]).toEqual(['idp|7731', { id: 'idp|1', email: 'a@b.test' }]);
  });

  it('agentgateway: a client that acts for a person', () => {
    const { agent, user } = only({ ...sample('agentgateway'), 'jwt.client_id': 'ops-client', 'jwt.sub': 'idp|7731' });
    expect([agent, user]).toEqual([
      { id: 'ops-client', id_basis: 'service_account' },
      expect.objectContaining({ id: 'idp|7731' }),
    ]);
  });

  it('agentgateway: its address of IPv6 without the port', () => {
    expect(only({ ...sample('agentgateway'), 'src.addr': '[2001:db8::1]:50122' }).src?.ip).toBe('2001:db8::1');
  });
});

describe('what is not where it is looked for', () => {
  it('Cloudflare: what the portal itself answers names no server', () => {
    const record = { ...sample('cloudflare-mcp-portal'), ServerID: '', Method: 'initialize', ToolCallName: '' };
    expect(only(record)).toMatchObject({ method: 'initialize', server: { id: 'portal-1' } });
  });

  it('ECS with flat keys', () => {
    const record = {
      '@timestamp': '2026-10-05T08:14:03Z',
      'ecs.version': '9.5.0',
      'event.action': 'tools/call',
      'event.outcome': 'success',
      'user.id': 'u',
      'service.name': 'tickets',
      'gen_ai.tool.name': 'search',
    };
    expect(only(record)).toMatchObject({ source: { kind: 'ecs' }, agent: { id: 'u' }, target: { name: 'search' } });
  });

  it('Azure: dynamic columns that an export wrote as text', () => {
    const record = sample('azure-apim-appinsights-request');
    const { target, args } = only({ ...record, customDimensions: JSON.stringify(record.customDimensions) });
    expect([target.name, args]).toEqual(['search', { q: 'disk full' }]);
  });

  it('Cerbos: answers in another order, and where older releases wrote them', () => {
    const { value } = sample('cerbos-kafka-decision.kafka') as { value: { checkResources: Json } & Json };
    const { inputs, outputs } = value.checkResources as Record<'inputs' | 'outputs', Json[]>;
    const action = 'tools/call:search';
    const asked = { ...inputs[0], requestId: 'rq-2', resource: { kind: 'mcp::iam', id: 'iam' } };
    const refused = { requestId: 'rq-2', resourceId: 'iam', actions: { [action]: { effect: 'EFFECT_DENY' } } };
    const { checkResources: _, ...rest } = value;
    const { events } = told({ ...rest, inputs: [...inputs, asked], outputs: [refused, ...outputs] });
    expect(events.map(({ body }) => [body.server.id, body.outcome.status])).toEqual([
      ['tickets', 'unknown'],
      ['iam', 'denied'],
    ]);
  });

  it('Cerbos: the same action on two resources of one check, which share its id, are two calls', () => {
    const { value } = sample('cerbos-kafka-decision.kafka') as { value: { checkResources: Json } & Json };
    const { inputs, ...rest } = value.checkResources as Record<'inputs', Json[]>;
    const other = { ...inputs[0], resource: { kind: 'mcp::iam', id: 'iam' } };
    const { events } = told({ ...value, checkResources: { ...rest, inputs: [inputs[0], other] } });
    expect([events.length, new Set(events.map(({ key }) => key)).size]).toEqual([2, 2]);
  });
});

describe('what a request is about', () => {
  it.each([
    ['resources/read', 'file:///etc/shadow'],
    ['resources/subscribe', 'file:///etc/shadow'],
    ['tasks/cancel', 't-1'],
    ['tools/call', 'readme'],
    ['prompts/get', 'readme'],
  ])('%s: told by the parameter that servers look at', (method, name) => {
    const params = { uri: 'file:///etc/shadow', taskId: 't-1', name: 'readme' };
    expect(only({ jsonrpc: '2.0', id: 1, method, params }).target.name).toBe(name);
  });
});

describe('a failed tool that the gateway calls a success', () => {
  const failed = { isError: true, content: [] };

  it('agentgateway: its result says it', () => {
    const record = { ...sample('agentgateway'), 'mcp.tool.result': JSON.stringify(failed) };
    expect(only(record).outcome.status).toBe('tool_error');
  });

  it('LiteLLM: the answer says it', () => {
    const record = sample('litellm');
    const { mcp_tool_call_metadata: call, ...metadata } = record.metadata as Json;
    const { result: _, ...told } = call as Json;
    const said = { ...record, metadata: { ...metadata, mcp_tool_call_metadata: told }, response: failed };
    expect(only(said)).toMatchObject({ outcome: { status: 'tool_error' } });
    expect(only(said).raw).not.toHaveProperty('response');
  });

  it('ToolHive: a notification behind the answer hides it not', () => {
    const frames = [
      { id: 1, result: failed },
      { method: 'notifications/message', params: { data: 'result: ok' } },
    ];
    const response = frames.map((one) => `event: message\ndata: ${JSON.stringify(one)}\n\n`).join('');
    const record = { ...sample('toolhive', 1), outcome: 'success', data: { response } };
    expect(only(record).outcome.status).toBe('tool_error');
  });

  it('AgentCore: the gateway says it, and not the answer', () => {
    const started = sample('aws-agentcore-vended-log');
    const body = { isError: true, log: 'failed', responseBody: '{jsonrpc=2.0, id=7, result={content=[]}}' };
    const { events } = told(started, { ...started, body });
    expect(events.at(-1)!.body.outcome).toMatchObject({ status: 'tool_error', reason: 'failed' });
  });
});

describe('what is said not to be there', () => {
  it.each([
    ['Unknown tool: iam_create_user', 'denied'],
    ['tool "no-such-tool" not found', 'denied'],
    ['Tool no-such-tool not found', 'denied'],
    ['tool not found', 'denied'],
    ['Prompt no-such-prompt not found', 'protocol_error'],
    ['missing field: ticket_id', 'protocol_error'],
    ['Tool search: ticket 7 was not found', 'protocol_error'],
    ['Resource file:///x not found', 'protocol_error'],
  ])('%s: %s', (message, status) => {
    const record = sample('toolhive', 3) as { metadata: { extra: Json } } & Json;
    record.metadata.extra.jsonrpc_error_message = message;
    expect(only(record).outcome).toMatchObject({ status, code: '-32602' });
  });
});

describe('who refused', () => {
  const refusal = { jsonrpc: '2.0', id: 9, error: { code: -32002, message: 'access denied' } };

  it.each<[string, Json, string | undefined]>([
    [
      'the gateway, by a status',
      { ...sample('litellm'), status: 'failure', error_information: { error_code: '403' } },
      undefined,
    ],
    [
      'nobody knows: words of an error that is passed on',
      { ...sample('litellm'), status: 'failure', error_str: 'access denied' },
      'unknown',
    ],
    [
      'nobody knows: the same of a portal',
      { ...sample('cloudflare-mcp-portal'), Success: false, Error: 'Unauthorized' },
      'unknown',
    ],
    ['ToolHive', { ...sample('toolhive', 1), outcome: 'denied' }, undefined],
    [
      'nobody knows: what a server behind it answered',
      { ...sample('toolhive', 1), outcome: 'success', data: { response: refusal } },
      'unknown',
    ],
    ['agentgateway', { ...sample('agentgateway'), reason: 'Authorization', 'mcp.error.code': -32602 }, undefined],
    [
      'nobody knows: an error as guardrails have it',
      { ...sample('agentgateway'), 'mcp.error.code': -32001, 'mcp.error.message': 'no' },
      'unknown',
    ],
  ])('is %s', (_, record, effect) => {
    const { outcome, decision } = only(record);
    expect([outcome.status, decision?.effect]).toEqual(['denied', effect]);
  });
});

describe('an answer that asks back', () => {
  it('is neither a success nor a failure', () => {
    const request = { jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'close', arguments: {} } };
    const answer = { jsonrpc: '2.0', id: 9, result: { resultType: 'input_required', inputRequests: {} } };
    const { events } = decodeAll([JSON.stringify(request), JSON.stringify(answer)]);
    expect(events.map(({ body }) => body.outcome.status)).toEqual(['unknown', 'unknown']);
  });
});

describe('an answer that is a task', () => {
  it.each([
    { task: { taskId: 't-1', status: 'working', createdAt: '2026-10-05T08:14:03Z', ttl: 60_000 } },
    { resultType: 'task', taskId: 't-1', status: 'working' },
  ])('says that the call goes on, not that it is done: %j', (result) => {
    const request = { jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'close', arguments: {}, task: {} } };
    const { events } = decodeAll([JSON.stringify(request), JSON.stringify({ jsonrpc: '2.0', id: 9, result })]);
    expect(events.map(({ body }) => [body.method, body.outcome.status, body.outcome.reason])).toEqual([
      ['tools/call', 'unknown', undefined],
      ['tools/call', 'unknown', 'task'],
    ]);
  });
});

describe('an argument that a span names without a value', () => {
  it('is there, and null', () => {
    const text = readFileSync(new URL('samples/otel-otlp-traces-traps.jsonl', import.meta.url), 'utf8');
    const line = text.split('\n').find((one) => one.includes('{"key":"q","value":{"stringValue":"disk full"}}'))!;
    const { events } = decodeAll([line.replaceAll('{"key":"q","value":{"stringValue":"disk full"}}', '{"key":"q"}')]);
    expect(events[0]!.body.args).toMatchObject({ q: null });
  });
});

describe('what vMCP calls for others', () => {
  const call = sample('toolhive', 1);
  const asked = (given: Json) => {
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'call_tool', arguments: given } };
    const { target, args } = only({
      ...call,
      target: { ...(call.target as Json), name: 'call_tool' },
      data: { request },
    });
    return [target.name, target.raw_name, args];
  };

  it.each<[Json, string, Json]>([
    [{ tool_name: 'drop_table', parameters: { t: 1 } }, 'drop_table', { t: 1 }],
    [{ tool_name: 'search', TOOL_NAME: 'drop_table', parameters: { t: 1 } }, 'drop_table', { t: 1 }],
    [{ parameters: { tool_name: 'drop_table', t: 1 } }, 'drop_table', { t: 1 }],
  ])('is the tool that its optimizer is asked for: %j', (given, name, args) => {
    expect(asked(given)).toEqual([name, 'call_tool', args]);
  });

  it('is a step of a composite tool', () => {
    const target = {
      workflow_id: 'w',
      step_id: 's',
      step_type: 'tool',
      type: 'workflow_step',
      tool_name: 'drop_table',
    };
    const body = only({ ...call, type: 'vmcp_workflow_step_started', target });
    expect([body.method, body.target.name, body.outcome, body.phase]).toEqual([
      'tools/call',
      'drop_table',
      { status: 'unknown' },
      'request',
    ]);
  });
});

describe('a row of a workspace of Application Insights', () => {
  const { customDimensions, ...row } = sample('azure-apim-appinsights-request');
  const own = {
    DurationMs: 12.5,
    Success: false,
    ResultCode: '403',
    OperationId: row.operation_Id,
    Id: 'ab',
    ClientIP: '1.2.3.4',
  };

  it.each([
    ['in an export', { TimeGenerated: row.timestamp, Properties: JSON.stringify(customDimensions), ...own }],
    ['in a stream', { records: [{ time: row.timestamp, Type: 'AppRequests', Properties: customDimensions, ...own }] }],
  ])('tells what the classic one tells, %s', (_, record) => {
    const body = only(record);
    expect(body).toMatchObject({
      server: { id: 'tickets-mcp' },
      method: 'tools/call',
      target: { name: 'search' },
      args: { q: 'disk full' },
      outcome: { status: 'denied', http_status: 403 },
      duration_ms: 12.5,
    });
  });
});

it("an audit log of Google's own MCP servers is of no known format, and not left out in silence", () => {
  const logName = 'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access';
  const entry = { insertId: 'a', logName, timestamp: '2026-10-05T08:00:00Z' };
  const { events, rejects } = told({ ...entry, protoPayload: { serviceName: 'bigquery.googleapis.com/mcp' } });
  expect([events, rejects.map(({ reason }) => reason)]).toEqual([[], ['unknown_format']]);
  expect(told({ ...entry, protoPayload: { serviceName: 'bigquery.googleapis.com' } }).rejects).toEqual([]);
});
