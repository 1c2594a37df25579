import { canonicalMillis } from '../../schemas/canonical-time.ts';
import type { Fact } from '../../schemas/event.ts';
import { JsonBytes } from './json-bytes.ts';

/** Times that a DateTime64(3) holds in every version of the engine. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/**
 * Rows as lines of JSONCompactEachRow: values in the order of their columns, without names, which the engine reads in
 * half the time. What is undefined is absent, and its column's default; of columns that are not `wanted` nothing is
 * written, and `missed` are those of them that were given something.
 */
export class Line {
  /** Whether the columns of this row hold, to the letter, all that they were given. */
  exact = true;
  readonly missed = new Set<number>();
  #out: JsonBytes;
  #wanted: readonly boolean[];
  #column = 0;

  /** `bytes`: about how many it will be. */
  constructor(wanted: readonly boolean[], bytes: number) {
    this.#wanted = wanted;
    this.#out = new JsonBytes(bytes);
  }

  /** A row begins, with a text of our own, in which there is nothing to escape. */
  begin(first: string): this {
    this.exact = true;
    this.#column = 0;
    this.#skips(false);
    return this.#raw(`["${first}"`);
  }

  end(): void {
    this.#raw(']\n');
  }

  /** All rows so far. */
  bytes(): Uint8Array {
    return this.#out.bytes();
  }

  /** An empty text is the default of its column, and would come back absent. */
  text(value: string | undefined): this {
    if (this.#skips(value === undefined)) return this;
    if (value === '') this.exact = false;
    return value === undefined ? this.#raw(',""') : this.#quoted(value);
  }

  texts(values: readonly string[] | undefined): this {
    if (values?.length === 0) this.exact = false;
    return this.list(values ?? []);
  }

  /** A list that is never absent. */
  list(values: readonly string[]): this {
    if (this.#skips(values.length === 0)) return this;
    if (values.length === 0) return this.#raw(',[]');
    for (let i = 0; i < values.length; i++) {
      this.#raw(i === 0 ? ',[' : ',');
      if (!this.#out.quoted(values[i]!)) this.exact = false;
    }
    return this.#raw(']');
  }

  numbers(values: readonly number[]): this {
    return this.#skips(values.length === 0) ? this : this.#raw(`,[${values}]`);
  }

  /** A whole number from 0 to `max`. */
  count(value: number | undefined, max = Number.MAX_SAFE_INTEGER): this {
    const fits = value === undefined || (Number.isInteger(value) && value >= 0 && value <= max);
    if (!fits) this.exact = false;
    return this.number(fits ? value : undefined);
  }

  number(value: number | undefined): this {
    if (this.#skips(value === undefined)) return this;
    if (value === undefined) return this.#raw(',null');
    if (Number.isFinite(value) && !Object.is(value, -0)) return this.#raw(`,${value}`);
    this.exact = false;
    return this.#raw(',null');
  }

  flag(value: boolean | undefined): this {
    return this.#skips(value === undefined) ? this : this.#raw(value === undefined ? ',null' : `,${value}`);
  }

  /** Any JSON value, as JSON text in a column of text. */
  json(value: unknown): this {
    if (this.#skips(value === undefined)) return this;
    return value === undefined ? this.#raw(',""') : this.#quoted(JSON.stringify(value));
  }

  /** A time as its canonical text; `ms` is what it means. A column holds the nearest time that it can, null if none. */
  time(said: string | undefined, ms?: number): this {
    if (this.#skips(said === undefined)) return this;
    if (said === undefined) return this.#raw(',null');
    const canonical = canonicalMillis(said);
    if ((ms === undefined || ms === canonical) && canonical >= EARLIEST && canonical <= LATEST)
      return this.#quoted(said);
    this.exact = false;
    const meant = ms ?? Date.parse(said);
    if (Number.isNaN(meant)) return this.#raw(',null');
    return this.#quoted(new Date(Math.min(Math.max(meant, EARLIEST), LATEST)).toISOString());
  }

  /**
   * `|kind:hash:field` each: one text costs a tenth of three arrays. A bar in the name of a field, which is the agent's
   * text, becomes a broken one, so that no name reads as a fact of its own; `exact` has it to the letter.
   */
  facts(facts: readonly Fact[]): this {
    if (this.#skips(facts.length === 0)) return this;
    const start = this.#out.length;
    this.#raw(',"');
    for (const { kind, hash, field } of facts) {
      this.#raw('|').#raw(kind).#raw(':').#raw(hash).#raw(':');
      if (!field.includes('|') && this.#out.copied(field)) continue;
      this.#out.cut(start);
      return this.#quotedFacts(facts);
    }
    return this.#raw('"');
  }

  #quotedFacts(facts: readonly Fact[]): this {
    let packed = '';
    for (const { kind, hash, field } of facts) {
      if (field.includes('|')) this.exact = false;
      packed += `|${kind}:${hash}:${field.replaceAll('|', '¦')}`;
    }
    return this.#quoted(packed);
  }

  #skips(absent: boolean): boolean {
    const column = this.#column++;
    if (this.#wanted[column]) return false;
    if (!absent) this.missed.add(column);
    return true;
  }

  #raw(text: string): this {
    this.#out.raw(text);
    return this;
  }

  #quoted(value: string): this {
    this.#out.raw(',');
    if (!this.#out.quoted(value)) this.exact = false;
    return this;
  }
}
