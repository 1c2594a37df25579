import type { Alert, Judgement, Severity, Verdict } from '../../schemas/alert.ts';
import type { CreepDay } from '../../schemas/creep.ts';
import type { Event, Reject } from '../../schemas/event.ts';
import type { PieceTold } from '../../schemas/piece.ts';
import type { InLog, Place } from '../../schemas/place.ts';
import type { RekeyedStore } from './rekeyed.ts';

export type { RekeyedPlace } from './rekeyed.ts';

/** An event with its judgement: one row of `events`. */
export interface JudgedEvent {
  event: Event;
  judgement: Judgement;
}

/** State of one agent at a checkpoint: JSON text, so that writing it costs one serialisation. */
export interface AgentStateRow {
  partition: string;
  agentId: string;
  /** Of the manifest it is written for; 0 where absent. A later epoch counts before a higher offset. */
  epoch?: number;
  nextOffset: number;
  writer: string;
  state: string;
}

/** The truth about a partition (rule R3): written last, read first. */
export interface Manifest {
  /** `source/partition`, e.g. `http/0`. */
  partition: string;
  epoch: number;
  /** The state is the fold of everything before this offset. */
  nextOffset: number;
  writer: string;
  /** Writers whose state rows count, each up to and including its own offset in its epoch (0 where absent). */
  writers: { writer: string; nextOffset: number; epoch?: number }[];
  /** Input versions in force at nextOffset, by kind. */
  inputs: Record<string, string>;
  /** What tells its log from another of the same name, and what became of its records so far (JSON text; may be empty). */
  state: string;
  savedAt: number;
}

/** A version of a dated input (rule R6): stored once under an id that is a hash of its content. */
export interface InputVersion {
  kind: string;
  version: string;
  content: string;
  loadedAt: number;
}

/** `From fromOffset on, this version is in force`: written before the first event is folded under it. */
export interface InputAdoption {
  partition: string;
  kind: string;
  version: string;
  fromOffset: number;
  epoch: number;
}

/** Somebody looked at an agent's connection to a server, and let it stand. */
export interface Review {
  agent: string;
  server: string;
  at: number;
  by: string;
  note: string;
}

/**
 * Range of a source that was lost, a topic that was made anew (from where on is unknown), lost its end (from where it is read
 * on) or grew (from how many partitions, to its last one), or time a gateway was silent: loud, and kept.
 */
export interface Gap {
  kind: 'lost' | 'remade' | 'cut' | 'grown' | 'silent';
  source: string;
  partition: number;
  fromOffset: number;
  toOffset: number;
  from: number;
  to: number;
  detail: string;
}

/** One try to deliver one revision of an alert over one channel; the newest row of a delivery is its state. */
export interface DeliveryRow {
  /** Hash of alert, revision, channel: the webhook-id, the same on every try. */
  deliveryId: string;
  alertId: string;
  revision: number;
  channel: string;
  state: 'pending' | 'delivered' | 'failed' | 'given_up';
  attempt: number;
  /** When it is to be tried again; 0 where it is not. */
  nextAttemptAt: number;
  at: number;
  /** HTTP status or 0. */
  status: number;
  /** One line; response bodies cut at 64 KiB. */
  detail: string;
}

/** A stored event as the memory of keys needs it. What the last piece of a call brings nobody asks, and it is not told. */
export interface KeyRow extends PieceTold {
  offset: number;
  key: string;
  contentHash: string;
}

/** Rows as an analyst's query answers them. */
export interface QueryResult {
  columns: { name: string; type: string }[];
  rows: Record<string, unknown>[];
  /** Rows were left out because of the limit. */
  truncated: boolean;
  elapsedMs: number;
}

export interface QueryLimits {
  maxRows: number;
  maxSeconds: number;
  maxBytes: number;
  /** Aborted when nobody waits for the answer any more: a server ends the query then, chDB before its next block. */
  gone?: AbortSignal | undefined;
}

/** Some rows of events, ready to be written. */
export interface EventRows {
  readonly rows: number;
  /** The same in two parts; where the engine refuses rows, it is found which. */
  halves(): EventRows[];
  /** What is told of a single one that is refused for good. */
  refused(): Reject;
}

/**
 * The record. One implementation over SQL serves chDB and a ClickHouse server alike. Every write is idempotent: the
 * same rows written again leave the same table (a timed-out insert may have happened, so the caller repeats it).
 */
