import type { NativeDraft } from '../../schemas/gateways/gateway.ts';
import { toMillis } from './time.ts';

/**
 * Calls that come in pieces. Pieces of one call share a key, so that a later phase supersedes an earlier one: what a
 * later piece does not say itself is taken from the earlier, where both are in one batch.
 *
 * A name that is unique for ever (a request id, a trace) makes the key by itself, so pieces that come in different
 * batches meet in the fold. A name that begins with `#` is unique only while the call runs (a JSON-RPC id without a
 * session): such pieces meet within one batch only.
 */
export interface Pairs {
  /** The draft with what the earlier piece told, and that piece's key. */
  complete(scope: string, draft: NativeDraft): { draft: NativeDraft; key?: string };
  remember(scope: string, draft: NativeDraft, key: string): void;
}

export const isLocal = (pair: string): boolean => pair.startsWith('#');

const SHARED = [
  'server',
  'method',
  'target',
  'args',
  'session_id',
  'client',
  'user',
  'caller',
  'credential',
  'jsonrpc_id',
  'src',
] as const;

export function createPairs(): Pairs {
  const open = new Map<string, { draft: NativeDraft; key: string }>();
  return {
    complete(scope, draft) {
      const known = open.get(`${scope}\n${draft.pair}`);
      if (known === undefined) return { draft };
      // The name was given to a new call: the one before never got its answer.
      if (isLocal(draft.pair!) && draft.phase === known.draft.phase) return { draft };
      const whole = { ...draft };
      for (const field of SHARED) whole[field] ??= known.draft[field];
      whole.duration_ms ??= elapsed(known.draft.occurred_at, draft.occurred_at);
      // A call happened when it began: the row that supersedes another stands at the same time.
      whole.occurred_at = known.draft.occurred_at;
      if ((draft.agent as { id_basis?: string } | undefined)?.id_basis === 'none') whole.agent = known.draft.agent;
      return { draft: whole, key: known.key };
    },
    remember(scope, draft, key) {
      const name = `${scope}\n${draft.pair}`;
      if (draft.phase === 'complete') open.delete(name);
      else open.set(name, { draft, key });
    },
  };
}

function elapsed(from: unknown, to: unknown): number | undefined {
  const ms = toMillis(to) - toMillis(from);
  return ms >= 0 ? ms : undefined;
}
