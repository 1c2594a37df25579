import type { AgentState } from '../../src/engine/agent-state.ts';
import { initialFusion } from '../../src/engine/fuse.ts';

/** A Monday at nine. */
export const START = Date.parse('2026-10-05T09:00:00Z');

/** An agent of whom nothing is known. */
export const blankAgent = (over: Partial<AgentState> = {}): AgentState => ({
  id: 'agent',
  group: '',
  firstAt: START,
  clock: START,
  day: 0,
  calls: 0,
  detectors: {},
  sessions: [],
  stories: [],
  fusion: initialFusion(),
  told: {},
  ...over,
});
