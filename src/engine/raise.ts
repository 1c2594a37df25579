import type { SecretStore } from '../../detectors/detector.ts';
import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { wordsOf } from '../../schemas/words.ts';
import type { Known } from './catalogue/find.ts';
import { environmentShown, takesProgram } from './code-dumps.ts';
import { commandsOf, whatCommandsDo } from './commands.ts';
import type { Classified } from './inputs.ts';
import { placed, sentBy, textsOf } from './reach.ts';
import { readSql, secretInSql } from './sql.ts';

/** What a call's name alone says, and what its arguments may still raise. */
export interface ByName {
  verdict: Classified;
  known: Known | null;
  /** Takes SQL, under whatever key. */
  sql: boolean;
  /** A text that it is given under a key as `query` is SQL. */
  speaksSql: boolean;
  /** Sets up a filter or a rule, which acts by itself from then on. */
  setsUpRule: boolean;
}

/** The class after a look at what the arguments reach. */
export function raise({ known, verdict, sql, speaksSql, setsUpRule }: ByName, body: CanonicalEvent): Classified {
  if (body.method !== 'tools/call' && body.method !== 'resources/read') return verdict;
  let best: Classified = verdict;
  const lift = (name: PrivilegeClass, rule: string): void => {
    if (classRank(name) > classRank(best.class))
      best = { class: name, classFrom: best.classFrom === 'catalogue' ? 'catalogue' : 'builtin', classRule: rule };
  };
  const stores: SecretStore[] = [];
  const texts = textsOf(body.args);
  const asked = sql ? texts.map(({ text }) => readSql(text)) : null;
  if (asked?.every((does) => does === null))
    lift('write', known?.sql ? `${known.entry.id}:unseen sql` : 'unseen query');
  for (const rule of known?.entry.raises ?? [])
    if (!rule.writesOnly || classRank(verdict.class) >= classRank('write')) {
      const word = wordAmong(body.args, rule.keys, rule.words);
      if (word !== null) lift(rule.class, `args:${word}`);
    }
  const ofCard = cardSecretIn(body.args);
  if (ofCard !== null) lift('secret', `args:${ofCard}`);
  // What a line takes out of a vault says more than the settings that it reads beside it.
  const liftBeside = (name: PrivilegeClass, rule: string): void => {
    if (name === 'secret' && LITTLE.test(best.classRule)) best = { ...best, classRule: rule };
    else lift(name, rule);
  };
  const changes = classRank(verdict.class) >= classRank('write');
  if (body.method === 'resources/read') texts.push({ key: 'uri', text: body.target.name ?? '' });
  for (const [n, text] of texts.entries()) {
    for (const store of placed(body.args, text)) {
      lift('secret', `args:${store.kind}`);
      stores.push(store);
    }
    // What is exported goes to the caller, but where a place is named.
    if (verdict.classRule === 'verb:export' && TO.test(text.key) && ADDRESS.test(text.text))
      lift('write', `args:${text.key}`);
    if (changes && FORWARDS.test(text.key) && setsUpRule) {
      lift('execute', `args:${text.key}`);
      // Where a product's own list says so of the name, whither it sends says more.
      if (best.class === 'execute' && best.classFrom === 'builtin') best = { ...best, classRule: `args:${text.key}` };
    }
    if (sql || SQL_KEY.test(text.key)) {
      if (MUTATES.test(text.text)) lift('write', 'graphql:mutation');
      const does = asked ? asked[n]! : readSql(text.text, !IS_SQL.test(text.key) && !speaksSql);
      if (does !== null) lift(does, `sql:${(does === 'secret' && secretInSql(text.text).slice(0, 64)) || does}`);
    }
  }
  const runs = classRank(verdict.class) >= EXECUTE;
  const commands = commandsOf(body.args, runs);
  for (const command of commands) {
    const [does, what] = whatCommandsDo(command, known?.entry.id) ?? [];
    if (does !== undefined) liftBeside(does, `args:${what}`);
  }
  const shown = runs ? texts.flatMap(({ key, text }) => (takesProgram(key) ? (environmentShown(text) ?? []) : [])) : [];
  for (const { what } of shown) liftBeside('secret', `args:${what}`);
  if (stores.length === 0 && !ENVIRONMENT.test(best.classRule)) return best;
  const sent = [...shown.map(({ sentTo }) => sentTo), ...commands.map(sentBy)].find((to) => to !== '');
  return { ...best, stores: stores.slice(0, MAX_STORES), ...(sent !== undefined && { sentTo: sent }) };
}

