import { wordsOf } from '../../schemas/words.ts';
import { secretIn } from './objects.ts';
import { wordSet } from './words.ts';

/** A column that is held against a pattern. */
const HELD_AGAINST =
  /\b([a-z_][\w.]{0,63})["`\])]{0,2}\s{1,8}(?:i?like|rlike|regexp|similar\s{1,8}to)\s{1,8}[ben]?'([^']{1,120})'/gi;
/** How far in front of it its `select` is looked for. */
const REACH = 2_000;

/** What the keys of clouds and of code hosts begin with. */
const MARKS = wordSet('akia ghp glpat xoxb xoxp');
/** What a row of settings is called by; then its value is what is wanted. */
const NAMES = wordSet('name label key setting parameter option variable');
const VALUES = wordSet('value values val content data');
const CALLED_SO = wordSet('key keys token tokens pwd');
/** What a text is found by, and not what stands in it. */
const TITLES = wordSet('title subject topic summary question slug tag tags category type status reason');
/** Whoever asks how to get one anew, and what answers it. */
const HELP = wordSet('reset forgot forgotten lost change changed expired rotate rotation policy');
const MANUALS = wordSet('article articles faq faqs kb knowledge doc docs documentation help page pages post posts');

/**
 * What a statement looks for in the texts of rows that it takes: an API key that somebody wrote into a case, the value of
 * a setting that is named after one (MITRE ATT&CK T1552). Rows found by it and only counted are none, nor are titles and
 * manuals. A word as common as `password` says that only of settings.
 */
export function secretSought(sql: string): string | undefined {
  for (const { 1: column = '', 2: pattern = '', index } of sql.matchAll(HELD_AGAINST)) {
    const last = wordsOf(column).at(-1) ?? '';
    const named = NAMES.has(last);
    if (last === 'not' || TITLES.has(last) || !isSecret(wordsOf(pattern), named)) continue;
    if (takes(sql.slice(Math.max(0, index - REACH), index).toLowerCase(), named ? VALUES : new Set([bare(column)])))
      return wordsOf(pattern).join(' ');
  }
  return undefined;
}

function isSecret(words: readonly string[], named: boolean): boolean {
  if (words.some((word) => HELP.has(word))) return false;
  if (words.some((word) => MARKS.has(word)) || (named && CALLED_SO.has(words.at(-1) ?? ''))) return true;
  return secretIn(words) !== null && (named || !(words.length === 1 && words[0]!.startsWith('password')));
}

/** The statement that ends so takes one of these columns, or all, and not out of what explains things. */
function takes(sql: string, columns: ReadonlySet<string>): boolean {
  const at = sql.lastIndexOf('select');
  const rest = sql.slice(at + 6);
  const from = rest.search(/\bfrom\b/);
  if (at < 0 || from < 0) return false;
  const table = /^from\s+["`[]?([\w.]+)/.exec(rest.slice(from))?.[1] ?? '';
  if (wordsOf(table).some((word) => MANUALS.has(word))) return false;
  const list = rest.slice(0, from);
  return /(?:^|[\s,.])\*/.test(list) || (list.match(/[a-z_]\w*/g) ?? []).some((word) => columns.has(word));
}

const bare = (column: string): string => column.slice(column.lastIndexOf('.') + 1).toLowerCase();
