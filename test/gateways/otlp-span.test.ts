import { describe, expect, it } from 'vitest';
import { type Json, only, told } from './support.ts';

/** Attributes and events as instrumentations of MCP write them, each in its own way. */
const attribute = (key: string, value: string | boolean) => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : { boolValue: value },
});
const spanOf = (attributes: object[], more: Json = {}) => ({
  resourceSpans: [
    {
      resource: { attributes: [attribute('service.name', 'files')] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'b7ad6b7169203331',
              name: 'execute_tool search',
              kind: 2,
              startTimeUnixNano: '1791188043684000000',
              endTimeUnixNano: '1791188043784000000',
              attributes: [
                attribute('gen_ai.operation.name', 'execute_tool'),
                attribute('gen_ai.tool.name', 'search'),
                ...attributes,
              ],
              ...more,
            },
          ],
        },
      ],
    },
  ],
});

describe('what is kept of a span beside its event', () => {
  const keptOf = (record: unknown) => JSON.stringify(only(record).raw);

  it.each([
    'mcp.tool.result.content',
    'mcp.request.argument.city',
    'tool.parameters',
    'input.value',
    'output.value',
    'gen_ai.completion.0.content',
  ])('is not %s', (key) => {
    const kept = keptOf(spanOf([attribute(key, 'salary of Ann'), attribute('gen_ai.prompt.name', 'weekly')]));
    expect(kept).not.toContain('Ann');
    expect(kept).toContain('weekly');
  });

  it('is of its events what went wrong, not what was said', () => {
    const event = (name: string, key: string, said: string) => ({
      name,
      timeUnixNano: '1791188043684000000',
      attributes: [attribute(key, said)],
    });
    const events = [
      event('gen_ai.choice', 'message', 'salary of Ann'),
      event('exception', 'exception.message', 'disk full'),
    ];
    const kept = keptOf(spanOf([], { events }));
    expect(kept).not.toContain('Ann');
    expect(kept).toContain('disk full');
  });
});

describe('how a call went, where the status of its span is OK', () => {
  it.each([
    ['mcp.tool.result.is_error', true, 'tool_error'],
    ['mcp.result.is_error', true, 'tool_error'],
    ['mcp.result.is_error', false, 'ok'],
    ['gen_ai.tool.status', 'error', 'tool_error'],
    ['gen_ai.tool.status', 'success', 'ok'],
    ['mcp.http.status_code', '403', 'denied'],
  ])('%s %s: %s', (key, value, status) => {
    expect(only(spanOf([attribute(key, value)], { status: { code: 1 } })).outcome.status).toBe(status);
  });
});

describe('a time of zero, which is none', () => {
  it.each(['0', 0])('%j: a log record happened when it was observed', (timeUnixNano) => {
    const attributes = [attribute('mcp.method.name', 'tools/call'), attribute('gen_ai.tool.name', 'search')];
    const log = { timeUnixNano, observedTimeUnixNano: '1791188043684000000', attributes };
    const record = { resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] };
    expect(only(record).occurred_at).toBe('2026-10-05T08:14:03.684Z');
  });

  it('a span without a beginning happened at its end', () => {
    const { occurred_at, duration_ms } = only(spanOf([], { startTimeUnixNano: '0' }));
    expect([occurred_at, duration_ms]).toEqual(['2026-10-05T08:14:03.784Z', undefined]);
  });
});

