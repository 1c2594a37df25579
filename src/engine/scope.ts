import { classRank, type PrivilegeClass, type Scope } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Grant, GrantsFile } from '../../schemas/grant.ts';
import { type CompiledChange, type CompiledCharter, compileChanges, compileCharters } from './charter.ts';
import { compileRule, type Rule } from './grant-rule.ts';

/** A version of the grants, with the time it was first loaded (rule R6); undefined: it holds from always. */
export interface DatedGrants {
  file: GrantsFile;
  loadedAt?: number;
}

export interface ScopeVerdict {
  scope: Scope;
  /** The grant that covered the call, forbade it, or came nearest. */
  grantId: string;
  /** Every constraint that failed; '' where the call is in scope. */
  scopeWhy: string;
  /** An allow grant was ever stored for this agent, expired and withdrawn ones included. */
  governed: boolean;
}

/** Grants ready to judge by. The caches in it only save work: they change no answer, and are bounded. */
export interface CompiledGrants {
  agents: Agents;
  charters: readonly CompiledCharter[];
  changes: readonly CompiledChange[];
  /** How many grants there are. */
  rules: number;
}

/**
 * `loadedAt` is when this version was first loaded: grants without valid_from hold from then on; without it, from
 * always. `earlier` are the versions before: a grant that stood in one of them unchanged holds from that one's time,
 * and an agent once governed stays so.
 */
export function compileGrants(
  file: GrantsFile,
  loadedAt?: number,
  earlier: readonly DatedGrants[] = [],
): CompiledGrants {
  const firstSeen = new Map<string, number>();
  const versions: DatedGrants[] = [...earlier, loadedAt === undefined ? { file } : { file, loadedAt }];
  for (const version of versions)
    for (const grant of version.file.grants) {
      const key = JSON.stringify(grant);
      const at = version.loadedAt ?? Number.NEGATIVE_INFINITY;
      firstSeen.set(key, Math.min(firstSeen.get(key) ?? Number.POSITIVE_INFINITY, at));
    }
  const rules = (grants: Iterable<Grant>) =>
    [...grants].map((grant) => compileRule(grant, firstSeen.get(JSON.stringify(grant)) as number));
  const current = rules(file.grants);
  const past = earlier.flatMap((version) => version.file.grants);
  return {
    agents: new Agents(current, rules(past)),
    charters: compileCharters(file.charters),
    changes: compileChanges(file.changes),
    rules: current.length,
  };
}

/**
 * Deny wins, then any allow grant that covers the call. With a chain of delegation the privilege is the intersection:
 * each principal in it that is governed must be covered as well.
 */
export function judgeScope(
  compiled: CompiledGrants,
  body: CanonicalEvent,
  privilege: PrivilegeClass,
  at: number,
): ScopeVerdict {
  const own = judgePrincipal(compiled, body.agent.id, body, privilege, at);
  if (body.delegation === undefined) return own;
  let worst = own;
  for (const { sub } of body.delegation) {
    if (sub === body.agent.id) continue;
    const theirs = judgePrincipal(compiled, sub, body, privilege, at);
    if (rank(theirs.scope) > rank(worst.scope))
      worst = { ...theirs, scopeWhy: `delegated by ${sub}, for whom: ${theirs.scopeWhy}`, governed: own.governed };
  }
  return worst;
}

/** How far a scope limits: an ungoverned principal of a chain limits nothing. */
const rank = (scope: Scope): number => ['ungoverned', 'in', 'maybe', 'out'].indexOf(scope);

function judgePrincipal(
  compiled: CompiledGrants,
  agent: string,
  body: CanonicalEvent,
  privilege: PrivilegeClass,
  at: number,
): ScopeVerdict {
  const level = classRank(privilege);
  const mine = compiled.agents.of(agent);
  const governed = mine.governedFrom <= at;
  const denied = mine.denies.empty ? null : judgeDenies(mine.denies.candidates(body), body, level, at);
  if (denied?.fit === 'yes')
    return { scope: 'out', grantId: denied.rule.id, scopeWhy: `denied by ${denied.rule.id}`, governed };
  if (!governed) return { scope: 'ungoverned', grantId: '', scopeWhy: '', governed };
  const verdict = judgeAllows(mine.allows, body, level, at);
  if (verdict.scope === 'in' && denied !== null)
    return { scope: 'maybe', grantId: denied.rule.id, scopeWhy: `may be denied by ${denied.rule.id}`, governed };
  return verdict;
}

function judgeDenies(
  rules: readonly Rule[],
  body: CanonicalEvent,
  level: number,
  at: number,
): { rule: Rule; fit: 'yes' | 'maybe' } | null {
  let maybe: Rule | null = null;
  for (const rule of rules) {
    if (at < rule.from || at >= rule.to) continue;
    const fit = rule.judge(body, level);
    if (fit === 'yes') return { rule, fit };
    if (fit === 'maybe') maybe ??= rule;
  }
  return maybe === null ? null : { rule: maybe, fit: 'maybe' };
}

function judgeAllows(index: RuleSet, body: CanonicalEvent, level: number, at: number): ScopeVerdict {
  const rules = index.candidates(body);
  let maybe: Rule | null = null;
  for (const rule of rules) {
    if (at < rule.from || at >= rule.to) continue;
    const fit = body.target.name === undefined ? 'yes' : rule.judge(body, level);
    if (fit === 'yes') return { scope: 'in', grantId: rule.id, scopeWhy: '', governed: true };
    if (fit === 'maybe') maybe ??= rule;
  }
  if (maybe !== null) return { scope: 'maybe', grantId: maybe.id, scopeWhy: maybe.doubt(body), governed: true };
  return nearest(index.near(body, rules), body, level, at);
}

