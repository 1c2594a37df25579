/** Times that a DateTime64(3) holds in every version of the engine. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** Anything but what JSON takes as it is; surrogates count, since half of a pair must not pass. Nearly no text has any. */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * One row as a line of JSONCompactEachRow: values in the order of their columns, without names, which the engine reads
 * in half the time. What is absent is its column's default. `exact` tells whether the columns hold, to the letter, all
 * that they were given.
 */
export class Line {
  exact = true;
  #line: string;

  /** Begins with a text of our own. */
  constructor(first: string) {
    this.#line = `["${first}"`;
  }

  /** A text of our own, with nothing in it to escape: an enum, hex digits. */
  plain(value: string): this {
    this.#line += `,"${value}"`;
    return this;
  }

  /** An empty text is the default of its column, and would come back absent. */
  text(value: string | undefined): this {
    if (value === '') this.exact = false;
    this.#line += value === undefined ? ',""' : `,${this.#quote(value)}`;
    return this;
  }

  texts(values: readonly string[] | undefined): this {
    if (values === undefined) return this.none();
    if (values.length === 0) this.exact = false;
    return this.list(values);
  }

  /** A list that is never absent. */
  list(values: readonly string[]): this {
    this.#line += values.length === 0 ? ',[]' : `,[${values.map((value) => this.#quote(value))}]`;
    return this;
  }

  numbers(values: readonly number[]): this {
    this.#line += `,[${values}]`;
    return this;
  }

  none(): this {
    this.#line += ',[]';
    return this;
  }

  /** A whole number from 0 to `max`; null where it is absent. */
  count(value: number | undefined, max = Number.MAX_SAFE_INTEGER): this {
    const fits = value === undefined || (Number.isInteger(value) && value >= 0 && value <= max);
    if (!fits) this.exact = false;
    return this.number(fits ? value : undefined);
  }

  number(value: number | undefined): this {
    const held = value !== undefined && Number.isFinite(value) && !Object.is(value, -0);
    if (value !== undefined && !held) this.exact = false;
    this.#line += held ? `,${value}` : ',null';
    return this;
  }

  flag(value: boolean | undefined): this {
    this.#line += value === undefined ? ',null' : `,${value}`;
    return this;
  }

  /** Any JSON value, as JSON text in a column of text. */
  json(value: unknown): this {
    this.#line += value === undefined ? ',""' : `,${JSON.stringify(JSON.stringify(value))}`;
    return this;
  }

  /** A time as its canonical text; `ms` is what it means. A column holds the nearest time that it can, null if none. */
  time(said: string | undefined, ms = said === undefined ? 0 : Date.parse(said)): this {
    if (said !== undefined && isCanonical(said) && Date.parse(said) === ms && ms >= EARLIEST && ms <= LATEST)
      return this.plain(said);
    if (said !== undefined) this.exact = false;
    if (said !== undefined && !Number.isNaN(ms))
      return this.plain(new Date(Math.min(Math.max(ms, EARLIEST), LATEST)).toISOString());
    this.#line += ',null';
    return this;
  }

  end(): string {
    return `${this.#line}]`;
  }

  #quote(value: string): string {
    if (!SPECIAL.test(value)) return `"${value}"`;
    if (value.isWellFormed()) return JSON.stringify(value);
    this.exact = false;
    return JSON.stringify(value.toWellFormed());
  }
}

/** 2026-11-20T14:02:11.250Z */
const isCanonical = (time: string): boolean => time.length === 24 && time[10] === 'T' && time[23] === 'Z';
