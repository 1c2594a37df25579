import type { Partition } from '../engine/partition.ts';
import type { InputAdoption, Manifest } from '../stores/store.ts';
import type { Rules, Versions } from './input-book.ts';
import type { Landmark, LogMark } from './log-mark.ts';
import type { Tally } from './tally.ts';

/** The newest checkpoint of a partition. `behind`: events were folded after it. */
interface Checkpoint {
  partition: string;
  savedAt: number;
  behind: boolean;
}

/** Of each partition that has one. */
export const checkpointsOf = (held: ReadonlyMap<string, Pick<HeldPartition, 'partition' | 'manifest'>>): Checkpoint[] =>
  [...held.values()].flatMap(({ partition: { id, nextOffset }, manifest }) =>
    manifest === null ? [] : [{ partition: id, savedAt: manifest.savedAt, behind: nextOffset > manifest.nextOffset }],
  );

/** A partition in our hands: its state, the manifest it was last saved under, and the inputs in force. */
export interface HeldPartition {
  source: string;
  number: number;
  generation: number;
  partition: Partition;
  epoch: number;
  /** Epoch in which its log began (see Position). */
  began: number;
  manifest: Manifest | null;
  versions: Versions;
  rules: Rules;
  /** Agents that are stored and not in memory. */
  absent: Set<string>;
  /** What a process before us put in force past our place: by offset, what lies behind us taken out. */
  journal: InputAdoption[];
  /** Before this offset all was judged by a process before us, under those; what comes then is judged under what is current. */
  judged: number;
  /** What became of its records since they were last found to be stored. */
  tally: Tally;
  /** Of the log it is read from; absent where the source has none. */
  mark?: LogMark;
  /** The next record to be read, where nothing was since the last seek: by it is told whether the log is still the same. */
  proof?: Landmark;
}
