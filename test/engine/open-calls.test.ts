import { describe, expect, it } from 'vitest';
import type { Event } from '../../schemas/event.ts';
import { createOpenCalls, MAX_OPEN } from '../../src/engine/open-calls.ts';

const piece = (key: string, phase: 'request' | 'response', args?: Record<string, unknown>): Event =>
  ({
    key,
    body: {
      phase,
      target: { name: 't' },
      outcome: { status: 'unknown' },
      args_state: args ? 'full' : 'absent',
      ...(args && { args }),
    },
    facts: { args: [], result: [], redacted: [], tools: [] },
  }) as unknown as Event;

describe('calls of which only a part is there', () => {
  it.each([
    ['many', MAX_OPEN + 10, { id: 1 }],
    ['long ones', 100, { text: 'x'.repeat(100_000) }],
  ])('are bounded where they are %s: the newest are kept', (_name, count, args) => {
    const open = createOpenCalls();
    for (let n = 0; n < count; n += 1) open.hold(piece(`c${n}`, 'request', args));
    const joined = (n: number): unknown => {
      const answer = piece(`c${n}`, 'response');
      open.join(answer);
      return answer.body.args;
    };
    expect(joined(count - 1)).toEqual(args);
    expect(joined(0)).toBeUndefined();
    // What was taken out is no longer there, and a whole call is none.
    expect(joined(count - 1)).toBeUndefined();
  });
});
