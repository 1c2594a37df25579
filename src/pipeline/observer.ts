import type { Alert } from '../../schemas/alert.ts';
import type { Reject } from '../../schemas/event.ts';
import type { Batch } from '../sources/source.ts';
import type { Gap } from '../stores/store.ts';
import type { HeldPartition } from './held.ts';
import type { PersistObserver } from './persist.ts';

/** What the loop says of itself: metrics and log are behind it. */
export interface Observer extends PersistObserver {
  decoded(batch: Batch, ms: number): void;
  /** Events of a record; `rejected` tells of each that was. */
  folded(outcome: 'accepted' | 'duplicate' | 'dropped', source: string, count: number): void;
  foldTime(ms: number): void;
  /** Findings that an announced change or a verdict kept from being told. */
  explained(count: number): void;
  /** A detector ended with an error, `<detector>: <message>`, on this event. */
  failed(what: string, eventId: string): void;
  alerted(alert: Alert): void;
  rejected(reject: Reject): void;
  /** `oldest`: receipt of the live event among them that waited longest, epoch milliseconds. */
  inserted(rows: number, ms: number, oldest?: number): void;
  /** `bytes`: of the state that it wrote. */
  checkpointed(held: HeldPartition, bytes: number): void;
  assigned(held: HeldPartition, replayed: number): void;
  gap(gap: Gap): void;
  refused(error: unknown): void;
}
