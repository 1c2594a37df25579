import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeAll } from '../support/decoding.ts';

type Json = Record<string, unknown>;
const sample = (name: string, line = 0): Json =>
  JSON.parse(readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8').split('\n')[line]!);
const told = (record: unknown) => decodeAll([JSON.stringify(record)]);
const only = (record: unknown) => {
  const { events, rejects } = told(record);
  expect([events.length, rejects]).toEqual([1, []]);
  return events[0]!.body;
};

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
