import type { Alert } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import { placeId } from '../../schemas/place.ts';
import { type Decoder, split } from '../decode/decode.ts';
import type { Batch, RecordOutcome, Source, SourceRecord } from '../sources/source.ts';
import type { Store } from '../stores/store.ts';
import { loadAbsent } from './absent.ts';
import { createAssignments } from './assignments.ts';
import { createBuffer } from './buffer.ts';
import { createCheckpointer } from './checkpointer.ts';
import { foldRecords } from './fold.ts';
import type { HeldPartition } from './held.ts';
import type { InputBook } from './input-book.ts';
import { adoptFor, stretchesOf } from './journal.ts';
import { heardUpTo } from './log-mark.ts';
import type { Observer } from './observer.ts';
import { createPersist } from './persist.ts';
import { stand } from './proof.ts';
import { createSaving } from './saving.ts';
import { slicesOf } from './slices.ts';
import { createWriter } from './write.ts';

export interface PipelineOptions {
  source: Source;
  decode: Decoder;
  store: Store;
  book: InputBook;
  notify(alerts: Alert[]): Promise<void>;
  observer: Observer;
  retryable(error: unknown): boolean;
  refusesRows(error: unknown): boolean;
  writer: string;
  storeIsLog: boolean;
  dedupeWindow: number;
  /** Agents that may stay in memory, over all partitions. */
  maxAgents: number;
  checkpointMs: number;
  checkpointEvents: number;
  /** How long a stop waits for a store that does not answer. */
  stopMs: number;
  now(): number;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

export interface Pipeline {
  /** Runs until `stop`, or until something fails for good. */
  run(): Promise<void>;
  /** Ends after what is in hand: rows written, checkpoint saved. */
  stop(): Promise<void>;
  readonly held: ReadonlyMap<string, HeldPartition>;
  readonly buffered: number;
  /** Evaluates what falls due by silence, and tells it. `behind`: records of the source wait to be read. */
  tick(until: number, behind?: boolean): Promise<void>;
  checkpoint(): Promise<void>;
}

const FLUSH_ROWS = 20_000;
const MAX_ROWS = 60_000;

/** THE loop: take a batch, decode it, load its agents, fold, buffer, and now and then save a checkpoint. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { source, decode, store, book, observer, now, elapsed } = options;
  const giveUp = new AbortController();
  const persist = createPersist({ retryable: options.retryable, observer, signal: giveUp.signal });
  const write = createWriter({
    store,
    refusesRows: options.refusesRows,
    persist,
    notify: options.notify,
    onInserted: observer.inserted,
    onRefused: observer.refused,
    elapsed,
  });
  const buffer = createBuffer({
    write,
    flushRows: FLUSH_ROWS,
    maxRows: MAX_ROWS,
    minIntervalMs: 50,
    calmIntervalMs: 500,
    busyIntervalMs: 2_000,
    manyRows: 1_000,
    alertIntervalMs: 100,
    elapsed,
  });
  const save = createCheckpointer({
    store,
    writer: options.writer,
    storeIsLog: options.storeIsLog,
    durable: buffer.durable,
    persist,
    commit: (own, nextOffset) => source.commit(own.number, nextOffset, own.source),
    maxAgents: () => Math.ceil(options.maxAgents / Math.max(held.size, 1)),
    now,
  });
  const assignments = createAssignments({
    ...options,
    persist,
    save,
    async refolded(own, alerts) {
      const recent = alerts.filter(isRecent);
      buffer.add({ events: [], rejects: [], alerts: recent, quiet: alerts.filter((alert) => !isRecent(alert)) });
      await buffer.room();
      if (own.partition.agents.size > options.maxAgents) await save([own]);
    },
    recovered: (own, { replayed }) => observer.assigned(own, replayed),
  });
  const { held } = assignments;
  const saving = createSaving({
    held,
    save,
    onSaved: (saved) => observer.checkpointed(saved.held, saved.bytes),
    everyMs: options.checkpointMs,
    everyEvents: options.checkpointEvents,
    maxAgents: options.maxAgents,
    elapsed,
  });
  /** Revisions told by silence: evaluated from state at each tick, told once. */
  const toldBySilence = new Set<string>();
  let running: Promise<void> | null = null;

