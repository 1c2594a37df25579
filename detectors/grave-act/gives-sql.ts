import type { Severity } from '../../schemas/alert.ts';
import { withoutComments } from '../../schemas/sql-comments.ts';
import { type Act, isThrowaway } from './act.ts';
import { gives } from './gives.ts';

/** Roles over everything, as products name them. */
const ADMIN =
  'accountadmin|securityadmin|orgadmin|useradmin|sysadmin|serveradmin|db_owner|db_securityadmin|rds_superuser|cloudsqlsuperuser|superuser|dba|pg_execute_server_program|pg_(?:read|write)_all_data|\\w*_?admin(?:istrator)?s?';
/** To whom something is given, and what follows. */
const TO = String.raw`\bto (?:(?:user|role|group|database role|login) )?([\w.@$-]{1,120})`;
const WHAT = '(?:(?!\\bon\\b)[\\w ,.]){1,200}';

/** Statements that give administration, or open something to many: how, how grave, and what if no parentheses name it. To whom is the last of these. */
const STATEMENTS: readonly (readonly [RegExp, Severity, string?])[] = [
  [`grant (?:role )?(${ADMIN}) ${TO}`, 'high'],
  [`grant ${WHAT} on (account|\\*\\.\\*|server)(?: \\w+)? ${TO}`, 'high'],
  [`grant all(?: privileges)? on ((?:database|schema) [\\w.]+) ${TO}`, 'medium'],
  [`grant ${WHAT} on (?:all|future) (?:\\w+ ){1,2}in ((?:schema|database) [\\w.]+) ${TO}`, 'medium'],
  [`grant ${WHAT} on (?:table |view |schema |database )?([\\w.]+) to (public)\\b`, 'medium'],
  [`grant ${WHAT} on (?:\\w+ )?([\\w.]+) to share ([\\w.]+)`, 'high'],
  ['alter share (?:if exists )?([\\w.]+) (?:add|set) accounts? ?= ?([\\w., ]+)', 'high'],
  ['create (?:or replace )?share (?:if not exists )?([\\w.]+)', 'medium', 'a share'],
  [
    '(?:create|alter) (?:user|role|login) (?:if (?:not )?exists )?([\\w.@$-]+) .{0,300}?(?<!no)(?:\\b(?:superuser|createrole|bypassrls|sysadmin|accountadmin|securityadmin)\\b)',
    'high',
    'administration',
  ],
  [
    'alter user (?:if exists )?([\\w.@$-]+) .{0,200}?(?:disable_mfa ?= ?true|mins_to_bypass_mfa)',
    'high',
    'no second factor',
  ],
  [
    'alter (?:server )?role (sysadmin|securityadmin|serveradmin|db_owner|db_securityadmin) add member ([\\w.@$-]+)',
    'high',
  ],
  [
    '(?:exec(?:ute)? |call )?sp_add(?:srv)?rolemember .{0,80}?(sysadmin|securityadmin|db_owner)',
    'high',
    'administration',
  ],
  ['(?:drop network policy|alter account unset network_policy)', 'high', 'every network'],
  ['drop (?:row access|masking) policy (?:if exists )?([\\w.]+)', 'medium', 'what a policy hid'],
  ['alter table (?:if exists )?([\\w.]+) disable row level security', 'medium', 'what a policy hid'],
  ['create (?:user|login) (?:if not exists )?([\\w.@$-]+)', 'medium', 'an account'],
].map(([pattern, severity, what]) => [new RegExp(`^(?:begin )?${pattern}`, 'i'), severity as Severity, what]);

const LENGTH = 65_536;
const MOST = 32;
const LONGEST = 1_000;

/** What statements of SQL give, `within` a command or by themselves; what is named as made to be thrown away is nobody's news. */
export function sqlGives(text: string, within = false): Act | null {
  const read = text.slice(0, LENGTH);
  const sql = within ? read : withoutComments(read);
  let found: Act | null = null;
  for (const one of sql.split(within ? /[;"']/ : ';', within ? 4 * MOST : MOST)) {
    const statement = one
      .slice(0, LONGEST)
      .replace(/["`[\]]/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    const act = givenBy(statement);
    if (act?.severity === 'high') return act;
    found ??= act;
  }
  return found;
}

function givenBy(statement: string): Act | null {
  for (const [pattern, severity, what] of STATEMENTS) {
    const words = pattern.exec(statement);
    if (words === null) continue;
    if (severity !== 'high' && isThrowaway(words[0])) return null;
    return gives(severity, statement, what ?? words[1] ?? '', words[what === undefined ? 2 : 1] ?? '');
  }
  return null;
}
