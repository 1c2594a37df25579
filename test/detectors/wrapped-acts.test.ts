import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../detectors/stats/leaves.ts';
import { piecesOf } from '../../schemas/shell.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { type Call, shell, tell } from './worked.ts';

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
