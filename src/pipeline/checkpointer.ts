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
 * Agents from which on further partitions wait for the next round: of those that are taken, whoever changes before it is
 * written is kept as text. Each round has the rows of events written, however few, and costs an insert of each kind.
 */
const TOGETHER = 300;

/** A partition that was saved. */
export interface Saved {
  held: HeldPartition;
  /** Characters of state. */
  bytes: number;
}

interface Taken extends Saved {
  manifest: Manifest;
  own: SavedState;
  agents: Iterable<SavedState>;
}

/**
 * Makes the state of partitions durable, in the order that keeps each saved thing true by itself (rule R3): event rows,
 * state rows of the agents that changed, the manifests, then the hints to the broker.
 */
export function createCheckpointer(options: CheckpointerOptions) {
  const { store, writer, durable, persist, commit, maxAgents, portion = PORTION, now } = options;
  /** Checkpoints of each partition; begun at its number, so that not all are collected in the same round. */
  const counts = new Map<string, number>();
  /** One after the other: a manifest says that the states of those before it are there. After one that failed none is. */
  let turn: Promise<unknown> = Promise.resolve();

  /** State and offset, of one moment; null where nothing has changed. */
  function take(held: HeldPartition): Taken | null {
    const { partition, epoch } = held;
    const { nextOffset } = partition;
    const same = held.manifest !== null && held.manifest.nextOffset === nextOffset && held.manifest.epoch === epoch;
    if (same && partition.changed.size === 0) return null;
    const agents = partition.takeChanged();
    const own = { agentId: PARTITION_ROW, state: JSON.stringify(partition) };
    const manifest: Manifest = {
      partition: partition.id,
      epoch,
      nextOffset,
      writer,
      writers: [
        ...(held.manifest?.writers ?? []).filter((other) => other.writer !== writer),
        { writer, nextOffset, epoch },
      ],
      inputs: { ...held.versions },
      state: JSON.stringify({ ...held.mark, tally: held.tally }),
      savedAt: now(),
    };
    return { held, manifest, own, agents, bytes: 0 };
  }

  /** Those whose turn is next, in one synchronous step; the fold goes on while they are written. */
  function takeNext(waiting: HeldPartition[]): Taken[] {
    const taken: Taken[] = [];
    for (let agents = 0; agents < TOGETHER && waiting.length > 0; ) {
      const held = waiting.shift()!;
      agents += held.partition.changed.size;
      const one = take(held);
      if (one !== null) taken.push(one);
    }
    return taken;
  }

  /** In portions: a fleet whose agents all changed is more than memory should hold at once. */
  async function writeStates(all: readonly Taken[]): Promise<void> {
    let rows: AgentStateRow[] = [];
    let unwritten = 0;
    let slice = 0;
    const write = async (): Promise<void> => {
      const taken = rows;
      rows = [];
      unwritten = 0;
      await persist('agent states', () => store.writeStates(taken));
    };
    for (const [one, saved] of statesOf(all)) {
      const { partition, nextOffset, epoch } = one.manifest;
      rows.push({ partition, nextOffset, writer, epoch, ...saved });
      one.bytes += saved.state.length;
      unwritten += saved.state.length;
      slice += saved.state.length;
      if (unwritten >= portion) await write();
      if (slice < SLICE) continue;
      slice = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (rows.length > 0) await write();
  }

  async function writeManifest({ held, manifest }: Taken): Promise<void> {
    const { partition } = held;
    checkFence(held, await persist('the newest manifest', () => store.newestManifest(partition.id)), options);
    await persist('the manifest', () => store.writeManifest(manifest));
    held.manifest = manifest;
    await commit(held, manifest.nextOffset);
    for (const agentId of partition.spill(maxAgents())) held.absent.add(agentId);
    const count = (counts.get(partition.id) ?? held.number) + 1;
    counts.set(partition.id, count);
    if (count % COLLECT_EVERY === 0) await persist('the collection of old states', () => store.collect(manifest));
  }

  async function checkpoint(partitions: Iterable<HeldPartition>): Promise<Saved[]> {
    const waiting = [...partitions];
    const saved: Saved[] = [];
    while (waiting.length > 0) {
      const taken = takeNext(waiting);
      if (taken.length === 0) break;
      await durable();
      await writeStates(taken);
      for (const one of taken) await writeManifest(one);
      saved.push(...taken);
    }
    return saved;
  }

  /** Those in which something had changed. */
  return (partitions: Iterable<HeldPartition>): Promise<Saved[]> => {
    const mine = turn.then(() => checkpoint(partitions));
    turn = mine;
    return mine;
  };
}

function* statesOf(all: readonly Taken[]): Generator<[Taken, SavedState]> {
  for (const one of all) {
    yield [one, one.own];
    for (const saved of one.agents) yield [one, saved];
  }
}
