import type { Alert } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import { placeOf } from '../../schemas/place.ts';
import type { RuleContents } from '../engine/rules.ts';
import type { Manifest, Store } from '../stores/store.ts';
import type { InputBook, Versions } from './input-book.ts';
import { inTurn } from './lanes/in-turn.ts';
import { createLanes } from './lanes/lanes.ts';
import { isDue } from './log-mark.ts';
import { asIfFresh } from './rebuild.ts';

interface AgainOptions {
  store: Store;
  /** What the rules were, or are to be in place of that, under each set of versions. */
  book: Pick<InputBook<RuleContents>, 'rules'>;
  dedupeWindow: number;
  /** Threads beside this one. */
  threads: number;
  /** How many events are judged so far. */
  onProgress(events: number): void;
}

/** Rows are read on threads of the engine: much of this one is left for the fold. */
const OWN_SHARE = 0.4;

/**
 * The stored events of a partition judged again from the first, under the inputs as they were adopted: the alerts in the
 * order in which they would have been told. State is not kept, so the fold may run on several cores.
 */
export async function judgeAgain(
  newest: Manifest,
  { store, book, dedupeWindow, threads, onProgress }: AgainOptions,
): Promise<Alert[]> {
  const record = asIfFresh(newest, { store, from: Number.NEGATIVE_INFINITY, onProgress });
  const adoptions = await record.adoptions(newest.partition, 0, 0);
  let versions: Versions = {};
  let due = 0;
  const lanes = createLanes({ rules: await book.rules(versions), dedupeWindow, threads, ownShare: OWN_SHARE });
  const told: Alert[] = [];
  const turns = inTurn(lanes, (judged) => {
    for (const { alerts } of judged) told.push(...alerts);
  });

  try {
    for await (const rows of record.replay(placeOf(newest.partition), 0)) {
      let events: Event[] = [];
      for (const { event } of rows) {
        for (; due < adoptions.length && isDue(adoptions[due]!, event.position); due += 1) {
          const { kind, version } = adoptions[due]!;
          versions = { ...versions, [kind]: version };
          await turns.give(events);
          await turns.flush();
          events = [];
          lanes.govern(await book.rules(versions));
        }
        events.push(event);
      }
      await turns.give(events);
    }
    await turns.rest();
  } finally {
    await lanes.close();
  }
  return told;
}
