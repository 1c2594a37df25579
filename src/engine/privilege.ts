import { classRank } from '../../schemas/alert.ts';
import type { Catalogue, CatalogueRule } from '../../schemas/catalogue.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { wordsOf } from '../../schemas/words.ts';
import { compileArguments } from './arguments.ts';
import { findEntry, type Known, lookUp } from './catalogue/find.ts';
import type { Classified } from './inputs.ts';
import { readName } from './lexicon.ts';
import { byMethod } from './methods.ts';
import { compileAny } from './pattern.ts';
import { type ByName, isDatabase, raise, setsUpRule, speaksSql } from './raise.ts';

const MAX_CACHED = 20_000;

/**
 * What class a call is; the first that knows decides: the operator's catalogue, the built-in one, the server's
 * annotations, the words of the name, else write, since what nobody knows may change things. Whatever decided, its
 * arguments can raise it (never lower): a read tool that reads ~/.ssh reaches a secret. Only an operator's rule that
 * itself looks at arguments is final.
 */
export function createClassifier(catalogues: readonly Catalogue[]): (body: CanonicalEvent) => Classified {
  const rules = catalogues.flatMap((catalogue) => catalogue.privileges).map(compileRule);
  const plainRules = rules.filter((rule) => !rule.looksAtArgs);
  const argRules = rules.some((rule) => rule.looksAtArgs);
  const cache = new Map<string, ByName>();
  const byName = (body: CanonicalEvent): ByName => {
    const key = cacheKey(body);
    let found = cache.get(key);
    if (found === undefined) {
      found = classifyName(plainRules, body);
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(key, found);
    }
    return found;
  };
  return function classify(body) {
    if (argRules) {
      const first = rules.find((rule) => rule.fits(body));
      if (first?.looksAtArgs) return first.verdict;
    }
    return raise(byName(body), body);
  };
}

/** Lengths first, so that no name can pass for another by holding a separator. */
function cacheKey({ server, method, target, annotations }: CanonicalEvent): string {
  const hints = annotations ? `${annotations.read_only},${annotations.destructive}` : '';
  const name = target.name ?? '';
  return `${server.id.length},${name.length},${method.length},${hints},${server.id}${name}${method}${server.name ?? ''}`;
}

function classifyName(rules: readonly CompiledRule[], body: CanonicalEvent): ByName {
  const said = rules.find((rule) => rule.fits(body));
  const name = body.target.name;
  // By the method alone: what type the target is said to be, no two gateways agree on.
  if (name === undefined || body.method !== 'tools/call') {
    const verdict = said?.verdict ?? byMethod(body.method);
    return { verdict, known: null, sql: false, speaksSql: speaksSql(body, null), setsUpRule: setsUpRule(body) };
  }
  const words = wordsOf(name);
  const known = findEntry([body.server.id, body.server.name ?? ''], words);
  const builtin = said?.verdict ?? fromBuiltin(known, words);
  const verdict = builtin ?? fromHints(body, words);
  const sql = known?.sql === true || (builtin === null && readName(words)?.asks === true);
  return { verdict, known, sql, speaksSql: speaksSql(body, known), setsUpRule: setsUpRule(body) };
}

function fromBuiltin(known: Known | null, words: readonly string[]): Classified | null {
  if (known === null) return null;
  const listed = lookUp(known, words);
  if (listed !== null)
    return { class: listed.class, classFrom: 'builtin', classRule: `${known.entry.id}:${listed.tool}` };
  const suggested = readName(words)?.class ?? 'write';
  const mapped = known.entry.unlisted?.[suggested];
  return mapped === undefined ? null : { class: mapped, classFrom: 'builtin', classRule: `${known.entry.id}:*` };
}

/**
 * Hints come from the server and are believed only where they cost it something: `destructive` raises what the name
 * says, `read_only` settles a name that says nothing, but never makes a write a read.
 */
function fromHints({ annotations, server }: CanonicalEvent, words: readonly string[]): Classified {
  const named = readName(words);
  if (
    annotations?.destructive === true &&
    annotations.read_only !== true &&
    (named === null || classRank(named.class) < classRank('write'))
  )
    return { class: 'write', classFrom: 'annotations', classRule: 'hint:destructive' };
  if (annotations?.read_only === true && (named === null || named.class === 'read'))
    return { class: 'read', classFrom: 'annotations', classRule: 'hint:read_only' };
  // What is loaded is seen; but what a database loads, it takes in.
  if (named?.word === 'load' && isDatabase(server))
    return { class: 'write', classFrom: 'lexicon', classRule: 'verb:load+database' };
  if (named !== null) return { class: named.class, classFrom: 'lexicon', classRule: `verb:${named.word}` };
  return { class: 'write', classFrom: 'default', classRule: 'unknown tool' };
}

interface CompiledRule {
  looksAtArgs: boolean;
  verdict: Classified;
  fits(body: CanonicalEvent): boolean;
}

function compileRule(rule: CatalogueRule, index: number): CompiledRule {
  const server = rule.servers && compileAny(rule.servers);
  const tool = rule.tools && compileAny(rule.tools);
  const method = rule.methods && compileAny(rule.methods);
  const args = compileArguments(rule.args ?? {}, 'deny');
  return {
    looksAtArgs: args.length > 0,
    verdict: { class: rule.class, classFrom: 'catalogue', classRule: rule.id ?? `rule ${index + 1}` },
    fits: (body) =>
      (!server || server(body.server.id)) &&
      (!tool || (body.target.name !== undefined && tool(body.target.name))) &&
      (!method || method(body.method)) &&
      args.every((arg) => arg.check(body) === 'yes'),
  };
}
