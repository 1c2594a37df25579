import type { Manifest, Store } from '../stores/store.ts';
import type { Held } from './held.ts';
import { PARTITION_ROW } from './partitions.ts';

export interface CheckpointerOptions {
  store: Store;
  /** Name of this process among all that ever wrote: rows of a dead run cannot be mistaken for ours. */
  writer: string;
  /** Everything folded so far is durable. */
  durable(): Promise<void>;
  /** Repeats an idempotent write until it is done. */
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  commit(held: Held, nextOffset: number): Promise<void>;
  /** Agents of one partition that may stay in memory. */
  maxAgents(): number;
  now(): number;
}

const COLLECT_EVERY = 20;

/**
 * Makes the state of a partition durable, in the order that keeps each saved thing true by itself (rule R3): event
 * rows, state rows of the agents that changed, the manifest, then the hint to the broker.
 */
export function createCheckpointer({ store, writer, durable, persist, commit, maxAgents, now }: CheckpointerOptions) {
  let saved = 0;

  /** Bytes of state that were written; null where nothing had changed. */
  return async function checkpoint(held: Held): Promise<number | null> {
    const { partition } = held;
    const { nextOffset } = partition;
    const same =
      held.manifest !== null && held.manifest.nextOffset === nextOffset && held.manifest.epoch === held.epoch;
    if (same && partition.changed.size === 0) return null;
    // State and offset are taken in one synchronous step; the fold goes on while they are written.
    const states = partition.takeChanged().map((agent) => ({ agentId: agent.id, state: JSON.stringify(agent) }));
    states.push({ agentId: PARTITION_ROW, state: JSON.stringify(partition) });
    const manifest: Manifest = {
      partition: partition.id,
      epoch: held.epoch,
      nextOffset,
      writer,
      writers: [
        ...(held.manifest?.writers ?? []).filter((other) => other.writer !== writer),
        { writer, nextOffset, epoch: held.epoch },
      ],
      inputs: { ...held.versions },
      state: JSON.stringify({ ...held.mark, tally: held.tally }),
      savedAt: now(),
    };
    await durable();
    const rows = states.map(({ agentId, state }) => ({
      partition: partition.id,
      agentId,
      nextOffset,
      writer,
      epoch: held.epoch,
      state,
    }));
    await persist('agent states', () => store.writeStates(rows));
    await persist('the manifest', () => store.writeManifest(manifest));
    held.manifest = manifest;
    await commit(held, nextOffset);
    for (const agentId of partition.spill(maxAgents())) held.absent.add(agentId);
    saved += 1;
    if (saved % COLLECT_EVERY === 0) await persist('the collection of old states', () => store.collect(manifest));
    return states.reduce((sum, { state }) => sum + state.length, 0);
  };
}
