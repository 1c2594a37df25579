import { withoutComments } from '../../schemas/sql-comments.ts';
import { type Act, act, destroyed, isProduction } from './act.ts';
import { sqlGives } from './gives-sql.ts';

const NAME = (group: string): string => String.raw`["'\x60\[]?(?<${group}>[\w.$-]{1,120})`;
/** Where a statement begins. */
const BEGINS = String.raw`(?:^|[;(]|\b(?:begin|then|analyze)\b|\bexec(?:ute)?(?: immediate)? ?\(?['"]) ?`;
/** What holds of every row: that it has a key, too. */
const KEYED = String.raw`(?:\w{1,40}\.)?(?:id|_id|uuid|pk|rowid|ctid) ?(?:is not null|>=? ?-?[01]|(?:<>|!=) ?(?:''|-?[01]))`;
/** What was made or changed, was so before now. */
const BEFORE_NOW = String.raw`(?:\w{1,40}\.)?"?(?:created|updated|modified|changed|inserted|added)_?(?:at|on|date|time|ts)?"? ?<=? ?(?:now|getdate|sysdate|current_timestamp|current_date) ?(?:\( ?\))?`;
/** What holds whatever a row says. */
const HOLDS = String.raw`(?:true|1|not false|\d{1,9} ?(?:<=?|>=?|<>|!=) ?\d{1,9}|exists ?\( ?select \d{1,4} ?\)|(?<same>'?[\w.]{1,40}'?) ?= ?\k<same>(?![\w.']))`;
/** Of several conditions one is enough: `id = 7 or 1 = 1`. */
const OF_ALL = String.raw`\(?(?:${KEYED}|${BEFORE_NOW}|[\w.]{1,40} like '%{1,9}'|(?:(?:[^;"']|'[^']{0,80}'){1,400}? or )?${HOLDS})\)?`;
const DOES = String.raw`(?:drop (?<object>database|schema|table|keyspace|warehouse|dataset)(?: if exists)? ${NAME('dropped')}|truncate (?:table )?(?:only )?${NAME('emptied')}|delete (?:from )?(?:only )?${NAME('cleared')}["'\x60\]]?(?: (?:as )?(?!where|using|returning)\w{1,60})?(?: using [\w., ]{1,200}?)?(?: where ${OF_ALL})? ?(?:;|$|["']|returning\b)|merge into ${NAME('merged')}["'\x60\]]?[^;]{1,600}?\bon \(? ?(?:true|1 ?= ?1) ?\)? [^;]{0,200}?\bthen delete\b|drop owned by ${NAME('owned')}|update (?:only )?${NAME('changed')}["'\x60\]]?(?: (?:as )?\w{1,60})? set )`;
/** A statement goes on to its end, in a command to the end of the quotes. */
const REST = /^[^;]{0,4000}/;
const QUOTED_REST = /^[^;"]{0,4000}/;
/** Picks rows; a condition that all of them meet does not. */
const PICKS = new RegExp(String.raw`\bwhere\b(?! ${OF_ALL}\s{0,2}(?:$|[;"']))|\blimit\b`, 'i');
const STATEMENT = new RegExp(BEGINS + DOES, 'gi');
/** In a command a statement stands in quotes. */
const QUOTED = new RegExp(`["';] ?${DOES}`, 'gi');
/** Programs that are given statements of SQL. */
const CLIENTS = /\b(?:psql|mysql|mariadb|sqlcmd|snowsql|snow|clickhouse(?:-client| client)?|cockroach|bq|usql)\b/;
/** Of a database elsewhere: without a word of where it is, a client asks the one on its own machine. */
const ELSEWHERE = /\s-h\s*\S|--host\b|:\/\/|\$\{?\w*(?:url|uri|dsn|host)\b|pghost=/i;
/** These know of no other. */
const CLOUD = /\b(?:snowsql|snow|bq)\b/;
const HERE = /\blocalhost\b|127\.0\.0\.1|::1\b|\bdocker(?:-compose)?\s/;
const MAKES = new RegExp(
  String.raw`\bcreate (?:\w+ ){0,3}(?:database|schema|table)(?: if not exists)? ${NAME('name')}`,
  'gi',
);
const MOST = 16;
const LENGTH = 65_536;

/** Of which a migration makes a new column, all rows of it are filled. */
const ALTERS = new RegExp(String.raw`\balter table (?:if exists )?(?:only )?${NAME('name')}`, 'gi');

/** What statements of SQL destroy: databases, schemas, whole tables, all of their rows or what all of them say, beside those made to be thrown away. `where`: by what names they run. */
export const sqlDestroys = (text: string, where: string): Act | null => destroysIn(text, STATEMENT, where);

function destroysIn(text: string, statements: RegExp, where: string): Act | null {
  let found: Act | null = null;
  let met = 0;
  const sql = (statements === QUOTED ? text.slice(0, LENGTH) : withoutComments(text.slice(0, LENGTH))).replace(
    /\s+/g,
    ' ',
  );
  const made = new Set([...sql.matchAll(MAKES)].map(([, name]) => name));
  const altered = new Set([...sql.matchAll(ALTERS)].map(([, name]) => name));
  for (const { 0: shows, groups = {}, index } of sql.matchAll(statements)) {
    const { object, dropped, emptied, cleared, changed, merged, owned } = groups;
    const rest =
      changed === undefined
        ? ''
        : (statements === QUOTED ? QUOTED_REST : REST).exec(
            sql.slice(index + shows.length, index + shows.length + 4_000),
          )![0];
    if (changed !== undefined && (PICKS.test(rest) || altered.has(changed))) continue;
    met += 1;
    if (met > MOST) break;
    const name = dropped ?? emptied ?? cleared ?? changed ?? merged ?? owned ?? '';
    // What the same text made itself, it may drop.
    if (made.has(name)) continue;
    const one = destroyed(`${shows}${rest}`.replace(/^[;("' ]+/, ''), `${name} ${where}`);
    if (one === null) continue;
    // What was in one column is what is lost.
    if (changed !== undefined && one.severity !== 'high') one.severity = 'low';
    if (/^(?:database|schema|keyspace|warehouse)$/i.test(object ?? '')) one.severity = 'high';
    if (one.severity === 'high') return one;
    found ??= one;
  }
  return found;
}

/** A command gives statements to a client of a database elsewhere. */
const isClient = (command: string): boolean =>
  CLIENTS.test(command) && (ELSEWHERE.test(command) || CLOUD.test(command)) && !HERE.test(command);

export const clientGives = (command: string): Act | null =>
  isClient(command) ? (sqlGives(command, true) ?? sqlGives(withoutComments(command, true), true)) : null;

/** The same of a command that gives statements to a client. */
export function clientDestroys(command: string): Act | null {
  if (!isClient(command)) return null;
  // What looks like a comment may be the shell's: `/*` is all of a folder, too.
  const found = destroysIn(command, QUOTED, '') ?? destroysIn(withoutComments(command, true), QUOTED, '');
  return found !== null && isProduction(command)
    ? act('destroys', 'high', found.shows, { group: 'production' })
    : found;
}
