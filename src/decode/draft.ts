import { MAX_ID } from '../../schemas/event.ts';
import type { NativeDraft } from '../../schemas/gateways/gateway.ts';
import { toIso } from './time.ts';

/**
 * Drafts as adapters and people write them, made ready for the schema: nulls and empty values are absent, times of any
 * form become RFC 3339, numbers written as text numbers, and what only describes is cut to what a field may hold.
 */
export function tidy(draft: NativeDraft): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(draft) as (keyof NativeDraft)[]) {
    const value = tidyField(key, draft[key]);
    if (value !== undefined && !NAMES.has(key)) out[key] = value;
  }
  return out;
}

/** How drafts name what they belong to is no part of an event. */
const NAMES = new Set(['pair', 'kin', 'alone']);

/** Free-form content is left as it is. */
const CONTENT = new Set(['args', 'result', 'raw']);
const TIMES = new Set(['occurred_at', 'received_at', 'issued_at', 'expires_at']);
const NUMBERS = new Set(['duration_ms', 'bytes_in', 'bytes_out', 'http_status']);
/** Ids told as numbers are ids all the same. */
const IDS = new Set([
  'event_id',
  'session_id',
  'jsonrpc_id',
  'request_id',
  'trace_id',
  'span_id',
  'id',
  'sub',
  'code',
  'version',
  'policy',
]);
/** What describes may be cut; what identifies is refused when it is too long. */
const DESCRIBES = new Map([
  ['user_agent', MAX_ID],
  ['url', MAX_ID],
  ['version', MAX_ID],
  ['code', MAX_ID],
  ['reason', 16_384],
  ['intent', 16_384],
]);

/** What was redacted on its way to us says nothing any more. */
const isRedacted = (value: unknown): boolean => typeof value === 'string' && value.startsWith('[redacted:');

function tidyField(key: string, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return undefined;
  if (CONTENT.has(key)) return value;
  if (TIMES.has(key)) return toIso(value) ?? (isRedacted(value) ? undefined : value);
  if (NUMBERS.has(key)) return numberOf(key, value);
  if (typeof value === 'number' && IDS.has(key)) return String(value);
  if (typeof value === 'string') {
    const limit = DESCRIBES.get(key);
    return limit !== undefined && value.length > limit ? value.slice(0, limit) : value;
  }
  if (typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.length === 0
      ? undefined
      : value.map((item) => (typeof item === 'object' ? (tidyField('', item) ?? {}) : item));
  return tidyObject(value as Record<string, unknown>);
}

function tidyObject(object: Record<string, unknown>): Record<string, unknown> | undefined {
  let out: Record<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    const inner = object[key];
    // One level only: the event is no deeper, and what is deeper is for the schema to refuse.
    const value = typeof inner === 'object' && inner !== null ? inner : tidyField(key, inner);
    if (value === undefined || key === '__proto__') continue;
    out ??= {};
    out[key] = value;
  }
  return out;
}

function numberOf(key: string, value: unknown): unknown {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number') return value;
  const fits = Number.isFinite(number) && number >= 0 && (key !== 'http_status' || Number.isInteger(number));
  // 0 is how proxies write "no answer".
  return fits && !(key === 'http_status' && number === 0) ? number : undefined;
}
