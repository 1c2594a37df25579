import { canonicalMillis } from '../../schemas/canonical-time.ts';
import type { Fact } from '../../schemas/event.ts';

/** Times that a DateTime64(3) holds in every version of the engine. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = 0x5b;
const NO_TEXT = Buffer.from(',""');
const NO_LIST = Buffer.from(',[]');
const NULL = Buffer.from(',null');

/**
 * Rows as lines of JSONCompactEachRow: values in the order of their columns, without names, which the engine reads in
 * half the time. What is absent is its column's default. Bytes are written as they come: texts put together and turned
 * into bytes afterwards cost three times as much.
 */
export class Line {
  /** Whether the columns of this row hold, to the letter, all that they were given. */
  exact = true;
  #bytes: Buffer;
  #at = 0;

  /** About how many bytes it will be. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** A row begins, with a text of our own. */
  begin(first: string): this {
    this.exact = true;
    return this.#raw(`["${first}"`);
  }

  end(): void {
    this.#raw(']\n');
  }

  /** All rows so far. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** An empty text is the default of its column, and would come back absent. */
  text(value: string | undefined): this {
    if (value === undefined) return this.#constant(NO_TEXT);
    if (value === '') this.exact = false;
    this.#quoted(COMMA, value);
    return this;
  }

  texts(values: readonly string[] | undefined): this {
    if (values === undefined) return this.none();
    if (values.length === 0) this.exact = false;
    return this.list(values);
  }

  /** A list that is never absent. */
  list(values: readonly string[]): this {
    if (values.length === 0) return this.none();
    this.#raw(',');
    for (let i = 0; i < values.length; i++) this.#quoted(i === 0 ? OPEN : COMMA, values[i]!);
    return this.#raw(']');
  }

  numbers(values: readonly number[]): this {
    return this.#raw(`,[${values}]`);
  }

  none(): this {
    return this.#constant(NO_LIST);
  }

  /** A whole number from 0 to `max`; null where it is absent. */
  count(value: number | undefined, max = Number.MAX_SAFE_INTEGER): this {
    const fits = value === undefined || (Number.isInteger(value) && value >= 0 && value <= max);
    if (!fits) this.exact = false;
    return this.number(fits ? value : undefined);
  }

  number(value: number | undefined): this {
    if (value === undefined) return this.#constant(NULL);
    if (Number.isFinite(value) && !Object.is(value, -0)) return this.#raw(`,${value}`);
    this.exact = false;
    return this.#constant(NULL);
  }

  flag(value: boolean | undefined): this {
    return value === undefined ? this.#constant(NULL) : this.#raw(`,${value}`);
  }

  /** Any JSON value, as JSON text in a column of text. */
  json(value: unknown): this {
    if (value === undefined) return this.#constant(NO_TEXT);
    this.#quoted(COMMA, JSON.stringify(value));
    return this;
  }

  /** A time as its canonical text; `ms` is what it means. A column holds the nearest time that it can, null if none. */
  time(said: string | undefined, ms?: number): this {
    if (said === undefined) return this.#constant(NULL);
    const canonical = canonicalMillis(said);
    if ((ms === undefined || ms === canonical) && canonical >= EARLIEST && canonical <= LATEST) return this.text(said);
    this.exact = false;
    const meant = ms ?? Date.parse(said);
    if (Number.isNaN(meant)) return this.#constant(NULL);
    return this.text(new Date(Math.min(Math.max(meant, EARLIEST), LATEST)).toISOString());
  }

  /** `|kind:hash:field` each: one text costs a tenth of three arrays. A field with a bar in its name is told by `exact`. */
  facts(facts: readonly Fact[]): this {
    if (facts.length === 0) return this.#constant(NO_TEXT);
    const start = this.#at;
    this.#raw(',"');
    for (const { kind, hash, field } of facts) {
      if (field.includes('|')) this.exact = false;
      this.#raw('|').#raw(kind).#raw(':').#raw(hash).#raw(':');
      if (this.#copied(field)) continue;
      this.#at = start;
      return this.text(facts.map((fact) => `|${fact.kind}:${fact.hash}:${fact.field}`).join(''));
    }
    return this.#raw('"');
  }

  /** A text in quotes behind a character. */
  #quoted(before: number, value: string): void {
    this.#room(2);
    const start = this.#at;
    this.#bytes[this.#at++] = before;
    this.#bytes[this.#at++] = QUOTE;
    if (this.#copied(value)) this.#raw('"');
    else {
      this.#at = start;
      this.#escaped(before, value);
    }
  }

  /** Printable ASCII, which nearly all text is, is copied, escaped; of any other nothing is. */
  #copied(value: string): boolean {
    this.#room(2 * value.length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code < 0x20 || code > 0x7e) return false;
      if (code === QUOTE || code === BACKSLASH) bytes[at++] = BACKSLASH;
      bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #escaped(before: number, value: string): void {
    const whole = value.isWellFormed();
    if (!whole) this.exact = false;
    const text = JSON.stringify(whole ? value : value.toWellFormed());
    this.#room(3 * text.length + 1);
    this.#bytes[this.#at++] = before;
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** ASCII. */
  #raw(text: string): this {
    this.#room(text.length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
    return this;
  }

  #constant(bytes: Uint8Array): this {
    this.#room(bytes.length);
    for (let i = 0; i < bytes.length; i++) this.#bytes[this.#at + i] = bytes[i]!;
    this.#at += bytes.length;
    return this;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#at + bytes));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