export interface Store extends RekeyedStore {
  /** Applies the migrations that are missing, in order, and the retention that is configured. Answers their names. */
  migrate(): Promise<string[]>;
  /** For who only reads: changes nothing, neither tables nor retention. A ConfigError where there is work for `migrate`. */
  check(): Promise<void>;
  /** Events as they will be written, so that they need not be kept until then. Few hundred at once: it does not wait. */
  pack(rows: readonly JudgedEvent[]): EventRows[];
  writeEvents(rows: readonly EventRows[]): Promise<void>;
  writeAlerts(rows: readonly Alert[]): Promise<void>;
  writeRejects(rows: readonly Reject[]): Promise<void>;
  writeGaps(rows: readonly Gap[]): Promise<void>;
  writeCreepDays(rows: readonly CreepDay[]): Promise<void>;

  /** Ids of the partitions that have a checkpoint, in their order. */
  checkpointed(): Promise<string[]>;
  /** Newest by (epoch, nextOffset), or null where there is none. */
  newestManifest(partition: string): Promise<Manifest | null>;
  writeStates(rows: readonly AgentStateRow[]): Promise<void>;
  /** Written last: state rows of a checkpoint are durable before. */
  writeManifest(manifest: Manifest): Promise<void>;
  /** State of those of the agents that the manifest knows, as of the manifest. */
  loadStates(manifest: Manifest, agentIds: readonly string[]): Promise<Map<string, string>>;
  /** Ids of the agents that the manifest knows, in batches. */
  agentIds(manifest: Manifest): AsyncIterable<string[]>;
  /** Every agent the manifest knows, in batches. */
  allStates(manifest: Manifest): AsyncIterable<Map<string, string>>;
  /**
   * Deletes state rows and manifests that no kept manifest needs: the newest, and those of the minute before it, which
   * another process may be taking over from. Does nothing where `manifest` is not the newest.
   */
  collect(manifest: Manifest): Promise<void>;

  writeInput(version: InputVersion): Promise<void>;
  readInput(kind: string, version: string): Promise<InputVersion | null>;
  /** The one that was first loaded last, up to this time (epoch milliseconds); null where there is none of the kind. */
  newestInput(kind: string, by?: number): Promise<InputVersion | null>;
  /** The last word on its kind at its offset, also where the engine's clock was set back since the one before. */
  writeAdoption(adoption: InputAdoption): Promise<void>;
  /** Those of the epoch at fromOffset or later, in order; of several of one kind at one offset the last written. */
  adoptions(partition: string, epoch: number, fromOffset: number): Promise<InputAdoption[]>;

  writeReview(review: Review): Promise<void>;

  /** Stored events of a partition from an offset on, in (epoch, offset, index) order: the log where there is no Kafka. */
  replay(place: Place, fromOffset: number): AsyncIterable<JudgedEvent[]>;
  /**
   * Of the events in the last `window` offsets of a partition before an offset of one of its logs, oldest first. Where
   * that log is younger, the end of the one before it is among them, at offsets below its beginning.
   */
  recentKeys(place: Place, before: InLog, window: number): Promise<KeyRow[]>;
  /** Of the newest `most` calls open in them, oldest first: the last piece each; an answer with its arguments is the end. */
  openCalls(place: Place, before: InLog, window: number, most: number): AsyncIterable<JudgedEvent[]>;
  /** One past the highest offset known over events, rejects and manifests, or 0; with `from` in that log alone, and no less. */
  nextOffset(place: Place, from?: InLog): Promise<number>;

  writeDeliveries(rows: readonly DeliveryRow[]): Promise<void>;
  /**
   * Newest row of every delivery that is neither delivered nor given up, with its alert's revision; of one channel where
   * one is named. Order: (nextAttemptAt if attempt is 0 else 0), tried before untried, at: oldest first, held ones last.
   */
  undelivered(filter?: { channel?: string; limit?: number }): Promise<StoredDelivery[]>;
  /** Newest row of the deliveries of an alert, or of several. */
  deliveries(alertId: string | readonly string[]): Promise<DeliveryRow[]>;

  writeVerdicts(verdicts: readonly Verdict[]): Promise<void>;
  verdicts(alertId: string): Promise<Verdict[]>;
  /** Newest revision of each alert. */
  alerts(filter: AlertFilter): Promise<Alert[]>;
  alert(alertId: string): Promise<Alert | null>;

  /** An analyst's read-only query over a connection of its own, within limits. QueryError where it is wrong or no read. */
  query(sql: string, limits: QueryLimits, params?: Record<string, unknown>): Promise<QueryResult>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A delivery that the store holds, with the revision of the alert that it carries. */
export interface StoredDelivery {
  delivery: DeliveryRow;
  alert: Alert;
  /** When the first of its tries failed, in epoch milliseconds; 0 where it was not tried. */
  failingSince: number;
}

export interface AlertFilter {
  agent?: string;
  detector?: string;
  minSeverity?: Severity;
  status?: Alert['status'];
  since?: number;
  /** Goes on behind this one, which was the last of the page before; `at` is when it occurred. */
  after?: { at: number; id: string };
  /** Newest first otherwise. */
  oldestFirst?: true;
  limit: number;
}
