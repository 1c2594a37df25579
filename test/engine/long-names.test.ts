import { describe, expect, it } from 'vitest';
import type { Detector } from '../../detectors/detector.ts';
import { toolDrift } from '../../detectors/tool-drift.ts';
import { BLANK } from '../support/blank-detector.ts';
import { createRun, MONDAY } from '../support/run.ts';

const always: Detector = {
  ...BLANK,
  id: 'always',
  initial: () => ({}),
  observe: () => true,
  score: () => ({ score: 5, reason: 'x', story: 'x', seen: 'x', expected: 'x', n: 1, days: 1, contributors: [] }),
  learn: () => {},
};

describe('what others name as long as they like', () => {
  it('is kept of a tool by 256 characters, and two that begin alike are two', () => {
    const run = createRun([toolDrift]);
    const list = (n: number) => [0, 1].map((last) => ({ name: `${'x'.repeat(50_000)}${n}${last}` }));
    const told = Array.from({ length: 50 }, (_, n) =>
      run.send({ at: MONDAY + n, server: 'own', tool: '', method: 'tools/list', result: { tools: list(n) } }),
    );
    expect(JSON.stringify(run.state()).length).toBeLessThan(60_000);
    expect(told.at(-1)!.failed).toEqual([]);
    expect(JSON.stringify(told.at(-1)!.alerts).length).toBeLessThan(5_000);
  });

  it('is of a chain of delegations its first fifteen, and the one at its end', () => {
    const delegation = Array.from({ length: 64 }, (_, n) => ({ sub: `${n} ${'x'.repeat(1_000)}` }));
    const [alert] = createRun([always]).send({ at: MONDAY, delegation, user: { id: 'dana' } }).alerts;
    expect(alert!.on_behalf_of).toHaveLength(16);
    expect(alert!.on_behalf_of!.at(-1)).toBe('dana');
  });
});