describe('what a tool was asked', () => {
  const asked = (attributes: object[], more: Json = {}) => {
    const { args, args_state } = only(spanOf(attributes, more));
    return [args, args_state];
  };
  const event = (name: string, key: string, said: string) => ({ name, attributes: [attribute(key, said)] });

  it('is read where Sentry writes an attribute an argument', () => {
    const single = [attribute('mcp.request.argument.city', '"Berlin"'), attribute('mcp.request.argument.days', '3')];
    expect(asked(single)).toEqual([{ city: 'Berlin', days: 3 }, 'full']);
    const cut = attribute('gen_ai.tool.call.arguments', '{"_sentry":{"truncated":true,"originalLength":99999}}');
    expect(asked([cut, ...single])).toEqual([{ city: 'Berlin', days: 3 }, 'absent']);
    expect(asked([cut])).toEqual([undefined, 'absent']);
  });

  it('is read as the input of a tool, and not where it is what may be asked', () => {
    const tool = [attribute('openinference.span.kind', 'TOOL'), attribute('tool.name', 'search')];
    expect(asked([...tool, attribute('input.value', '{"q":"x"}')])).toEqual([{ q: 'x' }, 'full']);
    expect(asked([...tool, attribute('tool.parameters', '{"q":"x"}')])).toEqual([{ q: 'x' }, 'full']);
    expect(asked([...tool, attribute('tool.parameters', '{"type":"object","properties":{}}')])).toEqual([
      undefined,
      'absent',
    ]);
  });

  it('is read where Strands writes it, as is what was answered', () => {
    const events = [
      event('gen_ai.tool.message', 'content', '{"q":"x"}'),
      event('gen_ai.choice', 'message', '[{"text":"y"}]'),
    ];
    expect(asked([], { events })).toEqual([{ q: 'x' }, 'full']);
    expect(told(spanOf([], { events })).events[0]!.facts.result.length).toBeGreaterThan(0);
  });

  const ofToolhive = (text: string) => asked([attribute('mcp.tool.arguments', text)]);
  it('is the text that ToolHive writes, as far as it is whole', () => {
    expect(ofToolhive('a=2, path=/srv/x')).toEqual([{ a: '2', path: '/srv/x' }, 'full']);
    const [args, state] = ofToolhive(`path=/srv/docs/${'z'.repeat(90)}..., token=[REDACTED]`);
    expect(args).toMatchObject({
      path: expect.stringMatching(/z\[redacted:cut:/),
      token: expect.stringMatching(/^\[redacted:/),
    });
    expect(state).toBe('redacted');
  });

  it.each([
    ['that one argument may have forged', 'note=x, path=/safe, path=/etc/shadow'],
    ['of which the end is cut off', `note=x, path=/safe, a=${'y'.repeat(100)}..., b=${'y'.repeat(75)}...`],
  ])('is nothing but text %s', (_, text) => {
    expect(ofToolhive(text)).toEqual([{ value: text }, 'absent']);
  });
});

describe('a span of Logfire', () => {
  const request = (params: object) => attribute('request', JSON.stringify({ method: 'tools/call', params }));
  const written = (name: string, kind: number, attributes: object[]) => {
    const record = spanOf([]);
    Object.assign(record.resourceSpans[0]!.scopeSpans[0]!.spans[0]!, { name, kind, attributes });
    return record;
  };
  const params = { name: 'delete_all', arguments: { why: 'quiet' }, meta: null };

  it.each([
    ['MCP server handle request: tools/call', '{"isError":true,"content":[]}', 'tool_error', 'files'],
    ['MCP server handle request: tools/call', '{"code":-32603,"message":"disk full"}', 'protocol_error', 'files'],
    ['MCP request: tools/call delete_all', '{"isError":false,"content":[]}', 'ok', 'unknown'],
  ])('tells a call: %s, %s', (name, response, status, server) => {
    const body = only(written(name, 1, [request(params), attribute('response', response)]));
    expect([body.method, body.target.name, body.args, body.outcome.status, body.server.id]).toEqual([
      'tools/call',
      'delete_all',
      { why: 'quiet' },
      status,
      server,
    ]);
    expect(JSON.stringify(body.raw)).not.toContain('quiet');
  });
});

it('a span of LiteLLM is a call of whose key it was, not of the gateway', () => {
  const record = spanOf([
    attribute('mcp.method.name', 'tools/call'),
    attribute('gen_ai.tool.name', 'tickets-delete'),
    attribute('litellm.mcp.server.name', 'tickets'),
    attribute('litellm.call_id', 'c-1'),
    attribute('litellm.api_key.hash', '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b'),
    attribute('litellm.team.alias', 'ops team'),
    attribute('litellm.metadata.user_api_key_alias', 'ops-agent'),
    attribute('litellm.metadata.user_api_key_user_id', 'dana'),
    attribute('litellm.metadata.requester_ip_address', '10.0.0.7'),
  ]);
  Object.assign(record.resourceSpans[0]!.scopeSpans[0]!.spans[0]!, { kind: 3 });
  expect(only(record)).toMatchObject({
    agent: { id: 'ops-agent', id_basis: 'consumer' },
    user: { id: 'dana' },
    caller: { groups: ['ops team'] },
    server: { id: 'tickets' },
    target: { name: 'delete', raw_name: 'tickets-delete' },
    phase: 'complete',
    src: { ip: '10.0.0.7' },
  });
});

it.each([
  ['a caller, to whom the server said it', 3, 'unknown'],
  ['who answers', 2, undefined],
])('a status of refusal counts as a refusal only where it is told by who answers: %s', (_, kind, effect) => {
  const record = spanOf([attribute('mcp.method.name', 'tools/call'), attribute('http.response.status_code', '403')]);
  Object.assign(record.resourceSpans[0]!.scopeSpans[0]!.spans[0]!, { kind });
  const { outcome, decision } = only(record);
  expect([outcome.status, decision?.effect]).toEqual(['denied', effect]);
});
