import { describe, expect, it } from 'vitest';
import { decodeAll } from '../support/decoding.ts';

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
