import { MINUTE } from '../../schemas/durations.ts';
import { type IdBasis, PHASE_RANK, type Phase } from '../../schemas/event.ts';
import type { NativeDraft } from '../../schemas/gateways/gateway.ts';
import { text } from '../../schemas/gateways/lib/values.ts';
import { contentId } from '../hash.ts';
import { toMillis } from './time.ts';

/**
 * Calls that come in pieces. Pieces of one call share a key, so that a later phase supersedes an earlier one: what a
 * piece does not say itself is taken from the one before it in the same partition, for ten minutes of event time.
 *
 * A name that is unique for ever (a request id, a trace) makes the key by itself, so pieces that come in different
 * partitions meet in the views. A name that begins with `#` is unique only while the call runs (a JSON-RPC id without a
 * session): such pieces meet within one partition only. One that begins with `~` is the caller's choice, and makes another
 * key ten minutes later. Sooner, what a piece says of its own tells a new call from the same one told again.
 */
export interface Pairs {
  /**
   * The draft with what the earlier piece told and that piece's key, or the name that makes its key. `at`: the draft's own
   * effective time, epoch ms.
   */
  complete(scope: string, draft: NativeDraft, at: number): Piece;
  /** `own`: as it was completed; `at`: the piece's effective time, epoch ms; `bytes`: about what it holds. */
  remember(
    scope: string,
    draft: NativeDraft,
    piece: { key: string; own: string | undefined; at: number; bytes: number },
  ): void;
}

export interface Piece {
  draft: NativeDraft;
  /** Of the call that is known already. */
  key?: string;
  /** What makes the key of one that is not; empty where its content does. */
  name: readonly string[];
  /** What tells it from other calls of its name. */
  own?: string | undefined;
}

const isLocal = (pair: string): boolean => pair.startsWith('#');
const isReused = (pair: string): boolean => pair.startsWith('~');

const KEEP_MS = 10 * MINUTE;
const windowOf = (at: number): string => String(Math.floor(at / KEEP_MS));
/** Effective times of one moment lie up to twenty minutes apart: as much longer a piece is held, for whose clock is behind. */
const HOLD_MS = 3 * KEEP_MS;
const MAX_BYTES = 32 << 20;
/** What an entry costs beside its content. */
const ENTRY_BYTES = 512;

const SHARED = [
  'occurred_at',
  'agent',
  'server',
  'method',
  'target',
  'args',
  'args_state',
  'session_id',
  'task',
  'client',
  'user',
  'delegation',
  'caller',
  'credential',
  'annotations',
  'outcome',
  'decision',
  'result',
  'duration_ms',
  'bytes_in',
  'bytes_out',
  'jsonrpc_id',
  'request_id',
  'trace_id',
  'span_id',
  'src',
  'phase',
] as const;

interface Open {
  scope: string;
  draft: NativeDraft;
  key: string;
  at: number;
  bytes: number;
  /** What the piece that began it says of its own. */
  own?: string | undefined;
}

