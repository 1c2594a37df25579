import { classRank, OUTSIDE, type PrivilegeClass, type Scope } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Grant, GrantsFile } from '../../schemas/grant.ts';
import { type Charters, type CompiledChange, compileChanges, compileCharters } from './charter.ts';
import { type Mine, type Near, type RuleSet, type RulesByAgent, rulesByAgent } from './grant-index.ts';
import { compileRule, type Rule } from './grant-rule.ts';
import type { ScopeJudged } from './inputs.ts';
import { isUnnamed } from './unnamed.ts';
import { routed } from './unrouted.ts';

/** A version of the grants, with the time it was first loaded (rule R6); undefined: it holds from always. */
export interface DatedGrants {
  file: GrantsFile;
  loadedAt?: number;
  /** When the first version without these grants was loaded; undefined: they stood until the newest one. */
  until?: number;
}

/** Grants ready to judge by. The caches in it only save work: they change no answer, and are bounded. */
export interface CompiledGrants {
  agents: RulesByAgent;
  charters: Charters;
  changes: readonly CompiledChange[];
  rules: readonly Rule[];
}

/**
 * `loadedAt` is when this version was first loaded: grants without valid_from hold from then on; without it, from
 * always. `earlier` are the versions before: a grant that stood in one of them unchanged holds from that one's time, one
 * that is gone held until then, and an agent once governed stays so.
 */
export function compileGrants(
  file: GrantsFile,
  loadedAt?: number,
  earlier: readonly DatedGrants[] = [],
): CompiledGrants {
  const held = new Map<string, { grant: Grant; from: number; until: number }>();
  for (const version of [...earlier, loadedAt === undefined ? { file } : { file, loadedAt }]) {
    const { loadedAt: from = Number.NEGATIVE_INFINITY, until = loadedAt ?? Number.NEGATIVE_INFINITY } = version;
    for (const grant of version.file.grants) {
      const key = JSON.stringify(grant);
      const known = held.get(key);
      held.set(key, {
        grant,
        from: Math.min(known?.from ?? from, from),
        until: Math.max(known?.until ?? until, until),
      });
    }
  }
  const keys = file.grants.map((grant) => JSON.stringify(grant));
  const current = keys.map((key) => held.get(key)!).map(({ grant, from }) => compileRule(grant, from));
  for (const key of keys) held.delete(key);
  const past = [...held.values()].map(({ grant, from, until }) => compileRule(grant, from, until));
  return {
    agents: rulesByAgent(current, past),
    charters: compileCharters(file.charters),
    changes: compileChanges(file.changes),
    rules: current,
  };
}

/**
 * Deny wins, then any allow grant that covers the call. With a chain of delegation the privilege is the intersection:
 * each principal in it whom a grant names must be covered as well. `*` names those who call, not the people behind them.
 */
export function judgeScope(
  compiled: CompiledGrants,
  body: CanonicalEvent,
  privilege: PrivilegeClass,
  at: number,
): ScopeJudged {
  const judged = judgeAs(compiled, body, privilege, at);
  if (judged.scope !== 'out') return judged;
  const others = routed(compiled.agents.of(body.agent.id).allows.rules, body).map((other) =>
    judgeAs(compiled, other, privilege, at),
  );
  // Of several the one that limits least; where none covers it, what is wrong with it at its own server.
  return others.reduce((best, other) => (LIMITS[other.scope] < LIMITS[best.scope] ? other : best), others[0] ?? judged);
}

function judgeAs(compiled: CompiledGrants, body: CanonicalEvent, privilege: PrivilegeClass, at: number): ScopeJudged {
  const own = judgePrincipal(compiled.agents.of(body.agent.id), 'governedFrom', body, privilege, at);
  let worst = own;
  for (const { sub } of body.delegation ?? []) {
    if (sub === body.agent.id) continue;
    const theirs = judgePrincipal(compiled.agents.of(sub), 'limitsFrom', body, privilege, at);
    if (LIMITS[theirs.scope] > LIMITS[worst.scope]) worst = delegated(theirs, sub, own);
  }
  return worst;
}

