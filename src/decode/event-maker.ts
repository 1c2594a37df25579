import { effectiveTime } from '../../schemas/effective-time.ts';
import type { CanonicalEvent, Event, ParsedEvent, Position } from '../../schemas/event.ts';
import type { Gateway, NativeDraft } from '../../schemas/gateways/gateway.ts';
import { globMatches } from '../glob.ts';
import { contentId, type Hasher } from '../hash.ts';
import type { Batch } from '../sources/source.ts';
import { type Capture, keepContent } from './capture.ts';
import { check, RejectError, wellFormed } from './check.ts';
import { extractArgs, extractResult } from './extract.ts';
import { isInOrder } from './in-order.ts';
import { normalize } from './normalize.ts';
import type { Pairs, Piece } from './pair.ts';
import { type RawBudget, remainder } from './raw.ts';
import type { Findings, Redactor } from './redact.ts';
import { toMillis } from './time.ts';
import { declaredTools } from './tools.ts';

export interface EventContext {
  gateway: Gateway;
  record: Record<string, unknown>;
  batch: Batch;
  receivedAt: number;
  /** No built-in pattern of a secret can match anywhere in this record. */
  clean: boolean;
  position: Position;
  /** How many events this record holds. */
  siblings: number;
  raws: RawBudget;
  pairs: Pairs;
  /** About the bytes of the record that are this event's. */
  bytes: number;
  /** How often each content was met in this record. */
  ordinals: Map<string, number>;
}

interface Parts {
  hasher: Hasher;
  redactor: Redactor;
  foldAgent(id: string): string;
  capture(server: string): Capture;
}

export function createEventMaker({ hasher, redactor, foldAgent, capture }: Parts) {
  /** Nearly always empty, and then no cost: one for all events. */
  const found = new Set<string>();
  return function makeEvent(draft: NativeDraft, context: EventContext): Event {
    const { batch, gateway, record } = context;
    // What was looked for knows the built-in patterns alone.
    const clean = context.clean && !redactor.ownPatterns;
    const scope = draft.pair === undefined ? '' : scopeOf(context);
    const piece: Piece =
      draft.pair === undefined ? { draft, name: [] } : context.pairs.complete(scope, draft, timeOf(draft, context));
    if (draft.alone !== undefined && piece.draft.method === undefined) piece.draft = { ...piece.draft, ...draft.alone };
    // What may hold a secret is redacted in place: the record must stay as it came, to be told of where it is refused.
    const inOrder = clean && piece.draft === record && isInOrder(record);
    const parsed = inOrder ? (record as ParsedEvent) : check(piece.draft, gateway);
    const occurredAt = toMillis(parsed.occurred_at);
    if (Number.isNaN(occurredAt)) throw new RejectError('bad_time', 'occurred_at: out of range');
    const receivedAt = batch.backfill ? occurredAt : context.receivedAt;
    if (!inOrder) wellFormed(parsed);
    const agentId = foldAgent(parsed.agent.id);
    if (batch.agents?.some((pattern) => globMatches(pattern, agentId)) === false)
      throw new RejectError('forbidden_agent', 'agent.id: not among the agents that this token may speak for');

    if (found.size > 0) found.clear();
    const findings: Findings = { fields: found, clean };
    const raw = inOrder ? parsed.raw : remainder(context, parsed);
    const source = { kind: gateway.name, instance: batch.instance };
    const body = normalize(parsed, { occurredAt, receivedAt, agentId, inOrder, ...source });
    if (!clean) redactNames(body, findings);
    redactProse(body, findings);
    if (body.args !== undefined) body.args = redactor.value(body.args, 'args', findings) as Record<string, unknown>;
    const result =
      parsed.result === undefined || parsed.result === null
        ? undefined
        : redactor.value(parsed.result, 'result', findings);
    const facts = {
      args: body.args === undefined ? [] : extractArgs(body.args, hasher),
      result: result === undefined ? [] : extractResult(result, hasher),
      redacted: found.size === 0 ? [] : [...found].sort(),
      tools: body.method === 'tools/list' ? declaredTools(result, hasher) : [],
    };
    // What was redacted before it came here says so by its markers.
    const hidden = argsRedacted(findings) || facts.args.some(({ kind }) => kind === 'secret');
    if (body.args_state === 'full' && hidden) body.args_state = 'redacted';
    const { key, contentHash } = identify(body, result, context.ordinals, piece);
    const keep = capture(body.server.id);
    keepContent(body, result, keep);
    if (raw !== undefined) body.raw = redactor.value(raw, 'raw', { fields: new Set(), clean: findings.clean });
    const effectiveAt = effectiveTime(occurredAt, receivedAt);
    if (draft.pair !== undefined)
      context.pairs.remember(scope, piece.draft, { key, own: piece.own, at: effectiveAt, bytes: context.bytes });
    return { key, contentHash, position: context.position, occurredAt, receivedAt, effectiveAt, body, facts };
  };

  /** What people and servers say in their own words may hold a secret of no known shape; names may look random. */
  function redactProse({ outcome, task, src }: CanonicalEvent, findings: Findings): void {
    if (outcome.reason) outcome.reason = redactor.value(outcome.reason, 'outcome.reason', findings) as string;
    if (task?.intent) task.intent = redactor.value(task.intent, 'task.intent', findings) as string;
    if (src?.user_agent) src.user_agent = redactor.value(src.user_agent, 'src.user_agent', findings) as string;
  }

  /** All but the arguments, which are content and redacted as such. */
  function redactNames(body: CanonicalEvent, findings: Findings): void {
    const fields = body as unknown as Record<string, unknown>;
    for (const name of Object.keys(fields)) {
      if (name === 'args') continue;
      const before = fields[name];
      const after = redactor.names(before, name, findings);
      if (after !== before) fields[name] = after;
    }
  }
}

