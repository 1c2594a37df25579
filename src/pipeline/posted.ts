import type { Facts } from '../../schemas/event.ts';
import type { Decoder } from '../decode/decode.ts';
import { textOf } from '../decode/unwrap.ts';
import type { SourceRecord } from '../sources/source.ts';

/** Header of a posted event's message, where the topic is written by gateways as well as by us: what its text does not say. */
export const POSTED_HEADER = 'overreach-posted';
/** Header with the keyed hash of both. */
const MARK_HEADER = 'overreach-mark';

/** What of content that is not kept was seen when it was posted; and whether it is history, whose alerts are not sent. */
interface Posted {
  facts: Facts;
  history?: boolean;
}

/** Keyed hash: nobody but us may call an event history, or say what was in a result. */
export type PostedMark = (text: string) => string;

export function postedHeaders(value: string, posted: Posted, mark: PostedMark): Record<string, string> {
  const text = JSON.stringify(posted);
  return { [POSTED_HEADER]: text, [MARK_HEADER]: mark(`${text}\n${value}`) };
}

/** The same decoder, for a topic into which posted events go as gateways would publish them. */
export function withPosted(decode: Decoder, mark: PostedMark): Decoder {
  return (batch) => {
    const told = batch.records.map((record) => postedOf(record, mark));
    if (told.every((posted) => posted === null)) return decode(batch);
    const records = batch.records.map((record, n) =>
      told[n]?.history === true ? { ...record, backfill: true } : record,
    );
    const decoded = decode({ ...batch, records });
    for (const [n, { items }] of decoded.entries()) {
      const facts = told[n]?.facts;
      if (facts !== undefined) for (const item of items) if (item.kind === 'event') item.event.facts = facts;
    }
    return decoded;
  };
}

function postedOf({ headers, value }: SourceRecord, mark: PostedMark): Posted | null {
  const posted = headers?.[POSTED_HEADER];
  if (posted === undefined || value === null) return null;
  return headers?.[MARK_HEADER] === mark(`${posted}\n${textOf(value)}`) ? (JSON.parse(posted) as Posted) : null;
}
