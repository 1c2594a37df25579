import type { Lines } from './connection.ts';

/** Rows looked at or turned into text between two turns of the event loop: a few milliseconds of work. */
const SLICE = 250;

/** Works on rows in slices, so that a large batch holds up nobody. */
export async function inSlices<Row, Piece>(
  rows: readonly Row[],
  work: (some: readonly Row[]) => Piece,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (let from = 0; from < rows.length; from += SLICE) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    pieces.push(work(rows.slice(from, from + SLICE)));
  }
  return pieces;
}

/** Rows that are few: a text each. */
export const encode = <Row>(rows: readonly Row[], toLine: (row: Row) => string): Promise<Lines> =>
  inSlices(rows, (some) => Buffer.from(some.map((row) => `${toLine(row)}\n`).join('')));

/** A row whose columns are named as its fields; what is undefined takes its column's default. */
export const plainLine = (row: object): string => JSON.stringify(row, wellFormed);

/** Half of a surrogate pair would have the engine refuse the row. */
const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value;
