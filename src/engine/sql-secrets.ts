import { wordsOf } from '../../schemas/words.ts';
import { secretIn } from './objects.ts';
import { wordSet } from './words.ts';

const SECRET_NAMES = wordSet(
  'pg_shadow pg_authid pg_user_mapping mysql.user sys.sql_logins pg_read_file pg_read_binary_file load_file lo_import pg_ls_dir system.users',
);

/** What makes a statement, in words of lower case, one that reaches secrets; undefined where nothing does. */
export const secretTaken = (words: string[]): string | undefined => named(words, SECRET_NAMES) ?? takesSecrets(words);

/** Tables and functions may stand behind a schema, and it behind a database: `master.sys.sql_logins`. Words of SQL may not. */
export const named = (words: string[], wanted: ReadonlySet<string>): string | undefined =>
  words.find((word) => {
    const parts = word.split('.');
    return wanted.has(parts.at(-1)!) || wanted.has(parts.slice(-2).join('.'));
  });

/** What a column or table of that name says of secrets, and holds none of: `password_changed_at`, `credential_types`. */
const ABOUT_SECRETS = wordSet(
  'at on by date time count age expires expiry expiration expired changed updated created rotated last required enabled disabled active type types policy policies name names id ids length strength status state version versions hint is has days attempts',
);
const isSecret = (name: string): boolean => {
  const words = wordsOf(name);
  return secretIn(words) !== null && !words.some((word) => ABOUT_SECRETS.has(word));
};

/** A column that is selected, or a table that rows come from, which is named after what is secret: of conditions none is. */
function takesSecrets(words: string[]): string | undefined {
  // Its plan is shown, and no row.
  if (words[0] === 'explain') return undefined;
  const spared = tableOfPlain(words);
  let selects = false;
  return words.find((word, at) => {
    if (word === 'select') selects = true;
    else if (word === 'from' || word === 'into') selects = false;
    const before = words[at - 1];
    if (at === spared) return false;
    return (selects || before === 'from' || before === 'join') && isSecret(word.slice(word.lastIndexOf('.') + 1));
  });
}

/** Stands for all columns, and for one whose name is not read. */
export const ANY_COLUMN = 'every_column';

/**
 * Where the table stands of which a statement takes nothing but counts, ids, times and the like; -1 where it may take more.
 * What could make a column of another name: a second select, a table that is called as the column, or whose columns are
 * named anew.
 */
function tableOfPlain(words: readonly string[]): number {
  const select = words.indexOf('select');
  const from = words.indexOf('from');
  if (select < 0 || words.lastIndexOf('select') !== select || words.lastIndexOf('from') !== from) return -1;
  const taken = words.slice(select + 1, from);
  if (taken.length === 0 || !taken.every((word, n) => taken[n - 1] === 'as' || isPlain(word))) return -1;
  const [next, ...more] = words.slice(from + 2).filter((word) => word !== 'as');
  if (next === undefined || CLAUSES.has(next)) return from + 1;
  const ends = more.length === 0 || CLAUSES.has(more[0]!);
  return ends && !taken.includes(next) ? from + 1 : -1;
}

const CLAUSES = wordSet('where group order having limit offset fetch join left right inner full cross natural');
const COUNTS = wordSet('count min max sum avg distinct all as');
const PLAIN = /^(?:id|uuid|status|state|name|enabled|disabled|active|revoked|[a-z_]+_(?:id|at|on|date|count|status))$/;
/** By some of these ids whoever has them is let in. */
const LETS_IN = /session|token|secret|password|cookie|auth|sid/;
function isPlain(word: string): boolean {
  const column = word.slice(word.lastIndexOf('.') + 1);
  return COUNTS.has(word) || (PLAIN.test(column) && !LETS_IN.test(column));
}
