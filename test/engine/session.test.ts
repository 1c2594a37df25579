import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../schemas/event.ts';
import { type AgentState, MAX_SESSIONS } from '../../src/engine/agent-state.ts';
import {
  endedSessions,
  IDLE_MS,
  MAX_DETAILED_SESSIONS,
  SESSION_END_MS,
  SESSION_REST_MS,
  sessionOf,
} from '../../src/engine/session.ts';
import { call } from '../scope/support.ts';
import { blankAgent, START } from './support.ts';

const eventOf = (at: number, body: Partial<Event['body']> = {}): Event => ({
  key: at.toString(16).padEnd(32, '0'),
  contentHash: '',
  position: { source: 't', partition: 0, offset: 0, index: 0 },
  occurredAt: at,
  receivedAt: at,
  effectiveAt: at,
  body: call(body),
  facts: { args: [], result: [], redacted: [], tools: [] },
});

/** As the engine does: the session, its detectors' state, the clock, what ended. */
function visit(agent: AgentState, at: number, body: Partial<Event['body']> = {}) {
  const session = sessionOf(agent, eventOf(at, body));
  session.lastAt = Math.max(session.lastAt, at);
  session.detectors.rate ??= { kept: at };
  agent.clock = Math.max(agent.clock, at);
  return { session, ended: endedSessions(agent) };
}

describe('the session of a call', () => {
  it("is the gateway's, else the trace's, else the task's, else that of calls without a gap", () => {
    const agent = blankAgent();
    const all = { session_id: 's', trace_id: 't', task: { id: 'k' } };
    expect(visit(agent, START, all).session).toMatchObject({ key: 's', from: 'gateway' });
    expect(visit(agent, START, { trace_id: 't', task: { id: 'k' } }).session).toMatchObject({ from: 'trace' });
    expect(visit(agent, START, { task: { id: 'k' } }).session).toMatchObject({ from: 'task' });
    const idle = visit(agent, START).session;
    expect(idle.from).toBe('idle');
    expect(visit(agent, START + IDLE_MS).session).toBe(idle);
    expect(visit(agent, START + 2 * IDLE_MS + 1).session).not.toBe(idle);
  });

  it('is over after a day of silence', () => {
    const agent = blankAgent();
    visit(agent, START, { session_id: 'old' });
    expect(visit(agent, START + SESSION_END_MS, { session_id: 'new' }).ended).toEqual([]);
    expect(visit(agent, START + SESSION_END_MS + 1, { session_id: 'new' }).ended).toMatchObject([{ key: 'old' }]);
  });

  it('keeps what detectors know of it while it is not at rest', () => {
    const agent = blankAgent();
    const { session } = visit(agent, START, { session_id: 'old' });
    visit(agent, START + SESSION_REST_MS, { session_id: 'new' });
    expect(session.detectors).toEqual({ rate: { kept: START } });
    visit(agent, START + SESSION_REST_MS + 1, { session_id: 'new' });
    expect(session.detectors).toEqual({});
  });

  it('is one of few, whatever comes', () => {
    const visits = fc.array(fc.record({ wait: fc.nat({ max: 600_000 }), name: fc.nat({ max: 80 }) }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(visits, (stream) => {
        const agent = blankAgent();
        let at = START;
        for (const { wait, name } of stream) {
          at += wait;
          const { session } = visit(agent, at, { session_id: `s${name}` });
          expect(agent.sessions.length).toBeLessThanOrEqual(MAX_SESSIONS);
          const detailed = agent.sessions.filter(({ detectors }) => Object.keys(detectors).length > 0);
          expect(detailed.length).toBeLessThanOrEqual(MAX_DETAILED_SESSIONS);
          // The one in use has what its detectors keep, unless many others were used in the same moment.
          if (wait > 0) expect(session.detectors).not.toEqual({});
        }
      }),
      { numRuns: 50 },
    );
  });
});
