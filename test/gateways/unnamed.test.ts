import { describe, expect, it } from 'vitest';
import { decodeAll, nativeEvent } from '../support/decoding.ts';
import { only, sample, told } from './support.ts';

/** What a gateway let an agent read is kept, also where the gateway does not write what it was. */
describe('an access whose target the gateway does not name', () => {
  const envoy = { ...sample('envoy-ai-gateway'), 'mcp.method.name': 'resources/read', 'mcp.tool.name': undefined };
  const registry = sample('agentic-community-registry');
  const asked = { ...(registry.mcp_request as object), method: 'prompts/get', tool_name: null };

  it.each([
    ['Envoy', envoy, 'resource'],
    ['Envoy', { ...envoy, 'mcp.method.name': 'prompts/get' }, 'prompt'],
    ['agentic-community', { ...registry, mcp_request: asked }, 'prompt'],
    ['Pomerium', { ...sample('pomerium'), 'mcp-method': 'resources/read', 'mcp-tool': undefined }, 'resource'],
  ])('%s: is told without one, by its type', (_, record, type) => {
    expect(only(record).target).toEqual({ type });
  });

  it('is told as what it was where it was refused; a refused call of no tool as the request that it was', () => {
    const method = (mcp: object) =>
      only({
        ...registry,
        mcp_request: { ...asked, ...mcp },
        mcp_response: { status: 'error', error_code: -32602, error_message: 'Access denied' },
      });
    expect(method({})).toMatchObject({
      method: 'prompts/get',
      target: { type: 'prompt' },
      outcome: { status: 'denied' },
    });
    expect(method({ method: 'tools/call' })).toMatchObject({ method: 'http_request', target: { type: 'none' } });
  });

  it('is taken as it was told, and again from what normalize printed', () => {
    const event = only(envoy);
    expect(only(event)).toMatchObject({ target: { type: 'resource' }, source: { kind: 'envoy-ai-gateway' } });
  });

  it('is refused of a tool, and of who writes our own format', () => {
    const { rejects } = told({ ...envoy, 'mcp.method.name': 'tools/call' });
    expect(rejects.map(({ detail }) => detail)).toEqual(['target.name: tools/call needs target.name']);
    for (const method of ['tools/call', 'resources/read', 'prompts/get']) {
      const { events, rejects } = decodeAll([JSON.stringify(nativeEvent({ method, target: { type: 'resource' } }))]);
      expect([events.length, rejects[0]!.detail]).toEqual([0, `target.name: ${method} needs target.name`]);
    }
  });
});

describe('spans of a read that one side alone names', () => {
  const at = { startTimeUnixNano: '1791188043684000000', endTimeUnixNano: '1791188043871000000' };
  const span = (spanId: string, parentSpanId: string | undefined, kind: number, uri?: string) => ({
    ...at,
    traceId: 'a'.repeat(32),
    spanId,
    parentSpanId,
    name: 'resources/read',
    kind,
    attributes: Object.entries({ 'mcp.method.name': 'resources/read', 'mcp.resource.uri': uri }).flatMap(
      ([key, stringValue]) => (stringValue === undefined ? [] : [{ key, value: { stringValue } }]),
    ),
  });
  const exported = (...spans: object[]) => ({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });
  const [app, sdk, server] = [
    span('1'.repeat(16), undefined, 3, 'file:///notes.md'),
    span('2'.repeat(16), '1'.repeat(16), 3),
    span('3'.repeat(16), '2'.repeat(16), 2),
  ];

  it('is one event with the name, in one export or in several', () => {
    for (const exports of [
      [exported(app, sdk, server)],
      [exported(sdk), exported(app), exported(server)],
      [exported(sdk, app), exported(server)],
    ]) {
      const { events, rejects } = told(...exports);
      expect(rejects).toEqual([]);
      expect(new Set(events.map(({ key }) => key)).size).toBe(1);
      expect(events.at(-1)!.body.target).toEqual({ type: 'resource', name: 'file:///notes.md' });
    }
  });

  it('of the caller alone, whose library knows no name, are an event all the same', () => {
    const { events, rejects, dropped } = told(exported(sdk));
    expect([events.map(({ body }) => body.target), rejects, dropped]).toEqual([[{ type: 'resource' }], [], 0]);
  });
});
