import type { AgentState } from '../../engine/agent-state.ts';
import type { Store } from '../../stores/store.ts';

/** What the newest checkpoint of each partition holds of these agents, by their ids. */
export async function* newestStates(
  store: Pick<Store, 'checkpointed' | 'newestManifest' | 'loadStates'>,
  agentIds: readonly string[],
): AsyncGenerator<Map<string, AgentState>> {
  for (const partition of await store.checkpointed()) {
    const manifest = await store.newestManifest(partition);
    if (manifest === null) continue;
    const saved = await store.loadStates(manifest, agentIds);
    yield new Map([...saved].map(([id, state]) => [id, JSON.parse(state) as AgentState]));
  }
}
