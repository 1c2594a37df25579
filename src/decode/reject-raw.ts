import { isUtf8 } from 'node:buffer';
import { MAX_REJECT_CHARS } from '../../schemas/event.ts';
import { parseExact } from '../../schemas/exact-json.ts';
import type { Redactor } from './redact.ts';

/** A refused record as it is kept: redacted, and cut so that a hostile one costs no more than any other. */
export function rawOf(raw: unknown, redactor: Redactor): string {
  if (raw === null || raw === undefined) return '';
  if (typeof raw === 'string') return fromText(raw, redactor);
  if (raw instanceof Uint8Array) return fromBytes(raw, redactor);
  try {
    return cut(JSON.stringify(redactor.value(raw, '', { fields: new Set(), clean: false })));
  } catch {
    return '';
  }
}

function fromText(text: string, redactor: Redactor): string {
  const head = cut(text);
  try {
    return cut(JSON.stringify(redactor.value(parseExact(head), '', { fields: new Set(), clean: false })));
  } catch {
    return redactor.text(byName(head, redactor));
  }
}

const PAIR = /"((?:[^"\\]|\\.){1,128})"(\s{0,8}:\s{0,8})(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|(-?\d[\d.eE+-]{0,32}))/g;

/** What was meant to be JSON and is none, or was cut, still has names that say what stands behind them. */
function byName(text: string, redactor: Redactor): string {
  return text.replace(PAIR, (pair, name: string, colon: string, quoted: string | undefined, number: string) => {
    const before = quoted === undefined ? Number(number) : unescaped(quoted);
    const [after] = Object.values(
      redactor.value({ [name]: before }, '', { fields: new Set(), clean: false }) as object,
    );
    return after === before ? pair : `"${name}"${colon}${JSON.stringify(after)}`;
  });
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}

/** Bytes that are not UTF-8 are kept as \xNN; escaped after redaction, so that no escape hides where a secret begins. */
function fromBytes(bytes: Uint8Array, redactor: Redactor): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_REJECT_CHARS));
  if (isUtf8(head)) return fromText(head.toString('utf8'), redactor);
  const redacted = redactor.text(byName(head.toString('latin1'), redactor));
  return redacted.replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

const cut = (text: string): string => (text.length > MAX_REJECT_CHARS ? text.slice(0, MAX_REJECT_CHARS) : text);