/** The grant with the fewest failed constraints; of equals the first by id, so that the order of a file does not matter. */
function nearest(rules: readonly Rule[], body: CanonicalEvent, level: number, at: number): ScopeVerdict {
  let best: Rule | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const rule of rules) {
    const misses = rule.misses(body, level, at);
    if (misses < fewest) [best, fewest] = [rule, misses];
  }
  if (best === null) return { scope: 'out', grantId: '', scopeWhy: 'no grant is in force for it', governed: true };
  return { scope: 'out', grantId: best.id, scopeWhy: best.failed(body, level, at).join('; '), governed: true };
}

const MAX_AGENTS = 20_000;
const MAX_CALLS = 4096;
/** How many rules are looked at to say which came nearest. */
const MAX_NEAR = 16;

/** What is known of one agent. */
interface Mine {
  /** Time of the first allow grant ever stored for it. */
  governedFrom: number;
  allows: RuleSet;
  denies: RuleSet;
}

/** Rules by agent: exact names by look-up, patterns once for each agent that turns up. */
class Agents {
  private readonly current: AgentIndex;
  private readonly past: AgentIndex;
  private readonly cache = new Map<string, Mine>();

  constructor(current: readonly Rule[], past: readonly Rule[]) {
    this.current = new AgentIndex(current);
    this.past = new AgentIndex(past);
  }

  of(agent: string): Mine {
    let mine = this.cache.get(agent);
    if (mine === undefined) {
      const rules = this.current.rulesOf(agent).sort(byId);
      const allows = rules.filter((rule) => rule.effect === 'allow');
      const ever = [...allows, ...this.past.rulesOf(agent).filter((rule) => rule.effect === 'allow')];
      mine = {
        governedFrom: ever.reduce((first, rule) => Math.min(first, rule.governsFrom), Number.POSITIVE_INFINITY),
        allows: new RuleSet(allows),
        denies: new RuleSet(rules.filter((rule) => rule.effect === 'deny')),
      };
      if (this.cache.size >= MAX_AGENTS) this.cache.clear();
      this.cache.set(agent, mine);
    }
    return mine;
  }
}

class AgentIndex {
  private readonly exact = new Map<string, Rule[]>();
  private readonly patterned: Rule[] = [];

  constructor(rules: readonly Rule[]) {
    for (const rule of rules)
      if (rule.agentNames === null) this.patterned.push(rule);
      else for (const name of new Set(rule.agentNames)) put(this.exact, name, rule);
  }

  rulesOf(agent: string): Rule[] {
    return [...(this.exact.get(agent) ?? []), ...this.patterned.filter((rule) => rule.agent(agent))];
  }
}

/** One agent's rules of one effect: what can apply to a call is found once for each method, server and target. */
class RuleSet {
  readonly empty: boolean;
  private readonly rules: readonly Rule[];
  private readonly byName = new Map<string, Rule[]>();
  private readonly rest: Rule[] = [];
  private readonly cache = new Map<string, Map<string, Map<string, readonly Rule[]>>>();
  private readonly nearby = new Map<string, { own: readonly Rule[]; named: readonly Rule[] }>();
  private cached = 0;

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    this.empty = rules.length === 0;
    for (const rule of rules)
      if (rule.names === null) this.rest.push(rule);
      else for (const name of new Set(rule.names)) put(this.byName, name, rule);
  }

  /** Rules whose server, method and target fit this call; whether they hold is left to the caller. */
  candidates({ server, method, target: { name } }: CanonicalEvent): readonly Rule[] {
    if (this.empty) return NONE;
    // A name is at least one character: '' stands for none.
    const known = this.cache
      .get(method)
      ?.get(server.id)
      ?.get(name ?? '');
    if (known !== undefined) return known;
    const pool = name === undefined ? this.rules : merge(this.byName.get(name), this.rest);
    const found = pool.filter((rule) => rule.static(server.id, method, name));
    if (this.cached >= MAX_CALLS) this.cache.clear();
    this.cached = this.cached >= MAX_CALLS ? 1 : this.cached + 1;
    inner(inner(this.cache, method), server.id).set(name ?? '', found);
    return found;
  }

  /** Those worth telling of when none covers: for this very task, else what fits statically, else what names the server. */
  near(body: CanonicalEvent, fitting: readonly Rule[]): readonly Rule[] {
    const task = body.task?.id ?? '';
    // The length first, so that no task can pass for another by holding a server's name.
    const key = `${task.length},${task}${body.server.id}`;
    let found = this.nearby.get(key);
    if (found === undefined) {
      const named = this.rules.filter((rule) => rule.server(body.server.id));
      const own = task === '' ? [] : named.filter((rule) => rule.task(task));
      found = { own: own.slice(0, MAX_NEAR), named: (named.length > 0 ? named : this.rules).slice(0, MAX_NEAR) };
      if (this.nearby.size >= MAX_CALLS) this.nearby.clear();
      this.nearby.set(key, found);
    }
    if (found.own.length > 0) return found.own;
    return fitting.length > 0 ? fitting : found.named;
  }
}

const NONE: readonly Rule[] = [];
const byId = (a: Rule, b: Rule): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const merge = (a: Rule[] | undefined, b: Rule[]): Rule[] => (a === undefined ? b : [...a, ...b].sort(byId));

function inner<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

function put(map: Map<string, Rule[]>, key: string, rule: Rule): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [rule]);
  else list.push(rule);
}

export { announced, charterBreach, ownerOf } from './charter.ts';
