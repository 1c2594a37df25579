import { withoutComments } from '../../schemas/sql-comments.ts';
import { commandsIn } from '../stats/commands.ts';
import { leavesOf } from '../stats/leaves.ts';

const BEGINS = /^\s*(?:with|select|insert|update|delete|merge|copy|create|alter|truncate|explain)\s/i;
/** A table behind its schema, and that perhaps behind a database: where rows come from or go to. A function is none. */
const TABLES = /\b(?:from|join|into|update|table)\s{1,8}((?:[\w$]{1,64}\.){1,3})([\w$]{1,64})(?![\w$.]|\s{0,8}\()/gi;
/** What is text. */
const QUOTED = /'[^']*'/g;
const QUOTES = /["`[\]]/g;
/** What describes tables holds no data. */
const DESCRIBES = /(?:^|\.)(?:information_schema|pg_catalog|sys)$/;
const LENGTH = 16_384;
const MOST = 32;

/** A table that a statement names with its schema, in lower case. */
export interface Table {
  schema: string;
  name: string;
}

/** Tables that a call's statements name: without its schema none can be told from a name that the statement itself gives. */
export function tablesOf(args: unknown): Table[] {
  const tables: Table[] = [];
  for (const [, text] of commandsIn(leavesOf(args), false)) {
    const plain = withoutComments(text.slice(0, LENGTH));
    if (!BEGINS.test(plain)) continue;
    const code = plain.replace(QUOTED, ' ').replace(QUOTES, '').toLowerCase();
    for (const [, before, name] of code.matchAll(TABLES)) {
      const schema = before!.slice(0, -1);
      if (!DESCRIBES.test(schema) && tables.length < MOST) tables.push({ schema, name: name! });
    }
  }
  return tables;
}
