import type { RecordOutcome } from '../sources/source.ts';

/**
 * What became of the records of a partition from an offset on: it moves with the fold and is saved with the manifest, so
 * that it is true of exactly the offsets from `from` to the manifest's.
 */
export interface Tally {
  from: number;
  /** When it began, epoch milliseconds. */
  at: number;
  /** Events, as all below. */
  folded: number;
  rejected: number;
  duplicates: number;
  dropped: number;
}

export const newTally = (from: number, at: number): Tally => ({
  from,
  at,
  folded: 0,
  rejected: 0,
  duplicates: 0,
  dropped: 0,
});

/** As a manifest was saved with it; undefined in one from before there were any. */
export const tallyIn = (state: string): Tally | undefined =>
  state === '' ? undefined : (JSON.parse(state) as { tally?: Tally }).tally;

export function count(tally: Tally, { accepted, rejected, duplicates, dropped }: RecordOutcome): void {
  tally.folded += accepted;
  tally.rejected += rejected.length;
  tally.duplicates += duplicates;
  tally.dropped += dropped;
}

/** What was counted after `saved`, which ends before `from`: that part was found to be stored. */
export function since(tally: Tally, saved: Tally, from: number, at: number): Tally {
  return {
    from,
    at,
    folded: tally.folded - saved.folded,
    rejected: tally.rejected - saved.rejected,
    duplicates: tally.duplicates - saved.duplicates,
    dropped: tally.dropped - saved.dropped,
  };
}
