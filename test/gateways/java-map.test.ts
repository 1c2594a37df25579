import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javaMap } from '../../schemas/gateways/lib/java-map.ts';
import { javaRequest } from '../../schemas/gateways/lib/java-request.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { only, sample, told } from './support.ts';

describe('what Java prints of a map', () => {
  it.each([
    ['{a=[x, y], b={c=1}}', { a: ['x, y'], b: { c: 1 } }],
    ['{a=[], b=[{c=true}, {c=null}]}', { a: [], b: [{ c: true }, { c: null }] }],
    ['{q=disk full, really}', { q: 'disk full, really' }],
  ])('%s is read', (text, meant) => {
    expect(javaMap(text)).toEqual(meant);
  });

  it.each(['{a=[}', '{a=[x}', '{a=[{b=1}{c=2}]}', '{a=[x, ', '{a=]', '{', '{a=1}, b=2}'])('%s is text', (text) => {
    expect(javaMap(text)).toBeNull();
  });

  it('ends, whatever it is', () => {
    const sign = fc.constantFrom('{', '}', '[', ']', 'a=', ', ', ',', 'x', '=', ' ');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 14 }), (signs) => void javaMap(`{${signs.join('')}`)),
      { numRuns: 3_000 },
    );
  });
});

describe('a request that AgentCore printed', () => {
  const line = sample('aws-agentcore-vended-log') as { body: object };
  const asked = (params: string) => ({
    ...line,
    body: { ...line.body, requestBody: `{id=7, jsonrpc=2.0, method=tools/call, params={${params}}}` },
  });

  it.each([
    ['name=Db___drop_table, arguments={q=x}, name=Db___search, arguments={q=disk full}'],
    ['arguments={q=x}, name=Db___search}}, name=Db___drop_table'],
    ['arguments={q=x}, name=Db___search, _meta={a={b=1}, name=Db___drop_table, _meta={progressToken=}}'],
  ])('is of no one tool where an argument names another: %s', (params) => {
    const { method, server, target, args, args_state } = only(asked(params));
    const name = '<Db___drop_table or Db___search>';
    expect([method, server.id, target, args_state]).toEqual([
      'tools/call',
      'tickets-gw',
      { type: 'tool', name },
      'absent',
    ]);
    expect(args!.value).toContain('drop_table');
  });

  it.each([
    ['two', 'name=Db___read, arguments={note=x, path=/safe, path=/etc/shadow}'],
    ['one in another', 'name=Db___read, arguments={note=x, path=/safe, meta={b=1, path=/etc/shadow, z=}}'],
    ['no map', 'name=Db___read, arguments={path=/etc/shadow, note={}'],
    ['no list', 'name=Db___read, arguments={path=/etc/shadow, note=[}'],
  ])('has its arguments as text where they may be others: %s', (_, params) => {
    const { server, target, args, args_state } = only(asked(params));
    expect([server.id, target.name, args_state]).toEqual(['Db', 'read', 'absent']);
    expect(args!.value).toContain('path=/etc/shadow');
  });

  it.each([
    ['many arguments', Array.from({ length: 20_000 }, (_, i) => `k${i}=v`).join(', ')],
    ['many names', ' name=__________'.repeat(17_000)],
    ['a long name', `name=${'_'.repeat(250_000)}`],
    ['many maps', '{a='.repeat(60_000)],
  ])('is read in no time: %s', (_, given) => {
    const read = () => javaRequest(`{method=tools/call, params={name=Db___read, arguments={${given}}}}`);
    expect(cpuMs(read)).toBeLessThan(2_000);
  });

  it('has them as they are where an argument is called like a part of it', () => {
    const { target, args } = only(asked('name=Users___create, arguments={name=Bob, method=GET}'));
    expect([target.name, args]).toEqual(['create', { name: 'Bob', method: 'GET' }]);
  });

  it.each([
    ['{jsonrpc=2.0, id=7, result={isError=false, content=[{type=text, text={"a":[1]}}]}}', 'ok'],
    ['{jsonrpc=2.0, id=7, result={isError=true, content=[{type=text, text=a]}], isError=false}}', 'tool_error'],
    ['{jsonrpc=2.0, id=7, error={code=-32603, message=[}}', 'protocol_error'],
    ['{jsonrpc=2.0, id=7, error={code=-32002, message=Tool Execution Denied: No policy applies}}', 'denied'],
    ['{id=7, result={isError=true, content=[{text=AuthorizeActionException - Tool Execution Denied: x}]}}', 'denied'],
    ['{id=7, result={isError=false, content=[{text=Tool Execution Denied: x}]}}', 'ok'],
  ])('ends, whatever the tool answered: %s', (responseBody, status) => {
    const { events } = told(line, { ...line, body: { isError: false, log: 'done', responseBody, id: '7' } });
    expect(events.map(({ body }) => [body.phase, body.outcome.status])).toEqual([
      ['request', 'unknown'],
      ['complete', status],
    ]);
  });
});
