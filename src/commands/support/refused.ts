import type { Reject } from '../../../schemas/event.ts';
import { originOf } from '../../pipeline/envelope.ts';

/** A record that was refused, with its place `source/partition/offset/index`, and `@epoch` where its topic was made anew. */
export interface RefusedRecord {
  place: string;
  /** RFC 3339. */
  receivedAt: string;
  reason: string;
  detail: string;
  gateway: string;
  /** Who sent it; '' in what was stored before that was kept. */
  instance: string;
  raw: string;
}

/** One that was refused just now. */
export const refusedRecord = ({ position, receivedAt, instance = '', ...reject }: Reject): RefusedRecord => ({
  ...reject,
  place: originOf(position),
  receivedAt: new Date(receivedAt).toISOString(),
  instance,
});

/** As all commands tell it in JSON. */
export const refusedOutside = ({
  place,
  receivedAt,
  reason,
  detail,
  gateway,
  instance,
  raw,
}: RefusedRecord): object => ({
  place,
  received_at: receivedAt,
  ...{ reason, detail, gateway, instance, raw },
});

export interface RejectsPort {
  /** Newest first; all where no place is named. */
  rejects(filter: { place?: string | undefined; reason?: string | undefined; limit: number }): Promise<RefusedRecord[]>;
  /** Whether the decoder, as configured now, understands it: null, or why not. */
  understand(record: RefusedRecord): string | null;
  /** Those of them that are in the record already, as events, however long ago they came there. */
  standing(records: readonly RefusedRecord[]): Promise<ReadonlySet<RefusedRecord>>;
  /** Hands it to the running server; the same event again is a duplicate. */
  replay(record: RefusedRecord): Promise<'accepted' | 'duplicate' | 'dropped' | 'rejected'>;
  close(): Promise<void>;
}
