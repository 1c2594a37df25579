import { amount, el, plain } from './dom.js';

/** A cell with more than this is folded: a row stays a row, and the whole is a key press away. */
const LONG = 60;

function cell(value) {
  if (value instanceof Node) return el('td', {}, value);
  if (typeof value === 'number') return el('td', { className: 'number' }, amount(value));
  const text = value === null || value === undefined ? '' : plain(written(value));
  if (text.length <= LONG) return el('td', {}, text);
  const head = text.slice(0, LONG).replace(/\s+/g, ' ');
  return el('td', {}, el('details', {}, el('summary', {}, `${head.toWellFormed()}…`), el('div', {}, text)));
}

const written = (value) => {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : value;
};

const isNumeric = (rows, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number');

/** `columns` are names; `rows` are arrays in the same order. */
export const table = (columns, rows) =>
  el(
    'table',
    {},
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((name, i) =>
          el('th', { scope: 'col', className: isNumeric(rows, i) ? 'number' : '' }, plain(name)),
        ),
      ),
    ),
    el(
      'tbody',
      {},
      rows.map((row) => el('tr', {}, row.map(cell))),
    ),
  );

/** What is wider than its place. */
export const scroll = (child) => el('div', { className: 'scroll' }, child);
