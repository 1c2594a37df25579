import { BusyError } from '../errors.ts';
import type { Ingest } from './source.ts';

export interface BoundedIngest extends Ingest {
  /** Records taken and not yet answered. */
  readonly pending: number;
}

/** The same way in, which refuses what comes while `most` records wait: a client repeats what a slow store or broker cannot take. */
export function bounded(ingest: Ingest, most: number): BoundedIngest {
  let pending = 0;
  return {
    get pending() {
      return pending;
    },
    async push(records, sender) {
      // A post larger than the bound is taken when nothing else waits: refused it could never come in.
      if (pending > 0 && pending + records.length > most)
        throw new BusyError(`${pending} records wait to be stored, at most ${most} may`);
      pending += records.length;
      try {
        return await ingest.push(records, sender);
      } finally {
        pending -= records.length;
      }
    },
  };
}
