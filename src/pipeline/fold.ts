import type { Event } from '../../schemas/event.ts';
import type { Decoded } from '../decode/decode.ts';
import type { Batch, RecordOutcome } from '../sources/source.ts';
import type { JudgedEvent } from '../stores/store.ts';
import { type Chunk, earliest } from './buffer.ts';
import type { HeldPartition } from './held.ts';
import type { Observer } from './observer.ts';
import { foldEvents } from './partitions.ts';
import { count } from './tally.ts';

/** What is to be written of some records, and what became of each of them. */
interface Folded {
  chunk: Omit<Chunk, 'events'>;
  judged: JudgedEvent[];
  outcomes: RecordOutcome[];
}

/**
 * Folds records that were decoded, with the events in them, into the partition whose turn they are: what is before its
 * place is not told again. State and offset move together, in one synchronous function.
 */
export function foldRecords(
  own: HeldPartition,
  batch: Batch,
  { decoded, events }: { decoded: readonly Decoded[]; events: readonly Event[] },
  observer: Pick<Observer, 'folded' | 'explained' | 'failed' | 'alerted' | 'rejected'>,
): Folded {
  const chunk: Folded['chunk'] = { rejects: [], alerts: [], quiet: [] };
  const judged: JudgedEvent[] = [];
  const outcomes: RecordOutcome[] = [];
  const start = own.partition.nextOffset;
  const fresh = events.filter(({ position }) => position.offset >= start);
  const folded = foldEvents(own, fresh).values();
  for (const { offset, items, dropped, backfill = batch.backfill } of decoded) {
    const outcome: RecordOutcome = { offset, accepted: 0, duplicates: 0, dropped, rejected: [] };
    outcomes.push(outcome);
    if (offset < start) continue;
    for (const item of items) {
      if (item.kind === 'reject') {
        chunk.rejects.push(item.reject);
        outcome.rejected.push({ reason: item.reject.reason, detail: item.reject.detail });
        observer.rejected(item.reject);
        continue;
      }
      const { outcome: fate, alerts } = folded.next().value!;
      if (fate.kind === 'duplicate') {
        outcome.duplicates += 1;
        continue;
      }
      outcome.accepted += 1;
      judged.push({ event: item.event, judgement: fate.judgement });
      if (backfill !== true) chunk.oldest = earliest(chunk.oldest, item.event.receivedAt);
      if (fate.explained > 0) observer.explained(fate.explained);
      for (const what of fate.failed) observer.failed(what, fate.eventId);
      for (const alert of alerts) {
        observer.alerted(alert);
        (backfill === true ? chunk.quiet : chunk.alerts).push(alert);
      }
    }
    own.partition.pass(offset);
    count(own.tally, outcome);
    observer.folded('accepted', batch.source, outcome.accepted);
    observer.folded('duplicate', batch.source, outcome.duplicates);
    observer.folded('dropped', batch.source, dropped);
  }
  return { chunk, judged, outcomes };
}
