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
  let selects = false;
  return words.find((word, at) => {
    if (word === 'select') selects = true;
    else if (word === 'from' || word === 'into') selects = false;
    const before = words[at - 1];
    return (selects || before === 'from' || before === 'join') && isSecret(word.slice(word.lastIndexOf('.') + 1));
  });
}
