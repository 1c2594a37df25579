import type { AgentSummary } from '../../../schemas/api.ts';
import { counted } from '../../../schemas/counted.ts';
import type { AgentState } from '../../engine/agent-state.ts';
import { type Armed, progress } from '../../engine/judge.ts';
import { knownSlot } from '../../engine/slots.ts';
import type { Pipeline } from '../../pipeline/run.ts';

/** How far an agent is learned: over all detectors that had something of it to judge, and how many of them do so in full. */
export function learningOf(armed: readonly Armed[], agent: AgentState): NonNullable<AgentSummary['learning']> {
  const shares = armed.flatMap((one) => {
    if (agent.detectors[one.detector.id] === undefined) return [];
    // What an older version of the detector learned is not read any more.
    const slot = knownSlot(agent, one.detector);
    if (slot === undefined) return [0];
    // An agent that never gives a right keeps no detector of rights waiting.
    const share = progress(one, slot, agent.clock);
    return slot.since === 0 && share === 0 ? [] : [share];
  });
  return {
    seen: shares.filter((share) => share >= 1).length,
    of: shares.length,
    share: shares.length === 0 ? 0 : shares.reduce((sum, one) => sum + one, 0) / shares.length,
  };
}

/** What an upgrade made of what was learned: detectors whose state is of an older version, a line each. */
export function outdated(armed: readonly Armed[], agents: Iterable<AgentState>): string[] {
  const counts = new Map<string, number>();
  for (const agent of agents)
    for (const { detector } of armed)
      if (agent.detectors[detector.id] !== undefined && knownSlot(agent, detector) === undefined)
        counts.set(detector.id, (counts.get(detector.id) ?? 0) + 1);
  return [...counts].map(
    ([id, count]) =>
      `${id} learns ${counted(count, 'agent')} anew, an older version learned them: \`overreach baseline rebuild\` learns from the record at once`,
  );
}

export function* inMemory({ held }: Pick<Pipeline, 'held'>): Iterable<AgentState> {
  for (const { partition } of held.values()) yield* partition.agents.values();
}