/** Within which the names of calls are told apart: history has a time of its own. */
const scopeOf = ({ gateway, batch }: EventContext): string =>
  `${gateway.name}/${batch.instance}${batch.backfill === true ? '/history' : ''}`;

/** The effective time of a piece by itself; where it names none, its receipt. */
function timeOf({ occurred_at }: NativeDraft, { batch, receivedAt }: EventContext): number {
  const at = toMillis(occurred_at);
  if (Number.isNaN(at)) return receivedAt;
  return batch.backfill === true ? at : effectiveTime(at, receivedAt);
}

function argsRedacted({ fields }: Findings): boolean {
  for (const field of fields) if (field.startsWith('args')) return true;
  return false;
}

/**
 * Rule R4: the gateway's own id where it gives one, else the content and its ordinal among equals in its record. Pieces
 * of one call share the key that their common name makes; those of one name that say different things conflict, unless
 * several may tell one call, each in its way.
 */
function identify(
  body: CanonicalEvent,
  result: unknown,
  ordinals: Map<string, number>,
  { draft: { own }, key: known, name }: Piece,
): { key: string; contentHash: string } {
  const { event_id: given, received_at: received, source } = body;
  body.event_id = '';
  body.received_at = '';
  const content = JSON.stringify(body);
  body.event_id = given;
  body.received_at = received;
  const hash = (text: string): string => contentId(text).slice(0, 16);
  if (known !== undefined || name.length > 0) {
    const key = known ?? contentId(source.kind, source.instance, 'pair', ...name);
    if (given === '') body.event_id = key;
    return { key, contentHash: hash(body.phase === 'complete' || own !== undefined ? content : key) };
  }
  if (given !== '') return { key: contentId(source.kind, source.instance, given), contentHash: hash(content) };
  const digest = contentId(content, result === undefined ? '' : JSON.stringify(result));
  const ordinal = ordinals.get(digest) ?? 0;
  ordinals.set(digest, ordinal + 1);
  const key = contentId(digest, String(ordinal));
  body.event_id = key;
  return { key, contentHash: digest.slice(0, 16) };
}
