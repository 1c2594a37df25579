import { Refusal } from './problems.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const isBlank = (byte: number | undefined): boolean =>
  byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;

/**
 * The records of a body as slices of it, not parsed: one JSON value, the elements of an array, or lines. A record that
 * is no JSON stays one, to be rejected by name; only a body without an end is refused whole.
 */
export function splitBody(body: Buffer, contentType: string): Buffer[] {
  const start = firstOf(body, 0);
  if (start === body.length) throw new Refusal(400, 'empty', 'the body is empty', 'send at least one event');
  if (/ndjson|jsonl|json-seq/.test(contentType)) return lines(body);
  if (body[start] === OPEN_LIST) return elements(body, start);
  return isLines(body, start) ? lines(body) : [trimmed(body, start, body.length)];
}

function firstOf(body: Buffer, from: number): number {
  let at = from;
  if (at === 0 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) at = 3;
  while (at < body.length && isBlank(body[at])) at++;
  return at;
}

function trimmed(body: Buffer, from: number, to: number): Buffer {
  let start = from;
  let end = to;
  while (start < end && isBlank(body[start])) start++;
  while (end > start && isBlank(body[end - 1])) end--;
  return body.subarray(start, end);
}

/** Sent as one JSON value, and yet an object a line: the first line is whole by itself, and more comes after it. */
function isLines(body: Buffer, start: number): boolean {
  const end = body.indexOf(NEWLINE, start);
  if (body[start] !== OPEN || end === -1 || firstOf(body, end) === body.length) return false;
  const line = trimmed(body, start, end);
  return line.at(-1) === CLOSE && isJson(line);
}

function isJson(text: Buffer): boolean {
  try {
    JSON.parse(text.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Blank lines are nothing; JSON text sequences begin each record with a record separator. */
function lines(body: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let from = firstOf(body, 0); from < body.length; ) {
    const next = body.indexOf(NEWLINE, from);
    const end = next === -1 ? body.length : next;
    const line = trimmed(body, body[from] === 0x1e ? from + 1 : from, end);
    if (line.length > 0) found.push(line);
    from = end + 1;
  }
  return found;
}

/** Elements at the first depth, found by counting brackets outside of strings. */
function elements(body: Buffer, start: number): Buffer[] {
  const found: Buffer[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === OPEN || byte === OPEN_LIST) depth++;
    else if (byte === COMMA && depth === 1) {
      found.push(trimmed(body, from, at));
      from = at + 1;
    } else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth--;
      if (depth > 0) continue;
      const last = trimmed(body, from, at);
      if (last.length > 0 || found.length > 0) found.push(last);
      if (firstOf(body, at + 1) < body.length) break;
      return found;
    }
  }
  throw new Refusal(400, 'unreadable', 'the JSON array has no proper end', 'send it whole, or as one event a line');
}

/** The quote that ends the string which begins at `at`; the body's end where none does. */
function endOfString(body: Buffer, at: number): number {
  for (let end = body.indexOf(QUOTE, at + 1); end !== -1; end = body.indexOf(QUOTE, end + 1)) {
    let slashes = 0;
    while (body[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return body.length;
}
