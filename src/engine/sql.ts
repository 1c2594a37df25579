import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { remembered } from '../../schemas/remember.ts';
import { secretSought } from './sql-hunts.ts';
import { ANY_COLUMN, named, secretTaken } from './sql-secrets.ts';
import { hasShape } from './sql-shape.ts';
import { wordSet } from './words.ts';

const MAX_SQL = 65_536;
const HEADS = wordSet(
  'select with insert update delete merge replace upsert truncate drop alter create grant revoke set show explain describe desc pragma copy call exec execute do begin start commit rollback use analyze vacuum attach detach load values table declare lock comment reindex refresh optimize system rename kill',
);
const ACCOUNTS = wordSet('user role login group policy');
const EXECUTE_HEADS = wordSet('call exec execute do declare system load');
const EXECUTE_NAMES = wordSet('xp_cmdshell sp_oacreate dblink dblink_exec lo_export sys_exec load_extension');
const EXECUTE_WORDS = wordSet('outfile dumpfile executable');
const CODE = wordSet('function procedure trigger extension language event');
const WRITE_HEADS = wordSet('replace lock vacuum reindex refresh attach detach optimize comment rename set copy kill');
const WRITE_WORDS = wordSet('insert update delete merge upsert truncate drop alter create');
/** Who ends a statement or a session of others changes what goes on, and runs nothing. */
const WRITE_NAMES = wordSet('nextval setval set_config pg_terminate_backend pg_cancel_backend');

/**
 * What a text of SQL does at its strongest, or null where it does not read as SQL. The first 64 KB are read; what has more
 * may change things. Products differ in what is a quote and what a comment: it is read as each of them would. `doubtful`:
 * it may be no SQL at all, but what people ask (`grant applications in Norway`); then its form has to show it too.
 */
export const readSql = (text: string, doubtful = false): PrivilegeClass | null =>
  (doubtful ? readDoubtful : readPlain)(text);

function strongest(text: string, doubtful: boolean): PrivilegeClass | null {
  const sql = text.slice(0, MAX_SQL);
  const found = (DIFFERS.test(sql) ? DIALECTS : DIALECTS.slice(0, 1)).map((dialect) => readAs(sql, dialect, doubtful));
  const said = found.filter((name) => name !== null);
  if (said.length > 0 && text.length > MAX_SQL) said.push('write');
  // A pattern in quotes is form enough.
  if ((said.length > 0 || /^\s*select\s/i.test(sql)) && secretSought(sql) !== undefined) said.push('secret');
  return said.length === 0 ? null : said.reduce((a, b) => (classRank(b) > classRank(a) ? b : a));
}

/** Agents ask the same again and again. */
const REMEMBERED = 2048;
const REMEMBERED_LENGTH = 256;
const readPlain = remembered((text) => strongest(text, false), REMEMBERED, REMEMBERED_LENGTH);
const readDoubtful = remembered((text) => strongest(text, true), REMEMBERED, REMEMBERED_LENGTH);

/** Blanks there say nothing: they are what is left of quotes and comments, too. */
const AROUND_DOT = /(?<!\s)\s*\.\s*/g;

function readAs(sql: string, dialect: Dialect, doubtful: boolean): PrivilegeClass | null {
  const code = codeOf(sql, dialect);
  const statements = statementsOf(code);
  if (!HEADS.has(statements[0]?.[0] ?? '')) return null;
  if (doubtful && !isFormed(code)) return null;
  for (const [does, name] of KINDS) if (statements.some(does)) return name;
  return 'read';
}

const codeOf = (sql: string, dialect: Dialect): string => strip(sql, dialect).toLowerCase().replace(AROUND_DOT, '.');

/** The words of each. What selects all, and a name in other letters, stand in it as a word that nothing is called by. */
const statementsOf = (code: string): string[][] =>
  code
    .split(';')
    .map((statement) => statement.replace(UNNAMED, ` ${ANY_COLUMN} `).match(/[a-z_][\w.]*/g) ?? [])
    .map((words) => words.slice(words.findIndex((word) => word !== ANY_COLUMN)))
    .filter((words) => words.length > 0 && words[0] !== ANY_COLUMN);
const UNNAMED = /\*(?!\s{0,8}[)/])|(?![a-z])\p{L}+/gu;

/** What goes on so long is no question of anybody. */
const MANY_STATEMENTS = 50;

function isFormed(code: string): boolean {
  const statements = code.split(/(?<=;)/);
  return statements.length > MANY_STATEMENTS || statements.some(hasShape);
}

