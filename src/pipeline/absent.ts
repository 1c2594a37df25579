import type { Event } from '../../schemas/event.ts';
import type { AgentState } from '../engine/agent-state.ts';
import type { Store } from '../stores/store.ts';
import type { HeldPartition } from './held.ts';

/** Agents asked for in one query: few, since the fold waits while they are parsed. */
const PORTION = 100;

/**
 * Brings agents into memory while there is room, so that what silence brings about is judged of them too. Beside the
 * fold, which goes on: what it has brought in or changed meanwhile is left as it is.
 */
export async function warmUp(held: HeldPartition, store: Store, room: () => number): Promise<void> {
  while (held.absent.size > 0 && room() > 0) {
    const { manifest } = held;
    const wanted = [...take(held.absent, Math.min(PORTION, room()))];
    const states = await store.loadStates(manifest!, wanted);
    // A checkpoint was saved meanwhile: an agent may have been in, changed, and out again.
    if (held.manifest !== manifest) continue;
    for (const [agentId, state] of states)
      if (held.absent.delete(agentId)) held.partition.restore([[agentId, JSON.parse(state) as AgentState]]);
    // Who is not there was collected by another process that took over; the next event or assignment shows it.
    if (states.size < wanted.length) return;
  }
}

function* take<T>(all: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const one of all) {
    if (taken === count) return;
    taken += 1;
    yield one;
  }
}

/** One query for all agents of a batch that are stored and not in memory. */
export async function loadAbsent(held: HeldPartition, events: readonly Event[], store: Store): Promise<void> {
  if (held.absent.size === 0) return;
  const wanted = new Set<string>();
  for (const { body } of events) if (held.absent.has(body.agent.id)) wanted.add(body.agent.id);
  if (wanted.size === 0) return;
  const states = await store.loadStates(held.manifest!, [...wanted]);
  // Who stalled for long may find that another process took over and collected what we knew.
  if ([...wanted].some((agentId) => !states.has(agentId)))
    throw new Error(`${held.partition.id}: another process has advanced past us`);
  held.partition.restore([...states].map(([agentId, state]) => [agentId, JSON.parse(state) as AgentState]));
  for (const agentId of wanted) held.absent.delete(agentId);
}
