import type { Seen } from '../../detectors/detector.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { silentSeen } from '../../src/engine/silent.ts';

/** What a detector sees of nothing in particular: a test lays over it what it is about. */
export const blankSeen = (at: number): Seen => silentSeen({ id: 'agent', group: '' } as AgentState, at);
