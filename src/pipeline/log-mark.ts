import type { Position } from '../../schemas/event.ts';
import type { Assignment, Batch } from '../sources/source.ts';
import type { Gap, InputAdoption, Manifest } from '../stores/store.ts';

/** What tells a log from another of the same name: saved with each manifest, held against what is found later. */
export interface LogMark {
  /** Epochs in which the topic was made anew: with the last of them the log began that we stand in. */
  remade?: number[];
  /** Partitions that the topic had. */
  partitions?: number;
  /** The last record before our place, and the time (epoch milliseconds) that it bore. */
  last?: { offset: number; at: number };
}

export function readMark(state: string): LogMark {
  if (state === '') return {};
  const { remade, partitions, last } = JSON.parse(state) as LogMark;
  return {
    ...(remade === undefined ? {} : { remade }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(last === undefined ? {} : { last }),
  };
}

/** The epoch in which the log began that a partition stood in at an epoch of its own: an operator raises that too. */
export const beganIn = ({ remade = [] }: LogMark = {}, epoch = Number.POSITIVE_INFINITY): number =>
  remade.findLast((began) => began <= epoch) ?? 0;

/** Adoptions in the order of a replay, each with the epoch of its log in place of the one it was journaled in. */
export const byLog = (adoptions: readonly InputAdoption[], mark: LogMark): InputAdoption[] =>
  adoptions
    .map((adoption) => ({ ...adoption, epoch: beganIn(mark, adoption.epoch) }))
    .sort((a, b) => a.epoch - b.epoch || a.fromOffset - b.fromOffset);

/** In force before a record at this place is folded; `adoption` is one of `byLog`. */
export const isDue = ({ epoch, fromOffset }: InputAdoption, { epoch: log = 0, offset }: Position): boolean =>
  epoch < log || (epoch === log && fromOffset <= offset);

/** Where to read on: one record before our place where the log still holds it, so that it can be told by that one. */
export function readFrom(nextOffset: number, { last }: LogMark = {}, { logStart = 0 }: Assignment): number {
  return last !== undefined && last.offset === nextOffset - 1 && logStart <= last.offset ? last.offset : nextOffset;
}

/** The first batch after a seek holds another record than the one that was there: the topic was made anew. */
export function isOfAnotherLog({ records: [first] }: Batch, { last }: LogMark = {}): boolean {
  return first !== undefined && first.offset === last?.offset && first.receivedAt !== last.at;
}

/** The range that the log no longer holds, although we have not read it. */
export function lostOf(
  { source, partition, logStart = 0 }: Assignment,
  nextOffset: number,
): Omit<Gap, 'from' | 'to'>[] {
  if (logStart <= nextOffset) return [];
  const detail = `the log begins at ${logStart}: its retention passed what was not yet read`;
  return [{ kind: 'lost', source, partition, fromOffset: nextOffset, toOffset: logStart - 1, detail }];
}

/** The topic was deleted and made anew while we stood at `nextOffset`. */
export function remadeOf({ source, partition }: Assignment, nextOffset: number): Omit<Gap, 'from' | 'to'> {
  const detail = `the topic was made anew and is read from its beginning; what its old log held from ${nextOffset} on is lost, and nobody can say how much that was`;
  return { kind: 'remade', source, partition, fromOffset: nextOffset, toOffset: nextOffset, detail };
}

/** Said once, of partition 0: with more partitions a key goes elsewhere, and its agent's baseline begins there anew. */
export function grownOf(assignment: Assignment, mark: LogMark): Omit<Gap, 'from' | 'to'>[] {
  const { source, partition, partitions = 0 } = assignment;
  if (partition !== 0 || mark.partitions === undefined || partitions <= mark.partitions) return [];
  const detail = `the topic grew from ${mark.partitions} to ${partitions} partitions: agents change partition, and those that did are learned anew there`;
  return [{ kind: 'grown', source, partition, fromOffset: mark.partitions, toOffset: partitions - 1, detail }];
}

export const dated = (gaps: Omit<Gap, 'from' | 'to'>[], from: number, to: number): Gap[] =>
  gaps.map((gap) => ({ ...gap, from, to }));

/** What happened to the log of a partition that we go on holding. */
export const gapsOf = (
  { partition, mark = {}, manifest }: { partition: { nextOffset: number }; mark?: LogMark; manifest: Manifest | null },
  assignment: Assignment,
  now: number,
): Gap[] =>
  dated([...lostOf(assignment, partition.nextOffset), ...grownOf(assignment, mark)], manifest?.savedAt ?? now, now);

/**
 * Up to when silence can be told: where records wait to be read, nobody knows what the agents did after the last one that
 * was. Epoch milliseconds.
 */
export const heardUpTo = (until: number, behind: boolean, { last }: LogMark = {}): number =>
  behind ? Math.min(until, last?.at ?? Number.NEGATIVE_INFINITY) : until;
