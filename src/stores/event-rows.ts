import { MAX_REJECT_CHARS, type Reject } from '../../schemas/event.ts';
import { placeOf } from '../../schemas/place.ts';
import { byPartitions } from './months.ts';
import { WRITTEN_COLUMNS, writeRows } from './rows.ts';
import type { EventRows, JudgedEvent } from './store.ts';

const NEWLINE = 10;

/** Rows of `events` as they are written: lines of bytes, which the collector need not look through. */
export class Packed implements EventRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Which of WRITTEN_COLUMNS they fill. */
  readonly columns: readonly boolean[];
  /** Earliest and latest time in them, epoch milliseconds. */
  readonly from: number;
  readonly to: number;

  constructor(rows: number, bytes: Uint8Array, columns: readonly boolean[], from: number, to: number) {
    this.rows = rows;
    this.bytes = bytes;
    this.columns = columns;
    this.from = from;
    this.to = to;
  }

  halves(): EventRows[] {
    const first = this.rows >> 1;
    let end = -1;
    for (let row = 0; row < first; row += 1) end = this.bytes.indexOf(NEWLINE, end + 1);
    const { columns, from, to } = this;
    return [
      new Packed(first, this.bytes.subarray(0, end + 1), columns, from, to),
      new Packed(this.rows - first, this.bytes.subarray(end + 1), columns, from, to),
    ];
  }

  refused(): Reject {
    const text = Buffer.from(this.bytes).toString('utf8');
    const values = JSON.parse(text) as unknown[];
    const held = new Map(WRITTEN_COLUMNS.filter((_, n) => this.columns[n]).map((column, n) => [column, values[n]]));
    const number = (column: string): number => Number(held.get(column) ?? 0);
    return {
      position: {
        ...placeOf(String(held.get('partition'))),
        ...(number('epoch') > 0 ? { epoch: number('epoch') } : {}),
        offset: number('offset'),
        index: number('record_index'),
      },
      receivedAt: Date.parse(String(held.get('received_at'))),
      reason: 'internal_error',
      detail: 'the store refused the row',
      gateway: String(held.get('source_kind')),
      instance: String(held.get('source_instance')),
      raw: text.slice(0, MAX_REJECT_CHARS),
    };
  }
}

/**
 * Packs rows of one stream. Of seventy-six columns a gateway fills half, the same of every row: those that any row filled
 * so far are written. To read the absent values of the others would cost the engine a quarter of an insert.
 */
export function createPacker(): (rows: readonly JudgedEvent[]) => Packed[] {
  let columns: readonly boolean[] = new Array<boolean>(WRITTEN_COLUMNS.length).fill(false);
  return (rows) =>
    byPartitions(rows).map(({ rows: group, from, to }) => {
      let line = writeRows(group, columns);
      // Once more where a column that is new does not hold its value to the letter: then `exact` is new as well.
      for (let { missed } = line; missed.size > 0; { missed } = line) {
        columns = columns.map((held, n) => held || missed.has(n));
        line = writeRows(group, columns);
      }
      return new Packed(group.length, line.bytes(), columns, from, to);
    });
}

/** In groups that may each be one insert: of the same columns, and of no more months than the engine takes at once. */
export function inserts(packs: readonly Packed[], most: number): Packed[][] {
  const groups: Packed[][] = [];
  let from = 0;
  let to = 0;
  for (const pack of packs) {
    const group = groups.at(-1);
    const fits = Math.max(to, pack.to) - Math.min(from, pack.from) <= most;
    if (group !== undefined && group[0]!.columns === pack.columns && fits) {
      group.push(pack);
      from = Math.min(from, pack.from);
      to = Math.max(to, pack.to);
    } else {
      groups.push([pack]);
      [from, to] = [pack.from, pack.to];
    }
  }
  return groups;
}
