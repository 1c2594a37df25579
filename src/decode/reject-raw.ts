import type { Redactor } from './redact.ts';

/** A refused record as it is kept: redacted, and cut so that a hostile one costs no more than any other. */
export const MAX_RAW_CHARS = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function rawOf(raw: unknown, redactor: Redactor): string {
  if (raw === null || raw === undefined) return '';
  if (typeof raw === 'string') return fromText(raw, redactor);
  if (raw instanceof Uint8Array) return fromText(textOf(raw), redactor);
  try {
    return cut(JSON.stringify(redactor.value(raw, '', { fields: new Set(), clean: false })));
  } catch {
    return '';
  }
}

function fromText(text: string, redactor: Redactor): string {
  const head = cut(text);
  try {
    return cut(JSON.stringify(redactor.value(JSON.parse(head), '', { fields: new Set(), clean: false })));
  } catch {
    return redactor.text(head);
  }
}

/** Bytes that are not UTF-8 are kept as \xNN. */
function textOf(bytes: Uint8Array): string {
  const head = bytes.subarray(0, MAX_RAW_CHARS);
  try {
    return utf8.decode(head);
  } catch {
    let out = '';
    for (const byte of head) out += byte < 128 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
    return out;
  }
}

const cut = (text: string): string => (text.length > MAX_RAW_CHARS ? text.slice(0, MAX_RAW_CHARS) : text);