/** How far a scope limits. */
const LIMITS: Record<Scope, number> = { ungoverned: 0, in: 1, maybe: 2, out: 3 };

const delegated = (theirs: ScopeJudged, sub: string, { governed }: ScopeJudged): ScopeJudged => ({
  ...theirs,
  via: sub,
  governed,
});

const UNGOVERNED: ScopeJudged = { scope: 'ungoverned', grantId: '', scopeWhy: '', governed: false };

/** `from`: the time from which on its allow grants bind it. */
function judgePrincipal(
  mine: Mine,
  from: 'governedFrom' | 'limitsFrom',
  body: CanonicalEvent,
  privilege: PrivilegeClass,
  at: number,
): ScopeJudged {
  const level = classRank(privilege);
  const governed = mine[from] <= at;
  const denied = mine.denies.empty ? null : judgeDenies(mine.denies.candidates(body), body, level, at);
  if (denied?.fit === 'yes')
    return {
      scope: 'out',
      grantId: denied.rule.id,
      scopeWhy: `denied by ${denied.rule.id}`,
      outside: 'denied',
      governed,
    };
  const verdict = governed ? judgeAt(mine, body, level, at) : UNGOVERNED;
  if (denied === null || verdict.scope === 'out') return verdict;
  const { id, doubt } = denied.rule;
  const why = doubt(body);
  return { scope: 'maybe', grantId: id, scopeWhy: `may be denied by ${id}${why === '' ? '' : `: ${why}`}`, governed };
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

/** A call that is read late is held against what was granted at its time as well. */
function judgeAt({ allows, past, pastUntil }: Mine, body: CanonicalEvent, level: number, at: number): ScopeJudged {
  const now = judgeAllows(allows, body, level, at);
  if (now.scope === 'in' || at >= pastUntil) return now;
  const then = judgeAllows(past, body, level, at);
  return LIMITS[then.scope] < LIMITS[now.scope] ? then : now;
}

const READ = classRank('read');

/** What names no target and only looks is part of talking to a server at all: any grant that names the server covers it. */
function judgeAllows(index: RuleSet, body: CanonicalEvent, level: number, at: number): ScopeJudged {
  const rules = index.candidates(body);
  let maybe: Rule | null = null;
  for (const rule of rules) {
    if (at < rule.from || at >= rule.to) continue;
    const fit = body.target.name === undefined && level <= READ && !isUnnamed(body) ? 'yes' : rule.judge(body, level);
    if (fit === 'yes') return { scope: 'in', grantId: rule.id, grantSince: rule.from, scopeWhy: '', governed: true };
    if (fit === 'maybe') maybe ??= rule;
  }
  if (maybe !== null) return { scope: 'maybe', grantId: maybe.id, scopeWhy: maybe.doubt(body), governed: true };
  return nearest(index.near(body, rules), body, level, at);
}

/** The grant with the fewest failed constraints; of equals the first by id, so that the order of a file does not matter. */
function nearest(rules: readonly Near[], body: CanonicalEvent, level: number, at: number): ScopeJudged {
  let best: Near | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const near of rules) {
    if (near.misfits.length >= fewest) continue;
    const misses = near.misfits.length + near.rule.misses(body, level, at);
    if (misses < fewest) [best, fewest] = [near, misses];
  }
  if (best === null)
    return {
      scope: 'out',
      grantId: '',
      scopeWhy: 'no grant is in force for it',
      outside: 'in force',
      governed: true,
    };
  const failed = [...best.misfits, ...best.rule.failed(body, level, at)];
  const outside = OUTSIDE.find((kind) => failed.some((one) => one.kind === kind));
  return {
    scope: 'out',
    grantId: best.rule.id,
    scopeWhy: failed.map(({ why }) => why).join('; '),
    ...(outside && { outside }),
    ...(outside === 'in force' && { grantSince: best.rule.from }),
    governed: true,
  };
}
