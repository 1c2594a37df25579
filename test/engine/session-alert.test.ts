import { describe, expect, it } from 'vitest';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { AgentState, SessionState } from '../../src/engine/agent-state.ts';
import { initialFusion, initialSessionFusion } from '../../src/engine/fuse.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { SESSION_DEFAULTS, sessionDraft, sessionSeverity } from '../../src/engine/session-alert.ts';
import { silentSeen } from '../../src/engine/silent.ts';
import { tellSession } from '../../src/engine/telling.ts';
import { blankAgent, START } from './support.ts';

const finding = (detector: string, score: number, seen: string, expected: string) => ({
  detector,
  reason: 'r',
  score,
  seen,
  expected,
  eventId: `${detector}-1`,
});
const agentWith = (raws: number[]): AgentState =>
  blankAgent({ id: 'support-1', group: 'support', calls: 9, fusion: { ...initialFusion(), n: raws.length, raws } });
const session: SessionState = {
  key: 'trace:t1',
  from: 'trace',
  firstAt: START,
  lastAt: START,
  calls: 3,
  score: 3.4,
  detectors: {},
  fusion: { ...initialSessionFusion(), raw: 4 },
  findings: [
    finding('sequence', 3, 'an unusual step', 'rather another'),
    finding('provenance', 2, 'an address copied out of a page', '2 % of the values there come from a page'),
  ],
  flagged: true,
};
const draft = (raws: number[]) => {
  const agent = agentWith(raws);
  return sessionDraft(agent, session, silentSeen(agent, START), SESSION_DEFAULTS);
};

describe("a session's alert", () => {
  it('tells in order what came together, and what is normal in the place of what tells most', () => {
    const { title, summary, proof } = draft([1, 5]);
    expect(title).toContain('an address copied out of a page');
    expect(summary).toContain('(session derived from the trace), 3 calls long');
    expect(summary).toContain('an unusual step; then an address copied out of a page.');
    expect(summary).toContain('Normal for this agent in that place: 2 % of the values there come from a page.');
    expect(proof.contributors.map(({ name }) => name)).toEqual(['sequence: r', 'provenance: r']);
    expect(proof.expected).toContain('1 of its last 2 sessions was as unusual');
  });

  it('is graded by how often chance alone brings the like: of many sessions a week some are unlikely', () => {
    const week = 7 * 86_400_000;
    const graded = (findings: SessionState['findings'], weekly: number, score: number): string => {
      const agent = { ...agentWith([]), clock: START + 10 * week, fusion: { ...initialFusion(), n: 10 * weekly } };
      return sessionSeverity(agent, { ...session, score, findings }, silentSeen(agent, START), SESSION_DEFAULTS);
    };
    const step = [finding('sequence', 4, 'an unusual step', 'rather another')];
    expect([graded(step, 5, 3.4), graded(step, 50, 3.9), graded(step, 50, 4.1), graded(step, 50, 4.5)]).toEqual([
      'medium',
      'low',
      'medium',
      'high',
    ]);
    expect([graded(step, 1000, 5.2), graded(step, 1000, 5.4)]).toEqual(['low', 'high']);
    // What is seen to flow says what happened, where the others say that something did.
    expect([graded(session.findings, 50, 3.6), graded(session.findings, 50, 3.9)]).toEqual(['low', 'medium']);
  });

  it('is graver where it reached what only few may', () => {
    const steady = { ...agentWith([]), clock: START + 70 * 86_400_000 };
    const graded = (score: number, reached: PrivilegeClass) =>
      sessionSeverity(
        steady,
        { ...session, score },
        { ...silentSeen(steady, START), class: reached },
        SESSION_DEFAULTS,
      );
    expect([graded(3.5, 'read'), graded(5, 'read')]).toEqual(['medium', 'high']);
    expect([graded(3.5, 'secret'), graded(5, 'secret')]).toEqual(['high', 'critical']);
  });

  it('says how it stands among those that are over, or that none is', () => {
    expect(draft([0.1, 0, 2]).proof.expected).toContain('none of its last 3 sessions were as unusual');
    expect(draft([]).proof.expected).toContain('held against those of its peers');
  });

  it('is another one where the story of the first is over: channels drop a revision that they were told before', () => {
    const agent = agentWith([]);
    const { inputs } = compileRules({});
    const toldBy = (key: string, score: number, told?: number) => {
      agent.stories = [];
      const seen = silentSeen(agent, START);
      const now = { ...session, score, ...(told === undefined ? {} : { told }) };
      return tellSession(agent, now, { ...seen, event: { ...seen.event, key } }, SESSION_DEFAULTS, inputs);
    };
    const first = toldBy('a', 3.4)!;
    expect(toldBy('b', 3.6, 3.4)).toBeNull();
    const second = toldBy('c', 4, 3.4)!;
    expect([first.stage, second.stage]).toEqual(['open', 'open']);
    expect(second.alert_id).not.toBe(first.alert_id);
    expect(toldBy('c', 4, 3.4)!.alert_id).toBe(second.alert_id);
  });

  it('remembers how far it was told, and goes on while its story does', () => {
    const agent = agentWith([]);
    const { inputs } = compileRules({});
    const long = { ...session };
    const tellIt = () => tellSession(agent, long, silentSeen(agent, START), SESSION_DEFAULTS, inputs)?.stage;
    expect([tellIt(), long.told]).toEqual(['open', 3.4]);
    long.score = 3.5;
    expect([tellIt(), agent.stories[0]!.suppressed]).toEqual([undefined, 1]);
  });
});
