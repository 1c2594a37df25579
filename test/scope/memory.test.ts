import { describe, expect, it } from 'vitest';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';
import { heapUsed } from '../support/heap.ts';
import { AT, classify, grants, tool } from './support.ts';

let names = 0;

/** Bytes of the heap that are left after so many calls, each with an argument of another name of 500,000 characters. */
function keptOf(call: (args: Record<string, unknown>) => unknown): number {
  call({ path: 'a' });
  const before = heapUsed();
  for (let n = 0; n < 100; n += 1)
    call(JSON.parse(`{"path":"a","${names++}${'k'.repeat(500_000)}":"a"}`) as Record<string, unknown>);
  const kept = heapUsed() - before;
  // What remembers is in use until here.
  call({ path: 'a' });
  return kept;
}

describe('names of arguments, which are as long as an agent likes', () => {
  it('are not kept by what tells the class of a call', () => {
    expect(keptOf((args) => classify(tool('files', 'run_command', args)))).toBeLessThan(20_000_000);
  });

  it('are not kept by what holds them against grants', () => {
    const compiled = compileGrants(grants({ args: { path: ['a*'] } }));
    const scope = (args: Record<string, unknown>) => judgeScope(compiled, tool('files', 'read', args), 'read', AT);
    expect(keptOf(scope)).toBeLessThan(20_000_000);
  });
});
