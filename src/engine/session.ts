import { DAY, HOUR, MINUTE } from '../../schemas/durations.ts';
import type { Event } from '../../schemas/event.ts';
import { type AgentState, MAX_SESSIONS, type SessionState } from './agent-state.ts';
import { initialSessionFusion } from './fuse.ts';

/** Silence after which calls without a session of their own begin a new one. */
export const IDLE_MS = 30 * MINUTE;
/** Silence after which any session is over. */
export const SESSION_END_MS = DAY;

/**
 * The session an event belongs to: the gateway's, else its trace, else its task, else calls of the agent with no idle
 * gap of half an hour between them. MCP itself has no sessions from revision 2026-07-28 on.
 */
export function sessionOf(agent: AgentState, event: Event): SessionState {
  const { session_id, trace_id, task } = event.body;
  const at = event.effectiveAt;
  if (session_id !== undefined) return open(agent, session_id, 'gateway', at);
  if (trace_id !== undefined) return open(agent, `trace:${trace_id}`, 'trace', at);
  if (task?.id !== undefined) return open(agent, `task:${task.id}`, 'task', at);
  const current = agent.sessions.findLast(
    (session) => session.from === 'idle' && Math.abs(at - session.lastAt) <= IDLE_MS,
  );
  return current ?? open(agent, `idle:${event.key.slice(0, 16)}`, 'idle', at);
}

function open(agent: AgentState, key: string, from: SessionState['from'], at: number): SessionState {
  const sessions = agent.sessions;
  for (let index = sessions.length - 1; index >= 0; index -= 1) {
    const session = sessions[index]!;
    if (session.key === key) return session;
  }
  const session: SessionState = {
    key,
    from,
    firstAt: at,
    lastAt: at,
    calls: 0,
    score: 0,
    detectors: {},
    fusion: initialSessionFusion(),
    findings: [],
    flagged: false,
  };
  sessions.push(session);
  return session;
}

/** Silence after which what detectors kept of a session is let go, and how many sessions may keep such at once. */
export const SESSION_REST_MS = 6 * HOUR;
export const MAX_DETAILED_SESSIONS = 16;

/** Lets go of what detectors kept of sessions at rest: a session may hold 100 KB of it, an agent 32 sessions. */
function restSessions(agent: AgentState): void {
  for (const session of agent.sessions) if (agent.clock - session.lastAt > SESSION_REST_MS) rest(session);
  if (agent.sessions.length <= MAX_DETAILED_SESSIONS) return;
  const youngest = agent.sessions.toSorted((a, b) => b.lastAt - a.lastAt);
  for (let index = MAX_DETAILED_SESSIONS; index < youngest.length; index += 1) rest(youngest[index]!);
}

function rest(session: SessionState): void {
  for (const _ in session.detectors) {
    session.detectors = {};
    return;
  }
}

/** Takes out the sessions that are over: silent for a day by the agent's own clock, or crowded out. */
export function endedSessions(agent: AgentState): SessionState[] {
  const over = agent.clock - SESSION_END_MS;
  if (agent.sessions.length <= MAX_SESSIONS && agent.sessions.every(({ lastAt }) => lastAt >= over)) {
    restSessions(agent);
    return [];
  }
  const ended: SessionState[] = [];
  const kept: SessionState[] = [];
  for (const session of agent.sessions) (agent.clock - session.lastAt > SESSION_END_MS ? ended : kept).push(session);
  while (kept.length > MAX_SESSIONS) {
    let oldest = 0;
    for (let index = 1; index < kept.length; index += 1) if (kept[index]!.lastAt < kept[oldest]!.lastAt) oldest = index;
    ended.push(...kept.splice(oldest, 1));
  }
  if (ended.length > 0) agent.sessions = kept;
  restSessions(agent);
  return ended;
}
