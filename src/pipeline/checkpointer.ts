import type { SavedState } from '../engine/snapshot.ts';
import type { AgentStateRow, Manifest, Store } from '../stores/store.ts';
import { checkFence } from './fence.ts';
import type { HeldPartition } from './held.ts';
import { PARTITION_ROW } from './partitions.ts';

interface CheckpointerOptions {
  store: Store;
  /** Name of this process among all that ever wrote: rows of a dead run cannot be mistaken for ours. */
  writer: string;
  /** No broker says whose a partition is: whoever else saves it has no business there. */
  storeIsLog: boolean;
  /** Everything folded so far is durable. */
  durable(): Promise<void>;
  /** Repeats an idempotent write until it is done. */
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  commit(held: HeldPartition, nextOffset: number): Promise<void>;
  /** Agents of one partition that may stay in memory. */
  maxAgents(): number;
  /** Characters of state written in one statement. */
  portion?: number;
  now(): number;
}

/** Checkpoints of one partition. */
const COLLECT_EVERY = 20;
const PORTION = 16 * 1024 * 1024;
/** Characters of state between two turns of the event loop. */
const SLICE = 512 * 1024;

/**
 * Makes the state of a partition durable, in the order that keeps each saved thing true by itself (rule R3): event
 * rows, state rows of the agents that changed, the manifest, then the hint to the broker.
 */
export function createCheckpointer(options: CheckpointerOptions) {
  const { store, writer, durable, persist, commit, maxAgents, portion = PORTION, now } = options;
  /** Checkpoints of each partition; begun at its number, so that not all are collected in the same round. */
  const counts = new Map<string, number>();
  /** One after the other: a manifest says that the states of those before it are there. After one that failed none is. */
  let turn: Promise<unknown> = Promise.resolve();

  /** In portions: a fleet whose agents all changed is more than memory should hold at once. Answers bytes. */
  async function writeStates(
    place: Omit<AgentStateRow, keyof SavedState>,
    own: SavedState,
    agents: Iterable<SavedState>,
  ): Promise<number> {
    let rows = [{ ...place, ...own }];
    let total = own.state.length;
    let unwritten = total;
    let slice = total;
    const write = async (): Promise<void> => {
      const taken = rows;
      rows = [];
      unwritten = 0;
      await persist('agent states', () => store.writeStates(taken));
    };
    for (const saved of agents) {
      rows.push({ ...place, ...saved });
      total += saved.state.length;
      unwritten += saved.state.length;
      slice += saved.state.length;
      if (unwritten >= portion) await write();
      if (slice < SLICE) continue;
      slice = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await write();
    return total;
  }

  async function checkpoint(held: HeldPartition): Promise<number | null> {
    const { partition } = held;
    const { nextOffset } = partition;
    const same =
      held.manifest !== null && held.manifest.nextOffset === nextOffset && held.manifest.epoch === held.epoch;
    if (same && partition.changed.size === 0) return null;
    // State and offset are taken in one synchronous step; the fold goes on while they are written.
    const agents = partition.takeChanged();
    const own = { agentId: PARTITION_ROW, state: JSON.stringify(partition) };
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
    const written = await writeStates({ partition: partition.id, nextOffset, writer, epoch: held.epoch }, own, agents);
    checkFence(held, await persist('the newest manifest', () => store.newestManifest(partition.id)), options);
    await persist('the manifest', () => store.writeManifest(manifest));
    held.manifest = manifest;
    await commit(held, nextOffset);
    for (const agentId of partition.spill(maxAgents())) held.absent.add(agentId);
    const count = (counts.get(partition.id) ?? held.number) + 1;
    counts.set(partition.id, count);
    if (count % COLLECT_EVERY === 0) await persist('the collection of old states', () => store.collect(manifest));
    return written;
  }

  /** Bytes of state that were written; null where nothing had changed. */
  return (held: HeldPartition): Promise<number | null> => {
    const mine = turn.then(() => checkpoint(held));
    turn = mine;
    return mine;
  };
}
