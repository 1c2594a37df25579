import { describe, expect, it } from 'vitest';
import { auditTampering } from '../../detectors/audit-tampering.ts';
import { leavesOf } from '../../detectors/stats/leaves.ts';
import { piecesOf } from '../../schemas/shell.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { createRun, MONDAY } from '../support/run.ts';
import { type Call, shell, tell, worked } from './worked.ts';

const HOME = '{"command":"rm -rf /home/ann"}';
const packed = (args: Record<string, unknown>): Call => ({ server: 'proxy', tool: 'call_tool', args });
const run = (args: Record<string, unknown>): Call => ({ server: 'terminal', tool: 'execute_command', args });
const many = Object.fromEntries(Array.from({ length: 990 }, (_, n) => [`A${n}`, 'x']));

describe('what a call does is told, however it is wrapped', () => {
  it.each<[string, Call]>([
    ['JSON as a text', packed({ arguments: HOME })],
    ['behind blanks', packed({ arguments: `\n  ${HOME}` })],
    ['in a list', packed({ input: `[${HOME}]` })],
    ['under a name in camel case', packed({ toolInput: HOME })],
    ['behind a long list', run({ env: { ...many, more: many }, command: 'rm -rf /home/ann' })],
    ['a program, and what it is given', run({ command: 'rm', args: ['-rf', '/home/ann'] })],
    ['a program within', run({ process: { program: '/bin/rm', arguments: '-rf /home/ann' } })],
    ['as another user', shell('sudo -u root -n rm -rf /home/ann')],
  ])('%s', (_, call) => {
    expect(tell(call)).toMatchObject([{ reason: 'destroys', severity: 'high' }]);
  });

  it.each<[string, Call]>([
    ['a program that is given nothing of note', run({ command: 'rm', args: ['-f', 'dist/a.js'] })],
    ['the same words apart', run({ command: 'ls', note: 'rm', args: ['-la', '/home/ann'] })],
    ['JSON that is kept as a text', packed({ note: HOME })],
  ])('is silent about %s', (_, call) => {
    expect(tell(call)).toEqual([]);
  });
});

describe('what a tool calls for another is told as that', () => {
  const through = (name: string, given: Record<string, unknown>, tool = 'mcp-exec'): Call => ({
    server: 'gateway',
    tool,
    args: { name, arguments: given },
  });
  it.each<[string, Call]>([
    ['destroys', through('delete_repository', { owner: 'acme', repo: 'shop' })],
    ['destroys', through('kubernetes__delete_namespace', { name: 'payments' }, 'call_tool')],
    ['persists', through('create_webhook', { url: 'https://x.status.dev/hook' }, 'EXECUTE_TOOL')],
    ['gives_admin', through('share_file', { file: 'f1', type: 'anyone', role: 'reader' }, 'invoke_mcp_tool')],
    ['drops_check', through('update_policy', { policy: 'four eyes approval', enabled: 'no' }, 'call_tool')],
  ])('%s', (reason, call) => {
    expect(tell(call)).toMatchObject([{ reason, severity: 'medium' }]);
  });

  it('each by itself', () => {
    const opened = worked();
    const calls = ['delete_repository', 'delete_namespace'].map((name) => through(name, { id: 'shop' }));
    expect(calls.map((call) => opened(call, 7).length)).toEqual([1, 1]);
    const run = createRun([auditTampering]);
    const ends = (name: string) =>
      run.send({ at: MONDAY, server: 'gw', tool: 'call_tool', args: { name, arguments: { id: 't' } } });
    expect(['delete_trail', 'stop_logging', 'delete_trail'].map((name) => ends(name).alerts.length)).toEqual([1, 1, 0]);
  });

  it.each<Call>([
    through('get_repository', { repo: 'shop' }),
    { server: 'ci', tool: 'create_job', args: { name: 'delete_repository', parameters: {} } },
    { server: 'hr', tool: 'call_customer', args: { name: 'delete_repository' } },
  ])('is silent about %j', (call) => {
    expect(tell(call)).toEqual([]);
  });
});

describe('leaves', () => {
  it('takes the values of an object before what lies within', () => {
    expect(leavesOf({ a: { b: 1, c: { d: 2 }, e: 3 }, f: 4, g: ['x', 'y'] })).toEqual([
      ['f', 4],
      ['g', ['x', 'y']],
      ['a.b', 1],
      ['a.e', 3],
      ['a.c.d', 2],
    ]);
  });

  it('ends, however many there are', () => {
    expect(leavesOf({ all: Array.from({ length: 5_000 }, (_, n) => ({ n })) })).toHaveLength(1_000);
  });
});

it('options of sudo cost no more than their length', () => {
  const took = (size: number) => cpuMs(() => piecesOf(`sudo${' -u'.repeat(size)} ; sudo${' -u -x'.repeat(size)}|`));
  took(100);
  expect(took(4_000)).toBeLessThan(200);
});
