import { grantSchema } from '../../../schemas/grant.ts';
import { ImportError, type ImportFormat, type ImportOptions, idOf } from './format.ts';

const LISTS = ['agents', 'servers', 'targets', 'methods', 'tasks', 'intents', 'on_behalf_of'] as const;
const SINGLES = ['id', 'effect', 'max_class', 'valid_from', 'valid_to'] as const;
const ALIASES: Record<string, string> = {
  agent: 'agents',
  server: 'servers',
  target: 'targets',
  tool: 'targets',
  tools: 'targets',
  method: 'methods',
  task: 'tasks',
  intent: 'intents',
};

/** A header names the columns (those of a grant, and `args.NAME`); several values in a cell stand between `;`. */
export const csv: ImportFormat = {
  name: 'csv',
  title: 'CSV with a header',
  reference: 'https://www.rfc-editor.org/rfc/rfc4180',
  read(text, options) {
    const [header, ...rows] = parseCsv(text.replace(/^\ufeff/, ''));
    if (header === undefined) throw new ImportError('csv: a header is expected in the first line');
    const columns = header.cells.map((name) => ALIASES[name.trim().toLowerCase()] ?? name.trim());
    const odd = columns.find(
      (name) => !([...LISTS, ...SINGLES] as string[]).includes(name) && !name.startsWith('args.'),
    );
    if (odd !== undefined)
      throw new ImportError(`csv: there is no column ${odd}; known: ${[...SINGLES, ...LISTS].join(', ')}, args.NAME`);
    const twice = columns.find((name, at) => columns.indexOf(name) < at);
    if (twice !== undefined) throw new ImportError(`csv: there are two columns of ${twice}: one alone can count`);
    return { grants: rows.map((row, index) => readRow(columns, row, index + 1, options)), notes: [] };
  },
};

/** The row's cells under its columns. */
function readRow(columns: string[], { line, cells }: Row, nth: number, options: ImportOptions) {
  const raw: Record<string, unknown> = { id: idOf('csv', String(nth)), source: options.source };
  const args: Record<string, string[]> = {};
  if (cells.length > columns.length)
    throw new ImportError(
      `csv: line ${line}: ${cells.length} cells under ${columns.length} columns; a cell with a comma in it stands in quotes`,
    );
  for (const [at, name] of columns.entries()) {
    const cell = (cells[at] ?? '').trim();
    if (cell === '') continue;
    const values = cell
      .split(';')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (name.startsWith('args.')) args[name.slice(5)] = values;
    else raw[name] = (LISTS as readonly string[]).includes(name) ? values : cell;
  }
  if (Object.keys(args).length > 0) raw.args = args;
  raw.agents ??= options.agents;
  const parsed = grantSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ImportError(`csv: line ${line}: ${issue.path.join('.') || 'row'}: ${issue.message}`);
  }
  return parsed.data;
}

/** `line`: where it begins in the file, as an editor counts. */
interface Row {
  line: number;
  cells: string[];
}

/** RFC 4180: cells between commas, quoted where they hold one, a quote doubled. */
function parseCsv(text: string): Row[] {
  const rows: Row[] = [];
  let line = 1;
  let row: Row = { line, cells: [] };
  if ((text.split('"').length & 1) === 0) throw new ImportError('csv: a quote is opened and never closed');
  let next = 0;
  for (const { 0: all, 1: quoted, 2: plain, 3: end, index } of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    // What fits no cell would be passed over, and the rest of it read as another one.
    if (index > next) {
      throw new ImportError(
        `csv: line ${line}: a quote within a cell: the cell stands in quotes, and those in it are doubled`,
      );
    }
    next = index + all.length;
    line += all.split('\n').length - 1;
    row.cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.cells.some((cell) => cell !== '')) rows.push(row);
    row = { line, cells: [] };
  }
  return rows;
}
