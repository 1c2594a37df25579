import type { RejectReason } from '../../schemas/event.ts';
import type { Place } from '../../schemas/place.ts';

/** Bytes as they came, with their place. */
export interface SourceRecord {
  offset: number;
  /** The record's bytes, or its text where the source already had it as text. */
  value: Uint8Array | string | null;
  /** Kafka's timestamp, HTTP's arrival: epoch milliseconds. */
  receivedAt: number;
  /** Lower-case names; only what adapters read (CloudEvents, content type). */
  headers?: Readonly<Record<string, string>>;
  /** Why the source itself could not read the value: it becomes a reject. */
  refused?: { reason: RejectReason; detail: string };
  /** This one alone is history (see Batch.backfill). */
  backfill?: boolean;
}

/** What happened to one record of a batch: told to who sent it. */
export interface RecordOutcome {
  offset: number;
  accepted: number;
  duplicates: number;
  /** Records of the right format that are no MCP call: counted, not kept. */
  dropped: number;
  rejected: { reason: RejectReason; detail: string }[];
}

/** Records of one partition, offsets rising (holes allowed). */
export interface Batch {
  /** Stable name of the source, e.g. `http`, `kafka:mcp-events`. */
  source: string;
  /** source.instance of events that do not say their own. */
  instance: string;
  partition: number;
  /** Of the log, where it is not the first of that name (see Position): the same offset means another record there. */
  epoch?: number;
  /** Raised whenever the partition was given to us anew (rule R8); a batch of an older generation is dropped. */
  generation: number;
  records: SourceRecord[];
  /** Adapter to force, or `auto`. */
  gateway: string;
  /** Patterns of agent ids that who sent this may speak for; absent: any. */
  agents?: readonly string[];
  /** Backfill, scan and imports: receivedAt is the event's own time (rule R7). */
  backfill?: boolean;
  /** Called once, when everything the batch led to is durable, or with the error that stopped it. */
  settled?(result: { outcomes: RecordOutcome[] } | { error: Error }): void;
}

/** A partition was assigned to us, again or for the first time; the source waits for the answer, then seeks. */
export interface Assignment {
  source: string;
  partition: number;
  generation: number;
  /** First offset the log still holds, where the source knows it: a gap is recorded if it lies past ours. */
  logStart?: number;
  /** One past the last offset of the log, where the source knows it: below ours, the topic was made anew. */
  logEnd?: number;
  /** Partitions of the topic, where the source knows it. */
  partitions?: number;
  /** What was last committed, where the source was asked to say it: a hint, but for who keeps no manifest. */
  committed?: number;
  /** Answer: the next offset to read. */
  seek(nextOffset: number): void;
  /** Asks for it to be assigned anew; what is queued of it is void. */
  again?(): void;
}

export type SourceItem =
  | { kind: 'batch'; batch: Batch }
  | { kind: 'assigned'; assignment: Assignment }
  /** These are ours from now on, and no others: each is assigned next. */
  | { kind: 'ours'; partitions: Place[] };

/** Where records come from. Iterating starts it; `stop` ends the iteration after what is in hand. */
export interface Source extends AsyncIterable<SourceItem> {
  readonly name: string;
  /** Says that everything before nextOffset is durable, of one source where it is several. A hint: the manifest is the truth (rule R3). */
  commit(partition: number, nextOffset: number, source?: string): Promise<void>;
  stop(): Promise<void>;
}

/** A record as it was handed in: its offset is given later. */
export type PostedRecord = Omit<SourceRecord, 'offset'>;

/** Who handed records in, and how they are to be taken: only records alike in this share a batch. */
export interface Sender {
  /** source.instance of events that do not say their own, e.g. the token's name. */
  instance: string;
  gateway: string;
  agents?: readonly string[];
  backfill?: boolean;
}

/** The way in for records that are pushed: into the store, or into Kafka. */
export interface Ingest {
  /**
   * Answers when all that the records led to is durable, one outcome a record, in order. Rejects with a BusyError where
   * too many wait, and with what stopped it where it failed: then the records are to be sent again, whole.
   */
  push(records: readonly PostedRecord[], sender: Sender): Promise<RecordOutcome[]>;
}

/** How far a partition is read; null while it is being assigned: nobody knows. */
export interface Lag {
  source: string;
  partition: number;
  /** Records that were not yet handed over. */
  lag: number | null;
  /** Offset of the next record to be handed over. */
  nextOffset: number | null;
}
