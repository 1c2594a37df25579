/** Times that a DateTime64(3) holds in every version of the engine. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** Anything but what JSON takes as it is; surrogates count, since half of a pair must not pass. Nearly no text has any. */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * One row as a line of JSONEachRow, column by column: what is undefined is left out and takes its column's default.
 * `exact` tells whether the columns hold, to the letter, all that they were given.
 */
export class Line {
  exact = true;
  #line = '';

  /** A text of our own, with nothing in it to escape: an enum, hex digits. */
  plain(column: string, value: string): this {
    this.#line += `,"${column}":"${value}"`;
    return this;
  }

  /** An empty text is the default of its column, and would come back absent. */
  text(column: string, value: string | undefined): this {
    if (value === undefined) return this;
    if (value === '') this.exact = false;
    else this.#line += `,"${column}":${this.#quote(value)}`;
    return this;
  }

  texts(column: string, values: readonly string[] | undefined): this {
    if (values === undefined) return this;
    if (values.length === 0) this.exact = false;
    else this.#line += `,"${column}":[${values.map((value) => this.#quote(value))}]`;
    return this;
  }

  numbers(column: string, values: readonly number[]): this {
    this.#line += `,"${column}":[${values}]`;
    return this;
  }

  /** A whole number from 0 to `max`. */
  count(column: string, value: number | undefined, max = Number.MAX_SAFE_INTEGER): this {
    if (value === undefined) return this;
    if (Number.isInteger(value) && value >= 0 && value <= max && !Object.is(value, -0)) this.number(column, value);
    else this.exact = false;
    return this;
  }

  number(column: string, value: number | undefined): this {
    if (value === undefined) return this;
    if (Number.isFinite(value) && !Object.is(value, -0)) this.#line += `,"${column}":${value}`;
    else this.exact = false;
    return this;
  }

  flag(column: string, value: boolean | undefined): this {
    if (value !== undefined) this.#line += `,"${column}":${value}`;
    return this;
  }

  /** Any JSON value, as JSON text in a column of text. */
  json(column: string, value: unknown): this {
    if (value !== undefined) this.#line += `,"${column}":${JSON.stringify(JSON.stringify(value))}`;
    return this;
  }

  /** A time as its canonical text; `ms` is what it means. A column holds the nearest time that it can. */
  time(column: string, said: string | undefined, ms = said === undefined ? 0 : Date.parse(said)): this {
    if (said === undefined) return this;
    if (isCanonical(said) && Date.parse(said) === ms && ms >= EARLIEST && ms <= LATEST) return this.plain(column, said);
    this.exact = false;
    if (Number.isNaN(ms)) return this;
    return this.plain(column, new Date(Math.min(Math.max(ms, EARLIEST), LATEST)).toISOString());
  }

  end(): string {
    return `{${this.#line.slice(1)}}`;
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
