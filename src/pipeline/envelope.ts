import type { Event, Position } from '../../schemas/event.ts';
import type { Decoded, DecodedItem, Decoder } from '../decode/decode.ts';
import { positionOf } from '../decode/position.ts';
import { textOf } from '../decode/unwrap.ts';

/** Header of a re-keyed message: where the record was that the event came in, as `source/partition/offset/index[@epoch]`. */
export const ORIGIN_HEADER = 'overreach-origin';
const VERSION = 1;

/**
 * An event whole on its way through the internal topic: decoded and redacted once, with the ids and the receipt that it
 * got then. `backfill`: its alerts are stored and not sent.
 */
export function sealEvent(event: Event, backfill = false): string {
  const { position: _, ...rest } = event;
  return JSON.stringify({ overreach: VERSION, ...(backfill ? { backfill } : {}), ...rest });
}

export const originOf = ({ source, partition, offset, index, epoch }: Position): string =>
  `${source}/${partition}/${offset}/${index}${epoch === undefined ? '' : `@${epoch}`}`;

/** Decodes the internal topic: one event a message, placed where the message is, so that a replay keeps the order. */
export const openEnvelopes: Decoder = (batch) =>
  batch.records.map(({ offset, value, receivedAt }): Decoded => {
    const position = positionOf(batch, offset, 0);
    return { offset, dropped: 0, ...open(textOf(value ?? '') ?? '', position, receivedAt) };
  });

type Opened = Pick<Decoded, 'items' | 'backfill'>;

function open(text: string, position: Position, receivedAt: number): Opened {
  const refuse = (detail: string): Opened => ({
    items: [
      { kind: 'reject', reject: { position, receivedAt, reason: 'invalid_event', detail, gateway: '', raw: '' } },
    ],
  });
  try {
    const { overreach, backfill, ...event } = JSON.parse(text) as Event & { overreach?: number; backfill?: boolean };
    if (overreach !== VERSION || typeof event.key !== 'string' || typeof event.body?.agent?.id !== 'string')
      return refuse('no message of ours: something else writes to the internal topic');
    const items: DecodedItem[] = [{ kind: 'event', event: { ...event, position } }];
    return backfill === true ? { items, backfill } : { items };
  } catch {
    // What stands here was never redacted, so it is not kept.
    return refuse('no JSON: something else writes to the internal topic');
  }
}