export function createPairs(): Pairs {
  const open = new Map<string, Open>();
  let held = 0;
  /** Times of the last two pieces of each gateway: a clock that lies alone makes nobody forget. */
  const lately = new Map<string, [number, number]>();

  const due = ({ scope, at }: Open): boolean => at < Math.min(...lately.get(scope)!) - HOLD_MS;
  const forget = (name: string, entry: Open): void => {
    open.delete(name);
    held -= entry.bytes;
  };
  const hold = (name: string, entry: Open): void => {
    const before = open.get(name);
    if (before !== undefined) forget(name, before);
    open.set(name, entry);
    held += entry.bytes;
  };

  return {
    complete(scope, told, at) {
      const expired = (entry: Open): boolean => entry.at < at - KEEP_MS;
      const inside = told.kin === undefined ? undefined : open.get(`${scope}\n^${told.kin.own}`);
      const draft = inside === undefined || expired(inside) ? told : { ...told, pair: inside.key };
      const pair = draft.pair!;
      const own = ownOf(draft);
      const piece = { draft, own, name: isLocal(pair) ? [] : isReused(pair) ? [pair, windowOf(at)] : [pair] };
      const again = own === undefined ? undefined : open.get(`${scope}\n!${own}/${pair}`);
      if (again !== undefined && !expired(again)) return { ...piece, key: again.key };
      const known = open.get(`${scope}\n${pair}`);
      if (known === undefined || expired(known)) return piece;
      if (own !== undefined && known.own !== undefined) return { ...piece, name: [pair, own] };
      if (known.draft.phase === undefined) return { ...piece, key: known.key };
      const rank = rankOf(draft);
      const before = rankOf(known.draft);
      // The name was given to a new call: the one before has its answer, or never got it.
      if (isLocal(pair) && rank < COMPLETE && rank <= before) return piece;
      return { ...piece, draft: joined(draft, known.draft, rank < before), key: known.key };
    },
    remember(scope, draft, { key, own, at, bytes }) {
      const name = `${scope}\n${draft.pair}`;
      const known = open.get(name);
      const first = own ?? (known?.key === key ? known.own : undefined);
      if (known !== undefined) forget(name, known);
      lately.set(scope, [lately.get(scope)?.[1] ?? at, at]);
      // What is whole and found by its name alone needs no memory, but that its name was used.
      if (rankOf(draft) < COMPLETE || isLocal(draft.pair!)) {
        const kept: NativeDraft = {};
        for (const field of SHARED) if (draft[field] !== undefined) kept[field] = draft[field];
        // Nothing comes behind what is whole but the same again.
        if (rankOf(draft) === COMPLETE) delete kept.result;
        hold(name, { scope, draft: kept, key, at, bytes: bytes + ENTRY_BYTES, own: first });
      } else if (first !== undefined) hold(name, { scope, draft: {}, key, at, bytes: ENTRY_BYTES, own: first });
      if (own !== undefined) hold(`${scope}\n!${own}/${draft.pair}`, { scope, draft: {}, key, at, bytes: ENTRY_BYTES });
      if (draft.kin?.above !== undefined)
        hold(`${scope}\n^${draft.kin.above}`, { scope, draft: {}, key: draft.pair!, at, bytes: ENTRY_BYTES });
      for (const [oldest, entry] of open) {
        if (held <= MAX_BYTES && !due(entry)) break;
        forget(oldest, entry);
      }
    },
  };
}

const ownOf = ({ own, pair, occurred_at }: NativeDraft): string | undefined =>
  own === undefined || isLocal(pair!) ? undefined : contentId(own, text(occurred_at) ?? '');

const COMPLETE = PHASE_RANK.complete;
const rankOf = (draft: NativeDraft): number => PHASE_RANK[draft.phase as Phase] ?? COMPLETE;

/** Both pieces as one: the later phase is believed, the earlier fills in; who acted is told by who knows it better. */
function joined(draft: NativeDraft, known: NativeDraft, late: boolean): NativeDraft {
  const [believed, other] = late ? [known, draft] : [draft, known];
  const whole: NativeDraft = { ...draft };
  for (const field of SHARED) {
    const value = believed[field] ?? other[field];
    if (value !== undefined) whole[field] = value;
  }
  if (strength(other) > strength(believed)) whole.agent = other.agent;
  if (!isNamed(believed) && isNamed(other)) whole.target = other.target;
  // A call happened when it began: the row that supersedes another stands at the same time.
  whole.occurred_at = known.occurred_at;
  if (!late) whole.duration_ms = draft.duration_ms ?? elapsed(known.occurred_at, draft.occurred_at);
  // A request and its answer, or both sides of one call, are all there is of it.
  if (rankOf(draft) !== rankOf(known) && rankOf(known) > 0 && rankOf(known) < COMPLETE) whole.phase = 'complete';
  return whole;
}

const isNamed = ({ target }: NativeDraft): boolean => (target as { name?: unknown } | undefined)?.name !== undefined;

/** How much the name of an agent is worth: a name it gave itself gives way to one that somebody checked. */
function strength({ agent }: NativeDraft): number {
  const basis = (agent as { id_basis?: IdBasis } | undefined)?.id_basis ?? 'none';
  return basis === 'none' ? 0 : basis === 'client_name' ? 1 : 2;
}

function elapsed(from: unknown, to: unknown): number | undefined {
  const ms = toMillis(to) - toMillis(from);
  return ms >= 0 ? ms : undefined;
}
