import type { Event, Reject, RejectReason } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import type { Hasher } from '../hash.ts';
import type { Batch, SourceRecord } from '../sources/source.ts';
import { type AgentRule, createAgentFolder } from './agents.ts';
import { type CaptureRule, createCapture } from './capture.ts';
import { enveloped } from './envelopes.ts';
import { createEventMaker, Refused } from './event-maker.ts';
import { createPairs, type Pairs } from './pair.ts';
import { createRedactor, type RedactionRules } from './redact.ts';
import { rawOf } from './reject-raw.ts';
import { DEFAULT_LIMITS, type UnwrapLimits, unwrap } from './unwrap.ts';

/**
 * Bytes to canonical events, without state, clock or I/O: unwrap -> adapter -> zod -> redact -> normalise -> extract
 * -> key. Whatever comes in, it answers with events, a counted drop, or rejects; it does not throw.
 */
export interface DecoderOptions {
  hasher: Hasher;
  redaction?: RedactionRules;
  /** First match by server wins; without one arguments are kept (redacted) and results are not. */
  capture?: readonly CaptureRule[];
  /** Folds ephemeral agent ids together; first match wins. */
  agents?: readonly AgentRule[];
  limits?: Partial<UnwrapLimits>;
}

export type DecodedItem = { kind: 'event'; event: Event } | { kind: 'reject'; reject: Reject };

/** What became of one record. */
export interface Decoded {
  offset: number;
  items: DecodedItem[];
  /** Parts of the record that are of a known format and yet no MCP call. */
  dropped: number;
}

export type Decoder = (batch: Batch) => Decoded[];

export function createDecoder(options: DecoderOptions): Decoder {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const redactor = createRedactor(options.hasher, options.redaction);
  const makeEvent = createEventMaker({
    hasher: options.hasher,
    redactor,
    foldAgent: createAgentFolder(options.agents ?? []),
    capture: createCapture(options.capture ?? []),
  });

  function decodeRecord(batch: Batch, forced: Gateway | null | undefined, record: SourceRecord, pairs: Pairs): Decoded {
    const items: DecodedItem[] = [];
    const position = () => ({
      source: batch.source,
      partition: batch.partition,
      offset: record.offset,
      index: items.length,
    });
    const reject = (reason: RejectReason, detail: string, gateway: string, raw: unknown): void => {
      const receivedAt = record.receivedAt;
      const at = position();
      items.push({
        kind: 'reject',
        reject: {
          position: at,
          receivedAt,
          reason,
          detail: redactor.text(detail),
          gateway,
          raw: rawOf(raw, redactor),
        },
      });
    };
    const { records, refused, clean } = unwrap(record, limits);
    if (refused !== undefined) {
      reject(refused.reason, refused.detail, '', record.value);
      return { offset: record.offset, items, dropped: 0 };
    }
    let dropped = 0;
    const ordinals = new Map<string, number>();
    for (const { body, headers } of records) {
      const context = { headers, instance: batch.instance };
      const gateway = forced === undefined ? recognise(body, context) : forced;
      if (gateway === null) {
        reject('unknown_format', 'no adapter knows this format', '', body);
        continue;
      }
      try {
        const drafts = gateway.translate(body, context);
        if (drafts.length === 0) dropped++;
        for (const draft of drafts) {
          try {
            const event = makeEvent(enveloped(draft, drafts.length, headers, record.receivedAt), {
              gateway,
              record: body,
              batch,
              receivedAt: record.receivedAt,
              clean,
              position: position(),
              siblings: drafts.length,
              pairs,
              ordinals,
            });
            items.push({ kind: 'event', event });
          } catch (error) {
            const { reason, detail } = reasonOf(error);
            reject(reason, detail, gateway.name, body);
          }
        }
      } catch (error) {
        const { reason, detail } = reasonOf(error);
        reject(reason, detail, gateway.name, body);
      }
    }
    return { offset: record.offset, items, dropped };
  }

  return (batch) => {
    const forced = batch.gateway === 'auto' ? undefined : (gateways.find(({ name }) => name === batch.gateway) ?? null);
    const pairs = createPairs();
    return batch.records.map((record) => decodeRecord(batch, forced, record, pairs));
  };
}

function recognise(body: Record<string, unknown>, context: Parameters<Gateway['claims']>[1]): Gateway | null {
  for (const gateway of gateways) if (gateway.claims(body, context)) return gateway;
  return null;
}

function reasonOf(error: unknown): { reason: RejectReason; detail: string } {
  if (error instanceof Refused) return { reason: error.reason, detail: error.message };
  if (error instanceof Error) {
    if (error.name === 'GatewayError') return { reason: 'invalid_event', detail: error.message };
    if (error.name === 'TooDeepError') return { reason: 'too_deep', detail: error.message };
    return { reason: 'internal_error', detail: `${error.name} while decoding` };
  }
  return { reason: 'internal_error', detail: 'unknown error while decoding' };
}
