import { describe, expect, it } from 'vitest';
import { decodeAll, RECEIVED_AT } from '../support/decoding.ts';
import { type Json, only, sample, told } from './support.ts';

/** Requests and their answers, where a gateway writes them apart. */

describe('MCP itself', () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_file', arguments: {} } };

  it('what a server asks of its client has ids of its own', () => {
    const asked = { jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: { messages: [], maxTokens: 9 } };
    const said = {
      jsonrpc: '2.0',
      id: 1,
      result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'x' } },
    };
    const done = { jsonrpc: '2.0', id: 1, result: { content: [], isError: true } };
    for (const headers of [{}, { 'mcp-session-id': 's-1' }] as Record<string, string>[]) {
      const records = [call, asked, said, done].map((one, offset) => ({
        offset,
        value: JSON.stringify(one),
        headers,
        receivedAt: RECEIVED_AT,
      }));
      const { events } = decodeAll(records);
      const ends = new Map(events.map(({ key, body }) => [key, [body.method, body.target.name, body.outcome.status]]));
      expect([...ends.values()]).toEqual([
        ['tools/call', 'get_file', 'tool_error'],
        ['sampling/createMessage', undefined, 'ok'],
      ]);
    }
  });

  describe('an id that is used again in one session', () => {
    const headers = { 'mcp-session-id': 's-1' };
    const asked = (name: string) => ({ ...call, params: { name } });
    const done = { jsonrpc: '2.0', id: 1, result: { content: [] } };
    const decoded = (...records: [message: object, ms: number][]) =>
      decodeAll(
        records.map(([one, ms], offset) => ({
          offset,
          value: JSON.stringify(one),
          headers,
          receivedAt: RECEIVED_AT + ms,
        })),
      ).events;
    const ends = (events: ReturnType<typeof decoded>) => [
      ...new Map(events.map(({ key, body }) => [key, [body.target.name, body.phase]])).values(),
    ];

    it('names a call each time, answered or not', () => {
      const records: [object, number][] = [
        [asked('read'), 0],
        [done, 1],
        [asked('delete'), 2],
        [asked('drop'), 3],
        [done, 4],
        [asked('drop'), 5],
        [asked('read'), 700_000],
      ];
      const events = decoded(...records);
      expect(ends(events)).toEqual([
        ['read', 'complete'],
        ['delete', 'request'],
        ['drop', 'complete'],
        ['drop', 'request'],
        ['read', 'request'],
      ]);
      expect(ends(decoded(...records.slice(0, 6), ...records.slice(0, 6)))).toHaveLength(4);
    });

    it('a refused request is no answer to the one that runs', () => {
      const payload = (name: string) => JSON.stringify({ ...call, params: { name } });
      const one = (name: string, more: Json) => ({
        ...sample('golf-partial'),
        event_type: 'mcp_request',
        mcp_method: 'tools/call',
        mcp_tool_name: name,
        mcp_request_payload: payload(name),
        ...more,
      });
      const { events } = told(one('read', {}), one('delete', { security: { blocked: true } }));
      expect(ends(events)).toEqual([
        ['read', 'request'],
        ['delete', 'complete'],
      ]);
    });
  });

  it('an error does not rename the call that it answers', () => {
    const answer = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Unknown resource: file:///harmless' } };
    const { events } = told(call, answer);
    expect(events.map(({ body }) => [body.method, body.target.name, body.outcome.status])).toEqual([
      ['tools/call', 'get_file', 'unknown'],
      ['tools/call', 'get_file', 'denied'],
    ]);
  });
});

describe('AgentCore', () => {
  it('an error of the service is no call of unknown end', () => {
    const record = { ...sample('aws-agentcore-cloudtrail-data-event'), responseElements: null };
    const failed = { ...record, errorCode: 'ThrottlingException', errorMessage: 'Rate exceeded' };
    expect(only(failed).outcome).toMatchObject({ status: 'transport_error', code: 'ThrottlingException' });
  });

  it('a failed call whose end has no answer meets its request', () => {
    const started = sample('aws-agentcore-vended-log');
    const body = { isError: true, log: 'Failed to process request with requestId: 7', id: '7' };
    const { events, rejects } = told(started, { ...started, body, event_timestamp: 1791188043871 });
    expect(rejects).toEqual([]);
    expect(events.map(({ body: { target, outcome } }) => [target.name, outcome.status, outcome.reason])).toEqual([
      ['search', 'unknown', undefined],
      ['search', 'tool_error', 'Failed to process request with requestId: 7'],
    ]);
  });
});

describe('Golf', () => {
  const event = (event_type: string, more: Json): Json => ({
    ...sample('golf-partial'),
    event_type,
    mcp_method: undefined,
    mcp_tool_name: undefined,
    ...more,
  });

  it('an answer that was refused is told, whatever is left of it', () => {
    const refused = { security: { blocked: true }, mcp_method: 'tools/call', mcp_tool_name: 'search' };
    for (const left of [{}, { mcp_response_payload: '{"id": 7}', session_id: undefined }])
      expect(only(event('mcp_response', { ...refused, ...left }))).toMatchObject({
        method: 'tools/call',
        target: { name: 'search' },
        outcome: { status: 'denied' },
        phase: 'complete',
      });
    expect(told(event('mcp_response', { security: { blocked: true } })).dropped).toBe(1);
    expect(told(event('mcp_response', { mcp_method: 'tools/call', mcp_tool_name: 'search' })).dropped).toBe(1);
  });

  it('an answer tells which tools a server lists, and what its result brings', () => {
    const payload = (message: Json) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
    const tools = [{ name: 'search', description: 'Asks help@known.example.' }];
    const { events } = told(
      event('mcp_request', { mcp_request_payload: payload({ method: 'tools/list', params: {} }) }),
      event('mcp_response', { mcp_response_payload: payload({ result: { tools } }) }),
    );
    expect(events.map(({ facts }) => [facts.tools.map(({ name }) => name), facts.result.length > 0])).toEqual([
      [[], false],
      [['search'], true],
    ]);
  });

  it('what a server asks of its client is one call, and another than the one that runs', () => {
    const payload = (message: Json) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
    const params = { name: 'search', arguments: {} };
    const { events, rejects } = told(
      event('mcp_request', { mcp_request_payload: payload({ method: 'tools/call', params }) }),
      event('mcp_sampling_request', { mcp_request_payload: payload({ method: 'sampling/createMessage', params: {} }) }),
      event('mcp_sampling_response', { mcp_response_payload: payload({ result: { role: 'assistant' } }) }),
      event('mcp_response', { mcp_response_payload: payload({ result: { isError: true } }) }),
      event('mcp_elicitation_request', { mcp_method: 'elicitation/create' }),
      event('mcp_elicitation_response', { mcp_method: 'elicitation/create' }),
    );
    expect(rejects).toEqual([]);
    const ends = new Map(events.map(({ key, body }) => [key, [body.method, body.target.name, body.outcome.status]]));
    expect([...ends.values()]).toEqual([
      ['tools/call', 'search', 'tool_error'],
      ['sampling/createMessage', undefined, 'ok'],
      ['elicitation/create', undefined, 'unknown'],
    ]);
  });
});
