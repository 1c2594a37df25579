import { isAscii, isUtf8 } from 'node:buffer';
import type { RejectReason } from '../../schemas/event.ts';
import type { SourceRecord } from '../sources/source.ts';
import { openEnvelopes, type Part, type Recognise } from './envelopes.ts';
import { mayHoldSecret } from './may-hold-secret.ts';
import { parse } from './parse.ts';

/** From bytes to the JSON objects in a record: one record can hold many, or refuse as a whole. */
export interface UnwrapLimits {
  /** Bytes of one record. */
  maxBytes: number;
  /** Objects of one record. */
  maxEvents: number;
}

interface Unwrapped {
  parts: Part[];
  /** No pattern of a secret can match anywhere in the record. */
  clean: boolean;
}

export const DEFAULT_LIMITS: UnwrapLimits = {
  maxBytes: 1024 * 1024,
  maxEvents: 10_000,
};

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
/** Escapes that could hide a secret from a look at the text. */
const HIDING = /\\[u/]/;

export function unwrap(record: SourceRecord, limits: UnwrapLimits, recognise: Recognise): Unwrapped {
  const value = record.value;
  const refuse = (reason: RejectReason, detail: string): Unwrapped => ({
    parts: [{ reason, detail, part: value }],
    clean: false,
  });
  if (record.refused !== undefined) return refuse(record.refused.reason, record.refused.detail);
  if (value === null || value.length === 0) return refuse('empty', 'the record has no value');
  if (value.length > limits.maxBytes) return refuse('too_large', `more than ${limits.maxBytes} bytes`);
  const text = textOf(value);
  if (text === null) return refuse('not_utf8', 'the record is not UTF-8');
  const parsed = parse(text);
  if (parsed === undefined)
    return text.trim() === '' ? refuse('empty', 'the record is blank') : refuse('not_json', 'the record is not JSON');
  const { parts, unpacked } = openEnvelopes(parsed, record.headers ?? NO_HEADERS, recognise, limits.maxEvents);
  return { parts, clean: !unpacked && !(text.includes('\\') && HIDING.test(text)) && !mayHoldSecret(text) };
}

/** A value as text; null where its bytes are not UTF-8. */
export function textOf(bytes: Uint8Array | string): string | null {
  if (typeof bytes === 'string') return bytes;
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : null;
}
