import type { AgentSummary } from '../../../schemas/api.ts';
import type { AgentState } from '../../engine/agent-state.ts';
import { type Armed, progress } from '../../engine/judge.ts';

/** How far an agent is learned: over all detectors that met it, and how many of them judge it in full. */
export function learningOf(armed: readonly Armed[], agent: AgentState): NonNullable<AgentSummary['learning']> {
  const shares = armed.flatMap((one) => {
    const slot = agent.detectors[one.detector.id];
    return slot === undefined ? [] : [progress(one, slot, agent.clock)];
  });
  return {
    seen: shares.filter((share) => share >= 1).length,
    of: shares.length,
    share: shares.length === 0 ? 0 : shares.reduce((sum, one) => sum + one, 0) / shares.length,
  };
}