/** Stores of little weight, as one developer's own. */
const LITTLE = /^args:(?:\.env|local settings|\w+ of development)$/;
/** A dump of it: not a file. */
const ENVIRONMENT = /^args:(?:print)?env/;
const MAX_STORES = 8;
const EXECUTE = classRank('execute');

/** A filter of mail that sends on what it finds acts by itself from then on. */
const FORWARDS = /^(?:forward|redirect)(?:ing)?(?:_?as_?attachment)?(?:_?to|_?address|_?email)?(?:_?addresses)?$/i;
export const setsUpRule = ({ target }: CanonicalEvent): boolean =>
  wordsOf(target.name ?? '').some((word) => /^(?:filter|rule)s?$/.test(word));

const TO = /^(?:dest|target|output|upload|sink|export|to|s3|gcs|blob)/i;
const ADDRESS = /^[a-z][a-z0-9+.-]{1,20}:\/\//i;

const MUTATES = /^\s*(?:#[^\n]*\n\s*)*mutation\b[^{]{0,4096}\{/;

const SQL_KEY = /so?ql|query|queries|statement|stmt|graphql|mutation|^q$/i;
const IS_SQL = /so?ql/i;

/** What is called a query is as often what somebody looks for: that of a database is SQL, and of what runs it. */
export function speaksSql({ server, target }: CanonicalEvent, known: Known | null): boolean {
  const tool = wordsOf(target.name ?? '');
  // What Notion calls a database is a list of pages.
  if (tool.some((word) => LOOKS.test(word)) || server.id.includes('notion')) return false;
  if (known?.entry.sql !== undefined) return true;
  return isDatabase(server) || tool.some((word) => DATABASES.test(word) || RUNS.test(word));
}

export const isDatabase = ({ id, name }: CanonicalEvent['server']): boolean =>
  [id, name ?? ''].flatMap(wordsOf).some((word) => DATABASES.test(word));
const LOOKS = /^(?:search|docs|documentation|notion)$/;
const RUNS = /^(?:run|exec|execute)$/;
const DATABASES =
  /^(?:.*sql.*|db|database|databases|warehouse|postgres|bigquery|snowflake|redshift|clickhouse|duckdb|oracle|mariadb|databricks|athena|trino|presto)$/;

function wordAmong(
  args: Record<string, unknown> | undefined,
  keys: readonly string[],
  words: readonly string[],
): string | null {
  for (const key of keys) {
    const value = args !== undefined && Object.hasOwn(args, key) ? args[key] : undefined;
    const hit = namesIn(value).find((word) => words.includes(word));
    if (hit !== undefined) return hit;
  }
  return null;
}

/** What authenticates the holder of a card, asked for by its name (PCI DSS 4.0, requirement 3.3): whoever has it can pay. */
const OF_CARD = /^(?:cvv2?|cvc2?|cav2|csc|pin_?block|track_?[12]?_?data|track_?[12])$/i;
const LISTS = /^(?:fields?|columns?|select|include|attributes|properties|show|reveal)$/i;
function cardSecretIn(args: Record<string, unknown> | undefined): string | null {
  for (const key in args) {
    if (!LISTS.test(key)) continue;
    const value = args[key];
    const names = Array.isArray(value) ? value : typeof value === 'string' ? value.slice(0, 2_000).split(/[\s,]+/) : [];
    const found = names.find((name) => typeof name === 'string' && OF_CARD.test(name));
    if (found !== undefined) return String(found).toLowerCase();
  }
  return null;
}

/** One or a list of them; `secret/db` and `pods,secrets` name a kind among others. Of an object its keys as well. */
function namesIn(value: unknown): string[] {
  if (value === undefined) return [];
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  // A manifest says of what kind it is: what else stands in it says nothing.
  const kinds = [...text.matchAll(KIND)].map(([, kind = '']) => kind.toLowerCase());
  return kinds.length > 0 ? kinds : text.toLowerCase().split(/[\s,/.:"{}[\]]+/);
}
const KIND = /(?:^|[\s{,;"'-])kind["']?\s*:\s*["']?([A-Za-z]+)/g;