  async function work(batch: Batch): Promise<void> {
    saving.check();
    const own = held.get(placeId(batch));
    if (own === undefined || own.generation !== batch.generation) {
      batch.settled?.({ error: new Error('the partition was taken from us') });
      return;
    }
    if (!assignments.proven(own, batch)) return;
    const outcomes: RecordOutcome[] = [];
    for (const stretch of stretchesOf(own, batch.records)) {
      await persist('the journal of inputs', () => adoptFor(own, stretch[0]!.offset, book, store));
      for (const records of slicesOf(stretch)) outcomes.push(...(await workSlice(own, batch, records)));
    }
    settle(batch, outcomes);
    saving.look();
  }

  async function workSlice(own: HeldPartition, batch: Batch, records: SourceRecord[]): Promise<RecordOutcome[]> {
    const slice: Batch = { ...batch, records };
    if (own.began > 0) slice.epoch = own.began;
    const started = elapsed();
    const decoded = decode(slice);
    const { events } = split(decoded);
    observer.decoded(batch, elapsed() - started);
    await saving.room();
    await persist('quiet agents', () => loadAbsent(own, events, store));
    const sliceStart = elapsed();
    const { chunk, judged, outcomes } = foldRecords(own, batch, { decoded, events }, observer);
    // Before anybody waits: a checkpoint of what is folded counts on it.
    buffer.add({ ...chunk, events: store.pack(judged) });
    remember(own, slice.records.at(-1)!);
    observer.foldTime(elapsed() - sliceStart);
    saving.folded(events.length);
    await buffer.room();
    await new Promise((resolve) => setImmediate(resolve));
    return outcomes;
  }

  /** Remembers the record before our place. */
  function remember({ mark, partition }: HeldPartition, { offset, receivedAt }: SourceRecord): void {
    if (mark !== undefined && offset === partition.nextOffset - 1) stand(mark, { offset, at: receivedAt });
  }

  function settle(batch: Batch, outcomes: RecordOutcome[]): void {
    const { settled } = batch;
    if (settled === undefined) return;
    buffer.durable().then(
      () => settled({ outcomes }),
      (error: Error) => settled({ error }),
    );
  }

  /** A recovery tells again what it may have told; of long ago it tells nobody. */
  const isRecent = (alert: Alert): boolean => now() - Date.parse(alert.occurred_at) < DAY;

  async function loop(): Promise<void> {
    for await (const item of source) {
      if (item.kind === 'ours') assignments.keep(item.partitions);
      else if (item.kind === 'assigned') await assignments.take(item.assignment);
      else await work(item.batch);
    }
    await buffer.durable();
    await saving.all();
  }

  return {
    held,
    get buffered() {
      return buffer.rows;
    },
    run() {
      running ??= loop();
      return running;
    },
    async stop() {
      assignments.stop();
      const timer = setTimeout(() => giveUp.abort(), options.stopMs);
      try {
        await source.stop();
        await running;
      } finally {
        clearTimeout(timer);
      }
    },
    async tick(until, behind = false) {
      const alerts: Alert[] = [];
      for (const { partition, rules, mark } of held.values())
        for (const alert of partition.due(heardUpTo(until, behind, mark), rules.inputs)) {
          const id = `${alert.alert_id}/${alert.revision}`;
          if (toldBySilence.has(id)) continue;
          toldBySilence.add(id);
          if (isRecent(alert)) alerts.push(alert);
        }
      if (toldBySilence.size > 100_000) toldBySilence.clear();
      for (const alert of alerts) observer.alerted(alert);
      if (alerts.length > 0) buffer.add({ events: [], rejects: [], alerts, quiet: [] });
      saving.look();
    },
    checkpoint: () => saving.all(),
  };
}
