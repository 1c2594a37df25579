import type { Fact } from '../../schemas/event.ts';

/** What takes a row: its values one after the other, in the order of their columns. What is undefined is absent. */
export interface Cells {
  /** Whether the columns of this row hold, to the letter, all that they were given. */
  exact: boolean;
  /** A row begins, with a text of our own, in which there is nothing to escape. */
  begin(first: string): this;
  end(): void;
  /** An empty text is the default of its column, and would come back absent. */
  text(value: string | undefined): this;
  texts(values: readonly string[] | undefined): this;
  /** A list that is never absent. */
  list(values: readonly string[]): this;
  numbers(values: readonly number[]): this;
  /** A whole number from 0 to `max`. */
  count(value: number | undefined, max?: number): this;
  number(value: number | undefined): this;
  flag(value: boolean | undefined): this;
  /** Any JSON value, as JSON text in a column of text. */
  json(value: unknown): this;
  /** A time as its canonical text; `ms` is what it means. A column holds the nearest time that it can, null if none. */
  time(said: string | undefined, ms?: number): this;
  /** `|kind:hash:field` each: one text costs a tenth of three arrays. A field with a bar in its name is told by `exact`. */
  facts(facts: readonly Fact[]): this;
}

/**
 * Which columns hold anything in some row. Of seventy-six a gateway fills half: to read the absent values of the others
 * would cost the engine a quarter of an insert, and their defaults cost nothing.
 */
export class Met implements Cells {
  /** Never so: what cannot be held to the letter is found by who writes it. */
  exact = false;
  readonly columns: boolean[];
  #column = 0;

  constructor(columns: number) {
    this.columns = Array<boolean>(columns).fill(false);
  }

  begin(): this {
    this.#column = 0;
    return this.#met(true);
  }

  end(): void {}

  text(value: string | undefined): this {
    return this.#met(value !== undefined);
  }

  texts(values: readonly string[] | undefined): this {
    return this.#met(values !== undefined);
  }

  list(values: readonly string[]): this {
    return this.#met(values.length > 0);
  }

  numbers(values: readonly number[]): this {
    return this.#met(values.length > 0);
  }

  count(value: number | undefined): this {
    return this.#met(value !== undefined);
  }

  number(value: number | undefined): this {
    return this.#met(value !== undefined);
  }

  flag(value: boolean | undefined): this {
    return this.#met(value !== undefined);
  }

  json(value: unknown): this {
    return this.#met(value !== undefined);
  }

  time(said: string | undefined): this {
    return this.#met(said !== undefined);
  }

  facts(facts: readonly Fact[]): this {
    return this.#met(facts.length > 0);
  }

  #met(held: boolean): this {
    if (held) this.columns[this.#column] = true;
    this.#column++;
    return this;
  }
}
