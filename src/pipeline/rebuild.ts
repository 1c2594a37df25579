import { type InLog, placeOf } from '../../schemas/place.ts';
import type { Manifest, Store } from '../stores/store.ts';
import type { Held } from './held.ts';
import type { InputBook } from './input-book.ts';
import { adopt } from './journal.ts';
import { beganIn, byLog, readMark } from './log-mark.ts';
import { PARTITION_ROW, takeOver } from './partitions.ts';

export interface RebuildOptions {
  store: Store;
  book: InputBook;
  dedupeWindow: number;
  /** Events that arrived before it (epoch milliseconds) are left out. */
  from: number;
  /** How many events are folded so far. */
  onProgress(events: number): void;
}

/** State that was folded anew, not in force yet. */
export interface Rebuilt {
  held: Held;
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
  const { book, dedupeWindow } = options;
  const assignment = { ...placeOf(instead.partition), generation: 0, seek: () => {} };
  const store = asIfFresh(instead, options);
  // The take-over of a partition that has no checkpoint yet. What lies past the newest manifest is left to the next one.
  const { held, replayed } = await takeOver(assignment, { store, book, dedupeWindow, storeIsLog: true, now: () => 0 });
  for (const adoption of held.journal.splice(0)) await adopt(held, adoption, book);
  return { held, instead, events: replayed, changed: await differing(held, instead, options.store) };
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

async function differing({ partition }: Held, instead: Manifest, store: Store): Promise<string[]> {
  const missing = new Set(partition.agents.keys());
  const changed: string[] = [];
  for await (const states of store.allStates(instead))
    for (const [agentId, state] of states) {
      if (agentId === PARTITION_ROW) continue;
      missing.delete(agentId);
      const agent = partition.agents.get(agentId);
      if (agent === undefined || JSON.stringify(agent) !== state) changed.push(agentId);
    }
  return [...changed, ...missing].sort();
}

/** Puts it in force: state rows, then a manifest of a later epoch, which is the newest from then on (rule R3). */
export async function putInPlace({ held, instead }: Rebuilt, store: Store, writer: string, now: number): Promise<void> {
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
  const agents = [...partition.agents.values()];
  for (let from = 0; from < agents.length; from += ROWS)
    await store.writeStates(agents.slice(from, from + ROWS).map((agent) => row(agent.id, JSON.stringify(agent))));
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
    // What tells the log from another one is as true as before; what was counted is begun anew.
    state: JSON.stringify(readMark(instead.state)),
    savedAt: now,
  });
}
