import { describe, expect, it } from 'vitest';
import { type Json, only, sample, told } from './support.ts';

describe('Obot', () => {
  it('the details of an event are part of it', () => {
    const details = {
      trace: { sessionID: 's-5ac1', requestID: 'rq-1' },
      network: { clientIP: '10.20.0.7' },
      client: { name: 'ops-agent', version: '2.3', userAgent: 'ops-agent/2.3' },
      request: { body: { name: 'search', arguments: { q: 'disk full' } }, mutated: false },
      response: { body: { isError: true, content: [] }, mutated: false },
      payloadRedacted: false,
    };
    expect(only({ ...sample('obot-auditlogevent'), details })).toMatchObject({
      client: { name: 'ops-agent', version: '2.3' },
      session_id: 's-5ac1',
      args: { q: 'disk full' },
      outcome: { status: 'tool_error' },
      request_id: 'rq-1',
      src: { ip: '10.20.0.7', user_agent: 'ops-agent/2.3' },
    });
  });

  it.each([
    [{ result: { isError: true, content: [] } }, 'tool_error'],
    [{ error: { code: -32602, message: 'Unknown tool: search' } }, 'denied'],
    [{ result: { content: [] } }, 'ok'],
  ])('bodies are whole messages: %j', (said, status) => {
    const row = sample('obot-stored-record');
    const requestBody = {
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'search', arguments: { q: 'disk full' } },
    };
    const responseBody = { jsonrpc: '2.0', id: 7, ...said };
    const record = { ...row, mcpFields: { ...(row.mcpFields as Json), requestBody, responseBody } };
    expect(only(record)).toMatchObject({ args: { q: 'disk full' }, outcome: { status, http_status: 200 } });
  });

  it('older releases wrote the fields of a call beside the others', () => {
    const { mcpFields, ...row } = sample('obot-stored-record');
    const older = { ...row, ...(mcpFields as Json), sourceType: 'mcp', eventType: 'tool_call' };
    const { raw: _, ...flat } = only(older);
    const { raw: __, ...nested } = only(sample('obot-stored-record'));
    expect(flat).toEqual(nested);
    const local = { ...older, sourceType: 'local_agent', mcpID: '', callType: 'Bash' };
    expect(told(local)).toMatchObject({ events: [], rejects: [], dropped: 1 });
  });
});
