import type { Position } from '../../schemas/event.ts';
import type { Assignment } from '../sources/source.ts';
import type { Gap, InputAdoption, Manifest } from '../stores/store.ts';

/** What tells a log from another of the same name: saved with each manifest, held against what is found later. */
export interface LogMark {
  /** Epochs in which the topic was made anew: with the last of them the log began that we stand in. */
  remade?: number[];
  /** First offset that was read of our log, where it is not the first of that name. */
  begins?: number;
  /** Partitions that the topic had. */
  partitions?: number;
  /** The last record before our place. */
  last?: Landmark;
  /** Some of those before it, oldest first. */
  earlier?: Landmark[];
}

/** A record that was read, and the time (epoch milliseconds) that it bore: another one there bears another. */
export interface Landmark {
  offset: number;
  at: number;
}

export function readMark(state: string): LogMark {
  if (state === '') return {};
  const { remade, begins, partitions, last, earlier } = JSON.parse(state) as LogMark;
  return {
    ...(remade === undefined ? {} : { remade }),
    ...(begins === undefined ? {} : { begins }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(last === undefined ? {} : { last }),
    ...(earlier === undefined ? {} : { earlier }),
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

/** The range that the log no longer holds, although we have not read it. */
export function lostOf(
  { source, partition, logStart = 0 }: Assignment,
  nextOffset: number,
): Omit<Gap, 'from' | 'to'>[] {
  if (logStart <= nextOffset) return [];
  const detail = `the log begins at ${logStart}: its retention passed what was not yet read`;
  return [{ kind: 'lost', source, partition, fromOffset: nextOffset, toOffset: logStart - 1, detail }];
}

/** What became of the log that we had read up to `nextOffset`, and that is another one: `goOn` as of a Doubt. */
export const brokenOf = (assignment: Assignment, nextOffset: number, goOn?: number): Omit<Gap, 'from' | 'to'>[] =>
  goOn === undefined
    ? [remadeOf(assignment, nextOffset), ...lostOf(assignment, 0)]
    : [cutOf(assignment, goOn, nextOffset)];

/** The log lost its end, as a broker's may in a power cut: what lies before `goOn` is as it was. */
function cutOf({ source, partition }: Assignment, goOn: number, nextOffset: number): Omit<Gap, 'from' | 'to'> {
  const detail = `the log lost its end, somewhere from ${goOn} on, and is read on from there; what was read of it, up to ${nextOffset - 1}, stays in the record, what stood behind it is lost, and nobody can say how much that was`;
  return { kind: 'cut', source, partition, fromOffset: goOn, toOffset: nextOffset - 1, detail };
}

/** The topic was deleted and made anew while we stood at `nextOffset`. */
function remadeOf({ source, partition }: Assignment, nextOffset: number): Omit<Gap, 'from' | 'to'> {
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
