import type { Lines } from './connection.ts';

/** Rows turned into text between two turns of the event loop: a few milliseconds of work. */
const SLICE = 250;

/** Rows that are few, a text each; in slices, so that a large batch holds up nobody. */
export async function encode<Row>(rows: readonly Row[], toLine: (row: Row) => string): Promise<Lines> {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < rows.length; from += SLICE) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    const some = rows.slice(from, from + SLICE);
    pieces.push(Buffer.from(some.map((row) => `${toLine(row)}\n`).join('')));
  }
  return pieces;
}

/** A row whose columns are named as its fields; what is undefined takes its column's default. */
export const plainLine = (row: object): string => JSON.stringify(row, wellFormed);

/** Half of a surrogate pair would have the engine refuse the row. */
const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value;
