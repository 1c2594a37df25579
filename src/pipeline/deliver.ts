import { type Event, MAX_REJECT_CHARS, type Reject } from '../../schemas/event.ts';
import { type Decoded, split } from '../decode/decode.ts';
import type { Store } from '../stores/store.ts';
import { ORIGIN_HEADER, originOf, sealEvent } from './envelope.ts';
import type { Observer } from './observer.ts';
import { type PostedMark, postedHeaders } from './posted.ts';

export interface RekeyedMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
}

export interface SendOptions {
  /** Resolves when the topic has them (acks=all), in this order; it may try for as long as brokers are away. */
  produce(messages: RekeyedMessage[]): Promise<void>;
  /** True where the topic will never take one of these messages, however often they are sent. */
  tooLarge(error: unknown): boolean;
  /** Repeats what the store does not take, or not. */
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  store: Pick<Store, 'writeRejects'>;
  /** Told of what goes into no topic: the fold, which tells of all else, never sees it. */
  observer: Pick<Observer, 'folded' | 'rejected'>;
  seal(event: Event): RekeyedMessage;
}

/** Records of one source into the topic. Answers what the topic refused, beside the rejects that were known. */
export async function send(source: string, decoded: readonly Decoded[], options: SendOptions): Promise<Reject[]> {
  const { persist, store, observer } = options;
  const { events, rejects } = split(decoded);
  const refused: Reject[] = [];
  if (events.length > 0) await deliver(events, refused, options);
  const all = [...rejects, ...refused];
  if (all.length > 0) await persist('rejects', () => store.writeRejects(all));
  for (const reject of all) observer.rejected(reject);
  const dropped = decoded.reduce((sum, one) => sum + one.dropped, 0);
  observer.folded('dropped', source, dropped);
  return refused;
}

/** What the topic takes for no good is set apart among the rejects, and its neighbours go on. */
async function deliver(events: readonly Event[], refused: Reject[], options: SendOptions): Promise<void> {
  const messages = events.map(options.seal);
  try {
    await options.produce(messages);
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
  instance: body.source.instance,
  raw: JSON.stringify(body).slice(0, MAX_REJECT_CHARS),
});

/**
 * The message of an event, without a time of its own: brokers delete by the time that a message says, and history would
 * be gone before it is read. When the event was received stands in the envelope.
 */
export const sealed =
  (backfill = false) =>
  (event: Event): RekeyedMessage => ({
    key: event.body.agent.id,
    value: sealEvent(event, backfill),
    headers: { [ORIGIN_HEADER]: originOf(event.position) },
  });

/** For a topic of the user's own: as gateways would publish it, with what its text does not say under our mark. */
export const plain =
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
