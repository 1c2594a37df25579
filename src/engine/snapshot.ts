import type { AgentState } from './agent-state.ts';

export interface SavedState {
  agentId: string;
  /** JSON. */
  state: string;
}

interface Snapshots {
  /** The states of these agents as they are now, to be read once; they may change before they are read. */
  take(agents: readonly AgentState[]): Iterable<SavedState>;
  /** Said before an agent changes. */
  changing(agent: AgentState): void;
}

/**
 * States as of one moment, without the fold standing still while thousands of agents are written out: each is when its
 * turn comes, or before its next event, whichever is first.
 */
export function createSnapshots(): Snapshots {
  /** Of each snapshot that is not read to its end: the agents whose turn has not come, and their state where they changed since. */
  const open = new Set<Map<AgentState, string | null>>();

  function* read(waiting: Map<AgentState, string | null>): Generator<SavedState> {
    try {
      for (const [agent, written] of waiting) {
        const state = written ?? JSON.stringify(agent);
        waiting.delete(agent);
        yield { agentId: agent.id, state };
      }
    } finally {
      open.delete(waiting);
    }
  }

  return {
    take(agents) {
      const waiting = new Map(agents.map((agent): [AgentState, null] => [agent, null]));
      open.add(waiting);
      return read(waiting);
    },
    changing(agent) {
      for (const waiting of open) if (waiting.get(agent) === null) waiting.set(agent, JSON.stringify(agent));
    },
  };
}
