import type { Event, Reject } from '../../schemas/event.ts';
import type { Decoded, Decoder } from '../decode/decode.ts';
import type { Assignment, Batch, Ingest, RecordOutcome, Source } from '../sources/source.ts';
import type { Store } from '../stores/store.ts';
import { ORIGIN_HEADER, originOf, sealEvent } from './envelope.ts';

export interface RekeyedMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
  timestamp: number;
}

export interface RekeyOptions {
  decode: Decoder;
  /** Resolves when the internal topic has them (acks=all), in this order. */
  produce(messages: RekeyedMessage[]): Promise<void>;
  store: Pick<Store, 'writeRejects'>;
  /** Repeats what is idempotent until it is done. */
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  /** Records between our place and the log's start are gone. */
  lost(assignment: Assignment, from: number, to: number): Promise<void>;
  /** False for a topic of the user's own: events go in as gateways would publish them. Default true. */
  sealed?: boolean;
}

/**
 * Source topics to the internal one: decoded once, redacted, keyed by agent (rule R2). At least once and in order: one
 * batch is under way while the next is decoded, and a place is committed when all before it is acknowledged. Runs until
 * the source ends.
 */
export async function rekey(source: Source, options: RekeyOptions): Promise<void> {
  const generations = new Map<string, number>();
  let underWay: Promise<void> = Promise.resolve();
  for await (const item of source) {
    if (item.kind === 'assigned') {
      await underWay;
      const { assignment } = item;
      generations.set(`${assignment.source}/${assignment.partition}`, assignment.generation);
      assignment.seek(await startOf(assignment, options));
      continue;
    }
    const { batch } = item;
    if (generations.get(`${batch.source}/${batch.partition}`) !== batch.generation) continue;
    const { events, rejects } = split(options.decode(batch));
    await underWay;
    underWay = forward(batch, events, rejects, source, options);
    // Awaited above or below: this only keeps Node from calling it unhandled in between.
    underWay.catch(() => {});
  }
  await underWay;
}

/** Here the commit is the truth: there is no state that a manifest would speak of. */
async function startOf(assignment: Assignment, { lost }: RekeyOptions): Promise<number> {
  const { committed = 0, logStart = 0, logEnd = Number.POSITIVE_INFINITY } = assignment;
  if (committed > logEnd) return logStart;
  if (committed >= logStart) return committed;
  if (committed > 0) await lost(assignment, committed, logStart - 1);
  return logStart;
}

async function forward(
  batch: Batch,
  events: readonly Event[],
  rejects: Reject[],
  source: Source,
  options: RekeyOptions,
): Promise<void> {
  await send(events, rejects, options);
  await source.commit(batch.partition, batch.records.at(-1)!.offset + 1, batch.source);
}

async function send(
  events: readonly Event[],
  rejects: Reject[],
  { produce, persist, store, sealed = true }: RekeyOptions,
): Promise<void> {
  const messages = events.map((event) => ({
    key: event.body.agent.id,
    value: sealed ? sealEvent(event) : JSON.stringify(event.body),
    headers: { [ORIGIN_HEADER]: originOf(event.position) },
    timestamp: event.receivedAt,
  }));
  if (messages.length > 0) await persist('the internal topic', () => produce(messages));
  if (rejects.length > 0) await persist('rejects', () => store.writeRejects(rejects));
}

function split(decoded: readonly Decoded[]): { events: Event[]; rejects: Reject[] } {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  for (const { items } of decoded)
    for (const item of items) item.kind === 'event' ? events.push(item.event) : rejects.push(item.reject);
  return { events, rejects };
}

export interface KafkaIngestOptions extends Omit<RekeyOptions, 'lost' | 'persist'> {
  /** First offset of posted records: no two runs may share one, since rejects are kept under it. */
  firstOffset: number;
}

/** Posts into the internal topic: answered when it has them, so that a client that was told 2xx may forget them. */
export function createKafkaIngest({ firstOffset, ...options }: KafkaIngestOptions): Ingest {
  let next = firstOffset;
  return {
    async push(records, origin) {
      const posted = records.map((record) => ({ ...record, offset: next++ }));
      const decoded = options.decode({ source: 'http', partition: 0, generation: 1, records: posted, ...origin });
      const { events, rejects } = split(decoded);
      // The client repeats a post that failed: waiting here for a broker that is away would only pile posts up.
      await send(events, rejects, { ...options, persist: (_, write) => write(), lost: () => Promise.resolve() });
      return decoded.map(outcomeOf);
    },
  };
}

const outcomeOf = ({ offset, items, dropped }: Decoded): RecordOutcome => ({
  offset,
  accepted: items.filter(({ kind }) => kind === 'event').length,
  duplicates: 0,
  dropped,
  rejected: items.flatMap((item) =>
    item.kind === 'reject' ? [{ reason: item.reject.reason, detail: item.reject.detail }] : [],
  ),
});
