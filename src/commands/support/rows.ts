import { cut } from '../../../schemas/cut.ts';
import { utcDay } from '../../../schemas/utc.ts';
import { escapeTerminal } from '../../alerts/escape.ts';
import { widthOf } from '../../alerts/width.ts';

const MAX_CELL = 60;
const MORE_THAN_CELL = 4 * MAX_CELL;

/** Rows under their names, as wide as they need: what stands in them is shown and never obeyed by the terminal. */
export function textTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [names, ...rows].map((row) =>
    row.map((cell) => cut(escapeTerminal(cell.slice(0, MORE_THAN_CELL)), MAX_CELL)),
  );
  const widths = names.map((_, at) => shown.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd();
  return shown.map(line).join('\n');
}

/** A day, or nothing for a time that never was. */
export const dayOf = (at: number): string => (at > 0 ? utcDay(at) : '');