const KINDS: readonly [(words: string[]) => boolean, PrivilegeClass][] = [
  [changesRights, 'identity'],
  [(words) => secretTaken(words) !== undefined, 'secret'],
  [runsCode, 'execute'],
  [changesData, 'write'],
];

/** What of a text of SQL makes it one that reaches secrets: a table, a column, a function, or what it looks for; '' where nothing. */
export function secretInSql(text: string): string {
  const sql = text.slice(0, MAX_SQL);
  for (const dialect of DIALECTS)
    for (const words of statementsOf(codeOf(sql, dialect))) {
      const name = secretTaken(words);
      if (name !== undefined) return name;
    }
  return secretSought(sql) ?? '';
}

const names = (words: string[], wanted: ReadonlySet<string>): boolean => named(words, wanted) !== undefined;

function changesRights(words: string[]): boolean {
  const [head = '', next = ''] = words;
  if (head === 'grant' || head === 'revoke') return true;
  if (head === 'set') return next === 'role' || (next === 'session' && words[2] === 'authorization');
  return (
    (head === 'create' || head === 'alter' || head === 'drop') &&
    (ACCOUNTS.has(next) || words.join(' ').includes('row level security'))
  );
}

function runsCode(words: string[]): boolean {
  const head = words[0] ?? '';
  if (EXECUTE_HEADS.has(head) || words.some((word) => EXECUTE_WORDS.has(word)) || names(words, EXECUTE_NAMES))
    return true;
  return (
    (head === 'copy' && words.includes('program')) ||
    (head === 'create' && words.slice(1, 4).some((word) => CODE.has(word)))
  );
}

function changesData(words: string[]): boolean {
  const head = words[0] ?? '';
  return (
    WRITE_HEADS.has(head) ||
    words.some((word) => WRITE_WORDS.has(word)) ||
    names(words, WRITE_NAMES) ||
    (head === 'select' && words.includes('into'))
  );
}

interface Dialect {
  /** How what is no code begins. */
  marks: RegExp;
  /** A backslash keeps a quote open: always, or where `E` stands before it. */
  escapes: 'always' | 'marked' | 'never';
  /** Comments hold comments. */
  nested: boolean;
}

/** PostgreSQL; MySQL, which runs what stands in a comment that begins with an exclamation mark; SQL Server and SQLite. */
const DIALECTS: readonly Dialect[] = [
  { marks: /'|"|--|\/\*|\$(?:[a-z_]\w*)?\$/gi, escapes: 'marked', nested: true },
  { marks: /'|"|`|--(?=\s|$)|#|\/\*!?/g, escapes: 'always', nested: false },
  { marks: /'|"|`|\[|--|\/\*/g, escapes: 'never', nested: false },
];
/** What not all of them read alike. */
const DIFFERS = /["`#[\\$]|--\S|\/\*.*\/\*|\/\*!/s;

/**
 * Comments and quoted text away, so that a word in either says nothing and hides nothing; what names things in quotes, and
 * what is code between dollars, stays.
 */
function strip(sql: string, dialect: Dialect): string {
  let out = '';
  let from = 0;
  for (const { 0: mark, index } of sql.matchAll(dialect.marks)) {
    if (index < from) continue;
    out += `${sql.slice(from, index)} `;
    from = index + mark.length;
    if (mark === '/*!') continue;
    const end = endOf(sql, mark, from, dialect);
    const inner = sql.slice(from, end);
    if (mark.startsWith('$')) out += inner;
    else if (mark === '"' || mark === '`' || mark === '[') out += inner.replaceAll(';', ' ');
    from = Math.min(sql.length, end + (CLOSES[mark] ?? mark).length);
  }
  return out + sql.slice(from);
}

const CLOSES: Record<string, string> = { '--': '\n', '#': '\n', '/*': '*/', '[': ']' };

/** Where that which begins with the mark ends: at the end of the text where it does not. */
function endOf(sql: string, mark: string, from: number, { escapes, nested }: Dialect): number {
  const close = CLOSES[mark] ?? mark;
  const escaped =
    escapes === 'always' ? /^['"]$/.test(mark) : escapes === 'marked' && /(?:^|\W)E'$/i.test(sql.slice(from - 3, from));
  let depth = 1;
  for (let at = from; at < sql.length; at += 1) {
    if (escaped && sql[at] === '\\') at += 1;
    else if (nested && mark === '/*' && sql.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith(close, at)) {
      depth -= 1;
      if (depth === 0) return at;
      at += close.length - 1;
    }
  }
  return sql.length;
}
