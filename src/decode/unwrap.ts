import type { RejectReason } from '../../schemas/event.ts';
import type { SourceRecord } from '../sources/source.ts';
import { envelopes } from './envelopes.ts';

/** From bytes to the JSON objects in a record: one record can hold many, or refuse as a whole. */
export interface UnwrapLimits {
  /** Bytes of one record. */
  maxBytes: number;
  /** Objects of one record. */
  maxEvents: number;
}

export interface Unwrapped {
  records: {
    body: Record<string, unknown>;
    headers: Readonly<Record<string, string>>;
  }[];
  refused?: { reason: RejectReason; detail: string };
}

export const DEFAULT_LIMITS: UnwrapLimits = {
  maxBytes: 1024 * 1024,
  maxEvents: 10_000,
};

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function unwrap(record: SourceRecord, limits: UnwrapLimits): Unwrapped {
  const value = record.value;
  if (value === null || value.length === 0) return refuse('empty', 'the record has no value');
  if (value.length > limits.maxBytes) return refuse('too_large', `${value.length} bytes, at most ${limits.maxBytes}`);
  let text: string;
  if (typeof value === 'string') text = value;
  else {
    try {
      text = utf8.decode(value);
    } catch {
      return refuse('not_utf8', 'the record is not UTF-8');
    }
  }
  const parsed = parse(text);
  if (parsed === undefined)
    return text.trim() === '' ? refuse('empty', 'the record is blank') : refuse('not_json', 'the record is not JSON');
  const bodies: Unwrapped['records'] = [];
  const trouble = envelopes(parsed, record.headers ?? NO_HEADERS, bodies, limits.maxEvents);
  return trouble === null ? { records: bodies } : { records: bodies, refused: trouble };
}

const refuse = (reason: RejectReason, detail: string): Unwrapped => ({
  records: [],
  refused: { reason, detail },
});

/** The parsed text, or undefined. A CRI prefix (`<time> stdout F `) in front of an object is taken off. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const cri = /^\s*\d{4}-\d\d-\d\dT[^ ]{4,40} std(?:out|err) [FP] /.exec(text);
    if (cri === null) return undefined;
    try {
      return JSON.parse(text.slice(cri[0].length));
    } catch {
      return undefined;
    }
  }
}
