import { type AgentState, newAgent } from '../../src/engine/agent-state.ts';

/** A Monday at nine. */
export const START = Date.parse('2026-10-05T09:00:00Z');

/** An agent of whom nothing is known. */
export const blankAgent = (over: Partial<AgentState> = {}): AgentState => ({
  ...newAgent('agent', '', START),
  day: 0,
  ...over,
});
