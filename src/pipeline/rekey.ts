import type { Event, Reject } from '../../schemas/event.ts';
import type { Decoded, Decoder } from '../decode/decode.ts';
import type { Batch, Ingest, RecordOutcome, Source } from '../sources/source.ts';
import type { Store } from '../stores/store.ts';
import { ORIGIN_HEADER, originOf, sealEvent } from './envelope.ts';
import { type PostedMark, postedHeaders } from './posted.ts';
import { createRekeyPlaces, type RekeyPlacesOptions } from './rekey-places.ts';

export interface RekeyedMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
}

export interface RekeyOptions extends RekeyPlacesOptions {
  decode: Decoder;
  /** Resolves when the internal topic has them (acks=all), in this order. */
  produce(messages: RekeyedMessage[]): Promise<void>;
  /** True where the topic will never take one of these messages, however often they are sent. */
  tooLarge(error: unknown): boolean;
  store: Pick<Store, 'writeRejects'> & RekeyPlacesOptions['store'];
}

/**
 * Source topics to the internal one: decoded once, redacted, keyed by agent (rule R2). At least once and in order: one
 * batch is under way while the next is decoded, and a place is left when all before it is acknowledged. Runs until the
 * source ends.
 */
export async function rekey(source: Source, options: RekeyOptions): Promise<void> {
  const places = createRekeyPlaces(options);
  let underWay: Promise<void> = Promise.resolve();
  for await (const item of source) {
    if (item.kind === 'batch') {
      const batch = places.admit(item.batch);
      if (batch === null) continue;
      const { events, rejects } = split(options.decode(batch));
      await underWay;
      underWay = forward(batch, events, rejects, source, options).then(() => places.done(batch));
      // Awaited above or below: this only keeps Node from calling it unhandled in between.
      underWay.catch(() => {});
      continue;
    }
    await underWay;
    if (item.kind === 'ours') await places.keep(item.partitions);
    else await places.take(item.assignment);
  }
  await underWay;
  await places.save();
}

async function forward(
  batch: Batch,
  events: readonly Event[],
  rejects: Reject[],
  source: Source,
  options: RekeyOptions,
): Promise<void> {
  await send(events, rejects, { ...options, seal: sealed() });
  await source.commit(batch.partition, batch.records.at(-1)!.offset + 1, batch.source);
}

/** Answers what the topic refused, beside the rejects that were known. */
async function send(events: readonly Event[], rejects: Reject[], options: SendOptions): Promise<Reject[]> {
  const { persist, store } = options;
  const refused: Reject[] = [];
  if (events.length > 0) await deliver(events, refused, options);
  const all = [...rejects, ...refused];
  if (all.length > 0) await persist('rejects', () => store.writeRejects(all));
  return refused;
}

type SendOptions = Pick<RekeyOptions, 'produce' | 'tooLarge' | 'persist'> & {
  store: Pick<Store, 'writeRejects'>;
  seal(event: Event): RekeyedMessage;
};

/** What the topic takes for no good is set apart among the rejects, and its neighbours go on. */
async function deliver(events: readonly Event[], refused: Reject[], options: SendOptions): Promise<void> {
  const messages = events.map(options.seal);
  try {
    await options.persist('the internal topic', () => options.produce(messages));
  } catch (error) {
    if (!options.tooLarge(error)) throw error;
    if (events.length === 1) return void refused.push(tooLarge(events[0]!));
    const half = events.length >> 1;
    await deliver(events.slice(0, half), refused, options);
    await deliver(events.slice(half), refused, options);
  }
}

const tooLarge = ({ position, receivedAt, body }: Event): Reject => ({
  position,
  receivedAt,
  reason: 'too_large',
  detail: 'the topic that events go into takes no message of this size (its max.message.bytes)',
  gateway: body.source.kind,
  raw: JSON.stringify(body).slice(0, 65_536),
});

/**
 * The message of an event, without a time of its own: brokers delete by the time that a message says, and history would
 * be gone before it is read. When the event was received stands in the envelope.
 */
const sealed =
  (backfill = false) =>
  (event: Event): RekeyedMessage => ({
    key: event.body.agent.id,
    value: sealEvent(event, backfill),
    headers: { [ORIGIN_HEADER]: originOf(event.position) },
  });

/** For a topic of the user's own: as gateways would publish it, with what its text does not say under our mark. */
const plain =
  (mark: PostedMark, history: boolean) =>
  (event: Event): RekeyedMessage => {
    const value = JSON.stringify(event.body);
    const posted = { facts: event.facts, ...(history ? { history } : {}) };
    return {
      key: event.body.agent.id,
      value,
      headers: { [ORIGIN_HEADER]: originOf(event.position), ...postedHeaders(value, posted, mark) },
    };
  };

function split(decoded: readonly Decoded[]): { events: Event[]; rejects: Reject[] } {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  for (const { items } of decoded)
    for (const item of items) item.kind === 'event' ? events.push(item.event) : rejects.push(item.reject);
  return { events, rejects };
}

export interface KafkaIngestOptions extends Pick<RekeyOptions, 'decode' | 'produce' | 'tooLarge'> {
  store: Pick<Store, 'writeRejects'>;
  /** Absent for the internal topic; for one of the user's own what marks a message there as ours. */
  mark?: PostedMark;
  /** First offset of posted records: no two runs may share one, since rejects are kept under it. */
  firstOffset: number;
}

/** Posts into the internal topic: answered when it has them, so that a client that was told 2xx may forget them. */
export function createKafkaIngest({ firstOffset, mark, ...options }: KafkaIngestOptions): Ingest {
  let next = firstOffset;
  return {
    async push(records, origin) {
      const posted = records.map((record) => ({ ...record, offset: next++ }));
      const decoded = options.decode({ source: 'http', partition: 0, generation: 1, records: posted, ...origin });
      const { events, rejects } = split(decoded);
      const history = origin.backfill === true;
      const seal = mark === undefined ? sealed(history) : plain(mark, history);
      // The client repeats a post that failed: waiting here for a broker that is away would only pile posts up.
      const refused = await send(events, rejects, { ...options, persist: (_, write) => write(), seal });
      return decoded.map((one) => outcomeOf(one, refused));
    },
  };
}

function outcomeOf({ offset, items, dropped }: Decoded, refused: readonly Reject[]): RecordOutcome {
  const late = refused.filter(({ position }) => position.offset === offset);
  const known = items.flatMap((item) => (item.kind === 'reject' ? [item.reject] : []));
  return {
    offset,
    accepted: items.length - known.length - late.length,
    duplicates: 0,
    dropped,
    rejected: [...known, ...late].map(({ reason, detail }) => ({ reason, detail })),
  };
}
