import {
  type CanonicalEvent,
  type Event,
  eventSchema,
  type ParsedEvent,
  type Position,
  type RejectReason,
} from '../../schemas/event.ts';
import type { Gateway, NativeDraft } from '../../schemas/gateways/gateway.ts';
import { contentId, type Hasher } from '../hash.ts';
import type { Batch } from '../sources/source.ts';
import type { Capture } from './capture.ts';
import { extractArgs, extractResult } from './extract.ts';
import { globsOf } from './glob.ts';
import { normalize } from './normalize.ts';
import { remainder } from './raw.ts';
import type { Redactor } from './redact.ts';
import { toMillis } from './time.ts';
import { declaredTools } from './tools.ts';

/** A part of a record that cannot become an event, for one reason of the closed list. */
export class Refused extends Error {
  override name = 'Refused';
  readonly reason: RejectReason;
  constructor(reason: RejectReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export interface EventContext {
  gateway: Gateway;
  record: Record<string, unknown>;
  batch: Batch;
  receivedAt: number;
  position: Position;
  /** How often each content was met in this record. */
  ordinals: Map<string, number>;
}

interface Parts {
  hasher: Hasher;
  redactor: Redactor;
  foldAgent(id: string): string;
  capture(server: string): Capture;
}

/** Effective time may stray this far from receipt (rule R7). */
const SKEW_MS = 10 * 60_000;

export function createEventMaker({ hasher, redactor, foldAgent, capture }: Parts) {
  return function makeEvent(draft: NativeDraft, context: EventContext): Event {
    const parsed = check(draft);
    const { batch, gateway } = context;
    const occurredAt = toMillis(parsed.occurred_at);
    if (Number.isNaN(occurredAt)) throw new Refused('bad_time', 'occurred_at: out of range');
    const receivedAt = batch.backfill ? occurredAt : context.receivedAt;
    parsed.agent.id = foldAgent(parsed.agent.id);
    if (batch.agents !== undefined && !globsOf(batch.agents)(parsed.agent.id))
      throw new Refused('forbidden_agent', 'agent.id: not among the agents that this token may speak for');

    const found = new Set<string>();
    const raw = remainder(context.record, parsed, gateway);
    const { args, result, raw: _, ...envelope } = parsed;
    redactor.names(envelope, '', found);
    const content: Partial<ParsedEvent> = {};
    if (args !== undefined) content.args = redactor.value(args, 'args', found) as Record<string, unknown>;
    if (result !== undefined) content.result = redactor.value(result, 'result', found);
    const redacted = { ...envelope, ...content } as ParsedEvent;
    const body = normalize(redacted, { occurredAt, receivedAt }, { kind: gateway.name, instance: batch.instance });
    const facts = {
      args: body.args === undefined ? [] : extractArgs(body.args, hasher),
      result: body.result === undefined ? [] : extractResult(body.result, hasher),
      redacted: fieldsOf(found),
      tools: body.method === 'tools/list' ? declaredTools(body.result, hasher) : [],
    };
    if (raw !== undefined) body.raw = redactor.value(raw, 'raw', new Set());
    if (facts.redacted.some((field) => field.startsWith('args')) && body.args_state === 'full')
      body.args_state = 'redacted';
    keepContent(body, capture(body.server.id));
    return {
      ...identify(body, context),
      position: context.position,
      occurredAt,
      receivedAt,
      effectiveAt: clamp(occurredAt, receivedAt),
      body,
      facts,
    };
  };
}

/** zod's answer, once more without nulls and empty values where the first look fails: gateways write those for "absent". */
function check(draft: NativeDraft): ParsedEvent {
  let answer = eventSchema.safeParse(draft);
  if (!answer.success) answer = eventSchema.safeParse(withoutEmpty(draft));
  if (answer.success) return answer.data;
  const issue = answer.error.issues[0]!;
  const path = issue.path.join('.');
  throw new Refused(path === 'occurred_at' ? 'bad_time' : 'invalid_event', `${path}: ${issue.message}`);
}

/** Free-form content is left as it is. */
const CONTENT = new Set(['args', 'result', 'raw']);

function withoutEmpty(draft: NativeDraft): NativeDraft {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(draft)) {
    if (value === null || value === undefined || value === '') continue;
    if (key === 'occurred_at' || key === 'received_at') out[key] = isoOf(value);
    else if (CONTENT.has(key) || typeof value !== 'object' || Array.isArray(value)) out[key] = value;
    else out[key] = Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== ''));
  }
  return out as NativeDraft;
}

/** Epochs and unusual spellings of a time, told as RFC 3339; anything else is left to zod to refuse. */
function isoOf(value: unknown): unknown {
  const ms = toMillis(value);
  return Number.isNaN(ms) ? value : new Date(ms).toISOString();
}

const fieldsOf = (found: Set<string>): string[] => (found.size === 0 ? [] : [...found].sort());

/** What is not to be kept of content is dropped here, after its entities and hashes were taken. */
function keepContent(body: CanonicalEvent, { args, result }: Capture): void {
  if (args !== 'full' && body.args !== undefined) {
    if (args === 'keys') body.args = keysOnly(body.args) as Record<string, unknown>;
    else delete body.args;
    body.args_state = args === 'keys' ? 'keys_only' : 'absent';
  }
  if (result === 'none' || body.result === undefined) delete body.result;
  else if (result === 'keys') body.result = keysOnly(body.result);
  else body.result = cut(body.result);
}

const MAX_RESULT_CHARS = 16 * 1024;

function cut(result: unknown): unknown {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return text.length <= MAX_RESULT_CHARS ? result : text.slice(0, MAX_RESULT_CHARS);
}

/** The shape without the values: keys stay, values become null. */
function keysOnly(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [keysOnly(value[0])];
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOnly(inner)]));
}

/** Rule R4: the gateway's own id where it gives one, else the content and its ordinal among equals in its record. */
function identify(body: CanonicalEvent, { ordinals }: EventContext): { key: string; contentHash: string } {
  const given = body.event_id;
  const { event_id: _, received_at: __, raw: ___, ...content } = body;
  const digest = contentId(JSON.stringify(content));
  const contentHash = digest.slice(0, 16);
  if (given !== '')
    return {
      key: contentId(body.source.kind, body.source.instance, given),
      contentHash,
    };
  const ordinal = ordinals.get(digest) ?? 0;
  ordinals.set(digest, ordinal + 1);
  const key = contentId(digest, String(ordinal));
  body.event_id = key;
  return { key, contentHash };
}

const clamp = (occurredAt: number, receivedAt: number): number =>
  Math.min(Math.max(occurredAt, receivedAt - SKEW_MS), receivedAt + SKEW_MS);
