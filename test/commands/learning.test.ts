import { expect, it } from 'vitest';
import { learningOf, outdated } from '../../src/commands/support/learning.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { arm } from '../../src/engine/rules.ts';

const armed = arm({}).filter(({ detector }) => ['privilege-creep', 'first-seen'].includes(detector.id));
const YEAR = 365 * 86_400_000;

/** Learned for a year, by this version or one before it. */
const learned = (id: string, before: number): AgentState => {
  const slots = armed.map(({ detector }) => [
    detector.id,
    { version: detector.version - before, learned: 10_000, since: 1, state: detector.initial() },
  ]);
  return { id, clock: YEAR, detectors: Object.fromEntries(slots) } as AgentState;
};

it('what an agent never does keeps nothing waiting', () => {
  const agent = learned('a', 0);
  agent.detectors['first-seen'] = { ...agent.detectors['first-seen']!, learned: 0, since: 0 };
  expect(learningOf(armed, agent)).toEqual({ seen: 1, of: 1, share: 1 });
});

it('an agent whose state an upgrade made unreadable is not learned, and which detectors learn anew is told', () => {
  expect(learningOf(armed, learned('a', 0))).toEqual({ seen: 2, of: 2, share: 1 });
  expect(learningOf(armed, learned('b', 1))).toEqual({ seen: 0, of: 2, share: 0 });
  expect(outdated(armed, [learned('a', 0)])).toEqual([]);
  const [one, other] = outdated(armed, [learned('a', 0), learned('b', 1), learned('c', 1)]);
  expect([one, other].sort()).toEqual([
    expect.stringMatching(/^first-seen learns 2 agents anew, .*baseline rebuild/),
    expect.stringMatching(/^privilege-creep learns 2 agents anew, .*baseline rebuild/),
  ]);
});
