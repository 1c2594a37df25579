import type { AgentState } from '../../engine/agent-state.ts';
import type { HeldPartition } from '../../pipeline/held.ts';
import type { Store } from '../../stores/store.ts';
import { newestStates } from './newest-states.ts';

interface Hiding {
  alertId: string;
  agentId: string;
}

/** How many findings each verdict has hidden: from memory where a partition is held, else as of its checkpoint. */
export async function hiddenCounts(
  store: Store,
  held: ReadonlyMap<string, HeldPartition>,
  wanted: readonly Hiding[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const add = (state: Pick<AgentState, 'hidden'> | undefined, alertId: string): void => {
    const n = state?.hidden?.[alertId] ?? 0;
    if (n > 0) counts.set(alertId, (counts.get(alertId) ?? 0) + n);
  };
  const resting: Hiding[] = [];
  for (const one of wanted) {
    let found = false;
    for (const { partition } of held.values()) {
      const agent = partition.agents.get(one.agentId);
      if (agent === undefined) continue;
      found = true;
      add(agent, one.alertId);
    }
    if (!found) resting.push(one);
  }
  if (resting.length === 0) return counts;
  for await (const states of newestStates(store, [...new Set(resting.map(({ agentId }) => agentId))]))
    for (const { agentId, alertId } of resting) add(states.get(agentId), alertId);
  return counts;
}
