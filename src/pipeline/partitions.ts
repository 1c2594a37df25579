import type { Alert } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import { placeId } from '../../schemas/place.ts';
import { MAX_OPEN } from '../engine/open-calls.ts';
import { createPartition, type Judged, type PartitionJson } from '../engine/partition.ts';
import type { Assignment } from '../sources/source.ts';
import type { Gap, InputAdoption, Store } from '../stores/store.ts';
import { loadAbsent } from './absent.ts';
import type { HeldPartition } from './held.ts';
import type { InputBook, Versions } from './input-book.ts';
import { adopt } from './journal.ts';
import { beganIn, brokenOf, byLog, dated, grownOf, isDue, lostOf, readMark } from './log-mark.ts';
import { type Doubt, restartedAt, restartOf } from './proof.ts';
import { newTally, tallyIn } from './tally.ts';
import { wholeRecords } from './whole-records.ts';

/** Id of the state row that holds what is no agent's: no agent has an empty id. */
export const PARTITION_ROW = '';

export interface PartitionsOptions {
  store: Store;
  book: InputBook;
  dedupeWindow: number;
  /** The store itself is the log (no Kafka): what lies past the manifest is folded again from stored rows. */
  storeIsLog: boolean;
  now(): number;
  /**
   * Called with each portion of stored rows that was folded again, where the partition stands at an offset: with the alerts
   * that it brought about, same ids, to be written and told if they were not. Agents may be put away then.
   */
  refolded(held: HeldPartition, alerts: Alert[]): Promise<void>;
}

/** What a take-over found, beside the state. */
export interface Recovered {
  held: HeldPartition;
  replayed: number;
  /** What happened to the log since the manifest was saved. */
  gaps: Gap[];
}

/**
 * Takes a partition over by its newest manifest (rules R3, R8). The commit of the broker is not asked. Agents stay where
 * they are, and come into memory before their first event. `doubt`: what was seen of its log, where
 * that is not what it was.
 */
export async function takeOver(assignment: Assignment, options: PartitionsOptions, doubt?: Doubt): Promise<Recovered> {
  const { store, book } = options;
  const id = placeId(assignment);
  const newest = await store.newestManifest(id);
  const mark = readMark(newest?.state ?? '');
  const restart = newest === null ? undefined : restartOf(mark, newest.nextOffset, assignment, doubt);
  const restarted = restart !== undefined;
  const epoch = newest === null ? 0 : newest.epoch + (restarted ? 1 : 0);
  const remade = [...(mark.remade ?? []), ...(restarted ? [epoch] : [])];
  const began = beganIn({ remade });
  const nextOffset = restart ?? newest?.nextOffset ?? assignment.logStart ?? 0;
  const versions: Versions = { ...newest?.inputs };
  const rules = await book.rules(versions);
  const saved = newest === null ? undefined : (await store.loadStates(newest, [PARTITION_ROW])).get(PARTITION_ROW);
  const partition = createPartition({
    id,
    engine: rules.engine,
    dedupeWindow: options.dedupeWindow,
    nextOffset,
    ...(saved === undefined ? {} : { saved: JSON.parse(saved) as PartitionJson }),
  });
  const held: HeldPartition = {
    source: assignment.source,
    number: assignment.partition,
    generation: assignment.generation,
    partition,
    epoch,
    began,
    manifest: newest,
    versions,
    rules,
    absent: new Set(),
    journal: [],
    judged: nextOffset,
    tally: (restarted ? undefined : tallyIn(newest?.state ?? '')) ?? newTally(nextOffset, options.now()),
  };
  if (assignment.logStart !== undefined)
    held.mark = {
      ...(restarted ? restartedAt(mark, restart) : mark),
      ...(remade.length === 0 ? {} : { remade }),
      ...(assignment.partitions === undefined ? {} : { partitions: assignment.partitions }),
    };
  if (newest !== null)
    for await (const ids of store.agentIds(newest)) for (const agentId of ids) held.absent.add(agentId);
  held.absent.delete(PARTITION_ROW);
  if (nextOffset > 0 || began > 0) {
    const before = { epoch: began, offset: nextOffset, begins: held.mark?.begins ?? 0 };
    partition.remember(await store.recentKeys(assignment, before, options.dedupeWindow));
    for await (const rows of store.openCalls(assignment, before, options.dedupeWindow, MAX_OPEN))
      partition.reopen(rows.map(({ event }) => event));
  }
  const recovered: Recovered = { held, replayed: 0, gaps: [] };
  held.journal = await store.adoptions(id, epoch, nextOffset);
  if (options.storeIsLog) await replay(recovered, options, newest === null ? held.journal : byLog(held.journal, mark));
  held.judged = options.storeIsLog
    ? partition.nextOffset
    : await store.nextOffset(assignment, { epoch: began, offset: nextOffset });
  if (newest !== null) {
    const found = restarted
      ? brokenOf(assignment, newest.nextOffset, doubt?.goOn)
      : lostOf(assignment, partition.nextOffset);
    recovered.gaps = dated([...found, ...grownOf(assignment, mark)], newest.savedAt, options.now());
  }
  return recovered;
}

async function replay(
  recovered: Recovered,
  { store, book, now, refolded }: PartitionsOptions,
  adoptions: InputAdoption[],
): Promise<void> {
  const { held } = recovered;
  const place = { source: held.source, partition: held.number };
  // What lay past the manifest was read from the record itself: it is there.
  const goTo = (offset: number): void => {
    if (offset < held.partition.nextOffset) return;
    held.partition.pass(offset);
    held.tally = newTally(held.partition.nextOffset, now());
  };
  let due = 0;
  for await (const rows of wholeRecords(store.replay(place, held.partition.nextOffset))) {
    await loadAbsent(
      held,
      rows.map(({ event }) => event),
      store,
    );
    const told: Alert[] = [];
    let next: Event[] = [];
    const fold = (): void => {
      for (const { alerts } of foldEvents(held, next)) told.push(...alerts);
      next = [];
    };
    for (const { event } of rows) {
      for (; due < adoptions.length && isDue(adoptions[due]!, event.position); due += 1) {
        fold();
        await adopt(held, adoptions[due]!, book);
      }
      next.push(event);
    }
    fold();
    recovered.replayed += rows.length;
    goTo(rows.at(-1)!.event.position.offset);
    await refolded(held, told);
  }
  goTo((await store.nextOffset(place)) - 1);
  for (; due < adoptions.length && adoptions[due]!.fromOffset <= held.partition.nextOffset; due += 1)
    await adopt(held, adoptions[due]!, book);
  held.journal = adoptions.slice(due);
}

export const foldEvents = ({ partition, rules }: HeldPartition, events: readonly Event[]): Judged[] =>
  partition.foldAll(events, rules.inputs);
