import type { Event, Reject, RejectReason } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { native } from '../../schemas/gateways/native.ts';
import { placeId } from '../../schemas/place.ts';
import type { Hasher } from '../hash.ts';
import { readAll } from '../mistakes.ts';
import type { Batch, SourceRecord } from '../sources/source.ts';
import { type AgentRule, createAgentFolder } from './agents.ts';
import { type CaptureRule, createCapture } from './capture.ts';
import { RejectError } from './check.ts';
import { enveloped, isRefusal, type Recognise } from './envelopes.ts';
import { createEventMaker, type EventContext } from './event-maker.ts';
import { createPairs, type Pairs } from './pair.ts';
import { positionOf } from './position.ts';
import { createRawBudget } from './raw.ts';
import { createRedactor } from './redact.ts';
import { rawOf } from './reject-raw.ts';
import type { RedactionRules } from './text-redactor.ts';
import { DEFAULT_LIMITS, type UnwrapLimits, unwrap } from './unwrap.ts';

/**
 * Bytes to canonical events, without clock or I/O, and with no memory but of calls that come in pieces: unwrap ->
 * adapter -> zod -> redact -> normalise -> extract -> key. Whatever comes in, it answers with events, a counted drop, or
 * rejects; it does not throw.
 */
export interface DecoderOptions {
  hasher: Hasher;
  redaction?: RedactionRules;
  /** First match by server wins; without one arguments are kept (redacted) and results are not. */
  capture?: readonly CaptureRule[];
  /** Folds ephemeral agent ids together; first match wins. */
  agents?: readonly AgentRule[];
  /** Formats beyond the built-in ones, asked after them: mappings of the configuration. */
  gateways?: readonly Gateway[];
  limits?: Partial<UnwrapLimits>;
}

export type DecodedItem = { kind: 'event'; event: Event } | { kind: 'reject'; reject: Reject };

/** What became of one record. */
export interface Decoded {
  offset: number;
  items: DecodedItem[];
  /** Parts of the record that are of a known format and yet no MCP call. */
  dropped: number;
  /** Of which formats those are, one name a part; absent where there is none. */
  droppedOf?: string[];
  /** The record is history: its alerts are stored and not sent. */
  backfill?: true;
}

export type Decoder = (batch: Batch) => Decoded[];

/** Events and rejects of records, each in their order. */
export function split(decoded: readonly Decoded[]): { events: Event[]; rejects: Reject[] } {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  for (const { items } of decoded)
    for (const item of items) item.kind === 'event' ? events.push(item.event) : rejects.push(item.reject);
  return { events, rejects };
}

export function createDecoder(options: DecoderOptions): Decoder {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { redactor, foldAgent } = readAll({
    redactor: () => createRedactor(options.hasher, options.redaction),
    foldAgent: () => createAgentFolder(options.agents ?? []),
  });
  const known = [...gateways, ...(options.gateways ?? [])];
  const makeEvent = createEventMaker({
    hasher: options.hasher,
    redactor,
    foldAgent,
    capture: createCapture(options.capture ?? []),
  });

  /** Who is asked for the records of a batch. */
  function formatsOf({ gateway: named, instance }: Batch): Formats {
    const forced = named === 'auto' ? undefined : known.find(({ name }) => name === named);
    const asked = forced === undefined ? known : [forced];
    const recognise: Recognise = (body, headers) => {
      const context = { headers, instance };
      for (const gateway of asked) if (gateway.claims(body, context)) return gateway;
      return null;
    };
    return { forced, recognise };
  }

  function decodeRecord(batch: Batch, { forced, recognise }: Formats, record: SourceRecord, pairs: Pairs): Decoded {
    const decoded: Decoded = { offset: record.offset, items: [], dropped: 0 };
    const { items } = decoded;
    const { receivedAt } = record;
    const position = () => positionOf(batch, record.offset, items.length);
    const reject = ({ reason, detail }: Why, gateway: string, part: unknown): void => {
      const raw = rawOf(part, redactor);
      const told = { reason, detail: redactor.text(detail), gateway, instance: batch.instance, raw };
      items.push({ kind: 'reject', reject: { position: position(), receivedAt, ...told } });
    };
    const { parts, clean } = unwrap(record, limits, recognise);
    const ordinals = new Map<string, number>();
    const raws = createRawBudget();
    for (const part of parts) {
      if (isRefusal(part)) {
        reject(part, '', part.part);
        continue;
      }
      const { gateway } = part;
      if (gateway === null) {
        reject({ reason: 'unknown_format', detail: unknown(forced, part.body) }, '', part.body);
        continue;
      }
      try {
        const { headers } = part;
        const named = forced !== undefined;
        const drafts = gateway.translate(part.body, { headers, instance: batch.instance, named });
        if (drafts.length === 0) {
          decoded.dropped++;
          decoded.droppedOf ??= [];
          decoded.droppedOf.push(gateway.name);
        }
        const context: EventContext = {
          gateway,
          record: part.body,
          batch,
          receivedAt,
          clean,
          siblings: drafts.length,
          raws,
          pairs,
          bytes: (record.value?.length ?? 0) / drafts.length,
          ordinals,
          position: position(),
        };
        for (const draft of drafts) {
          const whole = enveloped(draft, drafts.length, part.headers, receivedAt);
          try {
            if (context.position.index !== items.length) context.position = position();
            items.push({ kind: 'event', event: makeEvent(whole, context) });
          } catch (error) {
            reject(reasonOf(error), gateway.name, drafts.length === 1 ? part.body : (raws.take(draft.raw) ?? null));
          }
        }
      } catch (error) {
        reject(reasonOf(error), gateway.name, part.body);
      }
    }
    return decoded;
  }

  /** Open calls of each partition; what was taken from us and given back begins anew. */
  const open = new Map<string, { generation: number; pairs: Pairs }>();
  const pairsOf = (batch: Batch): Pairs => {
    const id = placeId(batch);
    const known = open.get(id);
    if (known?.generation === batch.generation) return known.pairs;
    const pairs = createPairs();
    open.set(id, { generation: batch.generation, pairs });
    return pairs;
  };

  return (batch) => {
    const formats = formatsOf(batch);
    const pairs = pairsOf(batch);
    return batch.records.map((record) => {
      if (record.backfill !== true) return decodeRecord(batch, formats, record, pairs);
      return { ...decodeRecord({ ...batch, backfill: true }, formats, record, pairs), backfill: true };
    });
  };
}

/** Of a record that nobody claims: whose it nearly is. */
function unknown(forced: Gateway | undefined, body: Record<string, unknown>): string {
  const why = forced === undefined ? 'no adapter knows this format' : `not of the format ${forced.name}`;
  const near = (forced ?? native).lacks?.(body) ?? '';
  return near === '' ? why : `${why}; ${near}`;
}

interface Formats {
  /** The one that the batch is said to be of. */
  forced: Gateway | undefined;
  recognise: Recognise;
}

interface Why {
  reason: RejectReason;
  detail: string;
}

function reasonOf(error: unknown): Why {
  if (error instanceof RejectError) return { reason: error.reason, detail: error.message };
  if (error instanceof Error) {
    if (error.name === 'GatewayError') return { reason: 'invalid_event', detail: error.message };
    if (error.name === 'TooDeepError') return { reason: 'too_deep', detail: error.message };
    return { reason: 'internal_error', detail: `${error.name} while decoding` };
  }
  return { reason: 'internal_error', detail: 'unknown error while decoding' };
}
