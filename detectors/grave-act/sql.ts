import { type Act, act, destroyed, isProduction } from './act.ts';
import { sqlGives } from './gives-sql.ts';

const NAME = String.raw`["'\x60\[]?([\w.$-]{1,120})`;
/** Where a statement begins. */
const BEGINS = String.raw`(?:^|[;(]|\b(?:begin|then|analyze)\b) ?`;
const DOES = String.raw`(?:drop (database|schema|table|keyspace|warehouse|dataset)(?: if exists)? ${NAME}|truncate (?:table )?(?:only )?${NAME}|delete from ${NAME}["'\x60\]]? ?(?:;|$|["']))`;
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
const MAKES = new RegExp(String.raw`\bcreate (?:\w+ ){0,3}(?:database|schema|table)(?: if not exists)? ${NAME}`, 'gi');
const COMMENTS = /--[^\n]*|\/\*[^*]{0,400}\*\//g;
const MOST = 16;
const LENGTH = 65_536;

/** What statements of SQL destroy: databases, schemas, whole tables and all of their rows, beside those made to be thrown away. */
export const sqlDestroys = (text: string): Act | null => destroysIn(text, STATEMENT);

function destroysIn(text: string, statements: RegExp): Act | null {
  let found: Act | null = null;
  let met = 0;
  const sql = text.slice(0, LENGTH).replace(COMMENTS, ';').replace(/\s+/g, ' ');
  const made = new Set([...sql.matchAll(MAKES)].map(([, name]) => name));
  for (const [shows, object, dropped, emptied, cleared] of sql.matchAll(statements)) {
    met += 1;
    if (met > MOST) break;
    const name = dropped ?? emptied ?? cleared ?? '';
    // What the same text made itself, it may drop.
    if (made.has(name)) continue;
    const one = destroyed(shows.replace(/^[;("' ]+/, ''), name);
    if (one === null) continue;
    if (/^(?:database|schema|keyspace|warehouse)$/i.test(object ?? '')) one.severity = 'high';
    if (one.severity === 'high') return one;
    found ??= one;
  }
  return found;
}

/** A command gives statements to a client of a database elsewhere. */
const isClient = (command: string): boolean =>
  CLIENTS.test(command) && (ELSEWHERE.test(command) || CLOUD.test(command)) && !HERE.test(command);

export const clientGives = (command: string): Act | null => (isClient(command) ? sqlGives(command, true) : null);

/** The same of a command that gives statements to a client. */
export function clientDestroys(command: string): Act | null {
  if (!isClient(command)) return null;
  const found = destroysIn(command, QUOTED);
  return found !== null && isProduction(command.replaceAll('_', ' '))
    ? act('destroys', 'high', found.shows, { group: 'production' })
    : found;
}
