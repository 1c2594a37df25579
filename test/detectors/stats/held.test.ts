import { describe, expect, it } from 'vitest';
import type { Seen } from '../../../detectors/detector.ts';
import { type Held, heldTimes, hold } from '../../../detectors/stats/held.ts';
import { DAY } from '../../../schemas/durations.ts';

const START = Date.parse('2026-10-05T09:00:00Z');
const seenOn = (day: number, compromised: (agentId: string, session: string) => boolean = () => false): Seen =>
  ({ at: START + day * DAY, event: { body: { agent: { id: 'agent' } } }, compromised }) as unknown as Seen;
const toldOf = (...told: [whom: string, session: string, day: number][]) => {
  const state: { held?: Held } = {};
  for (const [whom, session, day] of told) hold(state, 'mail > to', whom, START + day * DAY, session);
  return state;
};
const three = toldOf(['a', 's1', 0], ['b', 's2', 2], ['c', 's3', 4]);

describe('what is told and held', () => {
  it('counts from the third recipient and session on, after days in which somebody could contradict', () => {
    expect(heldTimes({}, 'mail > to', seenOn(9))).toBe(0);
    expect(heldTimes(three, 'mail > to', seenOn(6))).toBe(0);
    expect(heldTimes(three, 'mail > to', seenOn(7))).toBe(3);
    expect(heldTimes(three, 'l > to', seenOn(7))).toBe(0);
  });

  it('counts nothing told of one session, or of one recipient, again and again', () => {
    expect(heldTimes(toldOf(['a', 's', 0], ['b', 's', 0], ['c', 's', 0]), 'mail > to', seenOn(9))).toBe(0);
    expect(heldTimes(toldOf(['a', 's1', 0], ['a', 's2', 1], ['a', 's3', 2]), 'mail > to', seenOn(9))).toBe(0);
  });

  it('counts none of a session that somebody called compromised', () => {
    const said = (agent: string, session: string): boolean => agent === 'agent' && session === 's2';
    expect(heldTimes(three, 'mail > to', seenOn(9, said))).toBe(0);
  });

  it('keeps its bound, and no key without end', () => {
    const state: { held?: Held } = {};
    for (let i = 0; i < 500; i += 1) hold(state, 'mail > to', `w${i}`, START, i % 2 ? `s${i}` : 'x'.repeat(1_000));
    expect(JSON.stringify(state).length).toBeLessThan(10_000);
  });
});
