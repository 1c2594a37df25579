import type { PrivilegeClass } from '../../schemas/alert.ts';

const MAX_SQL = 65_536;
const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const HEADS = set(
  'select with insert update delete merge replace upsert truncate drop alter create grant revoke set show explain describe desc pragma copy call exec execute do begin start commit rollback use analyze vacuum attach detach load values table declare lock comment reindex refresh optimize system rename kill',
);
const ACCOUNTS = set('user role login group policy');
const SECRET_WORDS = set(
  'pg_shadow pg_authid pg_user_mapping mysql.user sys.sql_logins pg_read_file pg_read_binary_file load_file lo_import pg_ls_dir system.users',
);
const EXECUTE_HEADS = set('call exec execute do declare kill system load');
const EXECUTE_WORDS = set(
  'xp_cmdshell sp_oacreate pg_terminate_backend pg_cancel_backend dblink dblink_exec lo_export sys_exec load_extension outfile dumpfile executable',
);
const CODE = set('function procedure trigger extension language event');
const WRITE_HEADS = set('replace lock vacuum reindex refresh attach detach optimize comment rename set copy');
const WRITE_WORDS = set('insert update delete merge upsert truncate drop alter create nextval setval set_config');

/** What a text of SQL does at its strongest, or null where it does not read as SQL. One pass; the first 64 KB are read. */
export function readSql(text: string): PrivilegeClass | null {
  const statements = strip(text.slice(0, MAX_SQL))
    .toLowerCase()
    .split(';')
    .map((statement) => statement.match(/[a-z_][\w.]*/g) ?? [])
    .filter((words) => words.length > 0);
  if (!HEADS.has(statements[0]?.[0] ?? '')) return null;
  for (const [does, name] of KINDS) if (statements.some(does)) return name;
  return 'read';
}

const KINDS: readonly [(words: string[]) => boolean, PrivilegeClass][] = [
  [changesRights, 'identity'],
  [(words) => words.some((word) => SECRET_WORDS.has(word)), 'secret'],
  [runsCode, 'execute'],
  [changesData, 'write'],
];

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
  if (EXECUTE_HEADS.has(head) || words.some((word) => EXECUTE_WORDS.has(word))) return true;
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
    (head === 'select' && words.includes('into'))
  );
}

/** Comments and quoted text away, so that a word in either says nothing and hides nothing; one pass over the text. */
function strip(sql: string): string {
  let out = '';
  let from = 0;
  for (const match of sql.matchAll(/'|--|#|\/\*!?|\$\w*\$/g)) {
    if (match.index < from) continue;
    out += `${sql.slice(from, match.index)} `;
    from = match.index + match[0].length;
    // MySQL runs what stands in /*! … */; what stands in $$ … $$ is code.
    if (match[0] === '/*!' || match[0].startsWith('$')) continue;
    const end = sql.indexOf(CLOSES[match[0]] as string, from);
    from = end < 0 ? sql.length : end + (CLOSES[match[0]] as string).length;
  }
  return out + sql.slice(from);
}

const CLOSES: Record<string, string> = { "'": "'", '--': '\n', '#': '\n', '/*': '*/' };
