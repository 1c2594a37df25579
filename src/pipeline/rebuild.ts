import { type InLog, placeOf } from '../../schemas/place.ts';
import type { Manifest, Store } from '../stores/store.ts';
import type { HeldPartition } from './held.ts';
import type { InputBook } from './input-book.ts';
import { adopt } from './journal.ts';
import { beganIn, byLog, readMark } from './log-mark.ts';
import { PARTITION_ROW, takeOver } from './partitions.ts';
import { createSpill } from './spill.ts';

interface RebuildOptions {
  store: Store;
  book: InputBook;
  dedupeWindow: number;
  /** Events that arrived before it (epoch milliseconds) are left out. */
  from: number;
  /** How many events are folded so far. */
  onProgress(events: number): void;
  /** Agents that stay in memory: at most twice as many are there. */
  keep: number;
}

/** State that was folded anew, not in force yet. Agents beyond what memory holds are in a file, until it is closed. */
interface Rebuilt {
  held: HeldPartition;
  agentIds: readonly string[];
  stateOf(agentId: string): string | undefined;
  close(): void;
  /** The manifest whose place it would take: it covers the same offsets. */
  instead: Manifest;
  events: number;
  /** Agents whose state is not what is stored, byte by byte; those that lose or gain one among them. */
  changed: string[];
}

/** State rows written in one statement. */
const ROWS = 500;

/** What a fold of the record from its beginning leads to, apart from the state in force. */
export async function rebuild(instead: Manifest, options: RebuildOptions): Promise<Rebuilt> {
  const { book, dedupeWindow, keep } = options;
  const assignment = { ...placeOf(instead.partition), generation: 0, seek: () => {} };
  const spill = createSpill(keep, 'overreach-rebuild-');
  const store: Store = {
    ...asIfFresh(instead, options),
    loadStates: async (_, ids) => new Map(ids.map((id) => [id, spill.read(id)!])),
  };
  const refolded = async ({ partition, absent }: HeldPartition): Promise<void> => {
    for (const agentId of spill.rest(partition)) absent.add(agentId);
  };
  try {
    // The take-over of a partition that has no checkpoint yet. What lies past the newest manifest is left to the next one.
    const asFirst = { store, book, dedupeWindow, storeIsLog: true, now: () => 0, refolded };
    const { held, replayed } = await takeOver(assignment, asFirst);
    for (const adoption of held.journal.splice(0)) await adopt(held, adoption, book);
    const { agents } = held.partition;
    const agentIds = [...new Set([...agents.keys(), ...held.absent])];
    const stateOf = (agentId: string): string | undefined => {
      const agent = agents.get(agentId);
      return agent === undefined ? spill.read(agentId) : JSON.stringify(agent);
    };
    const changed = await differing({ agentIds, stateOf }, options.store.allStates(instead));
    return { held, instead, events: replayed, changed, agentIds, stateOf, close: spill.close };
  } catch (error) {
    spill.close();
    throw error;
  }
}

/** The same record, as one that no checkpoint was made of. */
export function asIfFresh(
  instead: Manifest,
  { store, from, onProgress }: Pick<RebuildOptions, 'store' | 'from' | 'onProgress'>,
): Store {
  const mark = readMark(instead.state);
  const end = { epoch: beganIn(mark), offset: instead.nextOffset };
  return {
    ...store,
    newestManifest: () => Promise.resolve(null),
    nextOffset: () => Promise.resolve(instead.nextOffset),
    async adoptions(partition) {
      const all = [];
      for (let epoch = 0; epoch <= instead.epoch; epoch += 1) all.push(...(await store.adoptions(partition, epoch, 0)));
      // What was adopted past the end is for the records that lie there.
      return byLog(all, mark).filter(({ epoch, fromOffset }) => isBefore({ epoch, offset: fromOffset }, end));
    },
    async *replay(place) {
      let events = 0;
      for await (const rows of store.replay(place, 0)) {
        const wanted = rows.filter(({ event }) => isBefore(event.position, end) && event.receivedAt >= from);
        if (wanted.length > 0) yield wanted;
        events += wanted.length;
        onProgress(events);
      }
    },
  };
}

const isBefore = ({ epoch = 0, offset }: InLog, end: { epoch: number; offset: number }): boolean =>
  epoch < end.epoch || (epoch === end.epoch && offset < end.offset);

async function differing(
  { agentIds, stateOf }: Pick<Rebuilt, 'agentIds' | 'stateOf'>,
  before: AsyncIterable<Map<string, string>>,
): Promise<string[]> {
  const missing = new Set(agentIds);
  const changed: string[] = [];
  for await (const states of before)
    for (const [agentId, state] of states) {
      if (agentId === PARTITION_ROW) continue;
      missing.delete(agentId);
      if (stateOf(agentId) !== state) changed.push(agentId);
    }
  return [...changed, ...missing].sort();
}

/** Puts it in force: state rows, then a manifest of a later epoch, which is the newest from then on (rule R3). */
export async function putInPlace(
  { held, instead, agentIds, stateOf }: Rebuilt,
  store: Store,
  writer: string,
  now: number,
): Promise<void> {
  const { partition } = held;
  const { nextOffset } = instead;
  const epoch = instead.epoch + 1;
  const row = (agentId: string, state: string) => ({
    partition: partition.id,
    agentId,
    epoch,
    nextOffset,
    writer,
    state,
  });
  for (let from = 0; from < agentIds.length; from += ROWS)
    await store.writeStates(agentIds.slice(from, from + ROWS).map((agentId) => row(agentId, stateOf(agentId)!)));
  await store.writeStates([row(PARTITION_ROW, JSON.stringify(partition))]);
  // A take-over reads the journal of its own epoch.
  for (const adoption of await store.adoptions(partition.id, instead.epoch, nextOffset))
    await store.writeAdoption({ ...adoption, epoch });
  await store.writeManifest({
    partition: partition.id,
    epoch,
    nextOffset,
    writer,
    writers: [{ writer, nextOffset, epoch }],
    inputs: { ...held.versions },
    // What tells the log from another one, and what was counted of it, is as true as before.
    state: instead.state,
    savedAt: now,
  });
}
