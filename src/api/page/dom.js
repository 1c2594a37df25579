// Everything shown is somebody else's text: it enters the page as text nodes, and by no other way.

/** An element: `properties` are set as they are, `children` are elements or become text. */
export function el(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);
export const show = (id, ...children) => byId(id).replaceChildren(...children.filter((child) => child !== null));

// Direction marks, zero-width and control characters could make one name look like another.
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
export const plain = (text) =>
  String(text).replace(INVISIBLE, (found) =>
    found === '\n' || found === '\t' ? found : `\\u{${found.codePointAt(0).toString(16)}}`,
  );

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
/** A time of RFC 3339, or as SQL answers it: UTC without saying so. */
export function time(text) {
  const at = new Date(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at.getTime())
    ? plain(text)
    : el('time', { dateTime: at.toISOString(), title: at.toISOString() }, clock.format(at));
}

const number = new Intl.NumberFormat();
export const amount = (value) => (typeof value === 'number' ? number.format(value) : plain(value));

function cell(value) {
  if (value instanceof Node) return el('td', {}, value);
  if (typeof value === 'number') return el('td', { className: 'number' }, amount(value));
  const text = value === null || value === undefined ? '' : plain(written(value));
  return el('td', { title: text.length > 40 ? text : '' }, text);
}

const written = (value) => {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : value;
};

const isNumeric = (rows, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number');

/** `columns` are names; `rows` are arrays in the same order. */
export function table(columns, rows, caption) {
  return el(
    'table',
    {},
    caption ? el('caption', {}, caption) : null,
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
}

export const none = (text) => el('p', { className: 'soft' }, text);
