import { describe, expect, it } from 'vitest';
import { decodeAll, RECEIVED_AT } from '../support/decoding.ts';

const message = (more: object): string => JSON.stringify({ jsonrpc: '2.0', ...more });
const told = (record: string, gateway = 'auto') => {
  const { events, rejects } = decodeAll([record], { gateway });
  return [...events.map(({ body }) => body.method), ...rejects.map(({ reason, detail }) => `${reason}: ${detail}`)];
};

describe('JSON-RPC of others than MCP', () => {
  it.each([
    ['Ethereum', 'eth_call', [{ to: '0x0' }, 'latest']],
    ['a language server', 'textDocument/didOpen', { textDocument: { uri: 'file:///a.ts' } }],
    ['a language server', '$/cancelRequest', { id: 1 }],
    ['a language server', 'initialize', { processId: 7, rootUri: null, capabilities: {} }],
    ['an agent of A2A', 'message/send', { message: {} }],
  ])('%s: %s is refused by its method, and taken where the configuration names the gateway', (_, method, params) => {
    const record = message({ id: 1, method, params });
    expect(told(record)).toEqual([
      `invalid_event: method: ${method} is none of MCP; a source with gateway: mcp-jsonrpc would take it`,
    ]);
    expect(told(record, 'mcp-jsonrpc')).toEqual([method]);
  });

  it('an answer that is no object answers no call of MCP', () => {
    const ping = message({ id: 1, method: 'ping' });
    const { events, rejects } = decodeAll([ping, message({ id: 1, result: '0x1' }), message({ id: 1, result: {} })]);
    expect(events.map(({ body }) => [body.method, body.outcome.status])).toEqual([
      ['ping', 'unknown'],
      ['ping', 'ok'],
    ]);
    expect(rejects.map(({ detail }) => detail)).toEqual([
      'result: none of MCP; a source with gateway: mcp-jsonrpc would take it',
    ]);
  });

  it.each([
    'initialize',
    'ping',
    'server/discover',
    'tools/list',
    'resources/templates/list',
    'resources/subscribe',
    'completion/complete',
    'logging/setLevel',
    'notifications/tools/list_changed',
    'sampling/createMessage',
    'elicitation/create',
    'roots/list',
    'tasks/list',
    'subscriptions/listen',
  ])('%s is of MCP', (method) => {
    expect(told(message({ id: 1, method, params: { protocolVersion: '2025-11-25' } }))).toEqual([method]);
  });
});

describe('connections without sessions, whose ids are the same', () => {
  const tapped = (offset: number, headers: Record<string, string>, more: object) => ({
    offset,
    headers,
    value: message({ id: 1, ...more }),
    receivedAt: RECEIVED_AT,
  });
  const call = (name: string) => ({ method: 'tools/call', params: { name } });
  const answer = (isError: boolean) => ({ result: { content: [], isError } });

  it.each([
    ['agents', { ce_agent: 'ops' }, { ce_agent: 'dev' }],
    ['agents by the key', { ce_partitionkey: 'ops' }, { ce_partitionkey: 'dev' }],
    ['servers of one agent', { ce_agent: 'ops', ce_server: 'a' }, { ce_agent: 'ops', ce_server: 'b' }],
  ])('of several %s: no answer is told of the call of another', (_, one, two) => {
    const { events, rejects } = decodeAll([
      tapped(0, one, call('delete_user')),
      tapped(1, two, call('search')),
      tapped(2, one, answer(false)),
      tapped(3, two, answer(true)),
    ]);
    expect(rejects).toEqual([]);
    const told = events.map(({ body }) => [body.agent.id, body.server.id, body.target.name, body.outcome.status]);
    expect(told.map(([, , ...rest]) => rest)).toEqual([
      ['delete_user', 'unknown'],
      ['search', 'unknown'],
      ['delete_user', 'ok'],
      ['search', 'tool_error'],
    ]);
    expect(told[2]!.slice(0, 2)).toEqual(told[0]!.slice(0, 2));
    expect(told[3]!.slice(0, 2)).toEqual(told[1]!.slice(0, 2));
  });

  it('an answer that says less of its connection than its request is refused, not guessed', () => {
    const { events, rejects } = decodeAll([
      tapped(0, { ce_agent: 'ops' }, call('search')),
      tapped(1, {}, answer(false)),
    ]);
    expect([events.length, rejects[0]!.detail]).toEqual([
      1,
      'method: an answer without its request, which came over ten minutes before, before a restart, or not at all',
    ]);
  });
});
