import type { PrivilegeClass } from '../../schemas/alert.ts';
import { compared } from '../../schemas/compared.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Grant, GrantsFile, Pattern } from '../../schemas/grant.ts';
import { charterBreach, ownerOf } from '../engine/charter.ts';
import { endOf } from '../engine/grant-rule.ts';
import type { ScopeJudged } from '../engine/inputs.ts';
import { compileAny, literalOf, showPatterns } from '../engine/pattern.ts';
import { type CompiledGrants, compileGrants, type DatedGrants, judgeScope } from '../engine/scope.ts';
import { callOf, type Usage, usedAs } from './usage.ts';
import { heldSince } from './versions.ts';

/** What is known of one thing an agent may do, should do, or does. */
export interface DiffRow {
  agent: string;
  owner: string;
  server: string;
  target: string;
  class: PrivilegeClass | '';
  /** By the charter: what the agent is for. */
  declared: 'yes' | 'no' | 'not said';
  /** By the grants in force now, and which. */
  granted: 'yes' | 'no' | 'maybe' | 'ungoverned';
  grantId: string;
  /** Since when that grant holds, epoch milliseconds; 0 where nobody knows. */
  grantedSince: number;
  used: number;
  /** How many of those were outside of the grants of their time. */
  outside: number;
  denied: number;
  /** Epoch milliseconds; 0 where it was never used. */
  first: number;
  last: number;
  verdict: Verdict;
}

type Verdict =
  | 'as it should be'
  | 'used, not granted'
  | 'used, not declared'
  | 'granted, not used'
  | 'refused'
  | 'no longer granted'
  | 'ungoverned'
  | 'too new to judge';

interface DiffOptions {
  usage: readonly Usage[];
  file: GrantsFile;
  now: number;
  /** Agent asked for; absent: all of the usage and of exact names in the grants. */
  agent?: string;
  /** Age below which use or non-use says nothing yet. */
  newMs?: number;
  /** Versions of the grants that were ever loaded: who was once governed stays so, and a new grant is told from an old one. */
  versions?: readonly DatedGrants[];
}

/** Declared, granted and used side by side, for each agent and target, and each grant that nothing uses. */
export function diffGrants(options: DiffOptions): DiffRow[] {
  const { usage, file, now, agent, versions = [] } = options;
  const compiled = compileGrants(file, undefined, versions);
  const since = heldSince(versions);
  const grants = new Map(file.grants.map((grant) => [grant.id, grant]));
  const rows = usage.map((one): DiffRow => {
    const body = callOf(one);
    const granted = judgeScope(compiled, body, one.class, now);
    const breach = charterBreach(compiled, body, one.class);
    const declared = compiled.charters.of(one.agent).length === 0 ? 'not said' : breach === '' ? 'yes' : 'no';
    const scope = { in: 'yes', out: 'no', maybe: seenIn(one) ? 'yes' : 'maybe', ungoverned: 'ungoverned' } as const;
    const row = {
      agent: one.agent,
      owner: ownerOf(compiled, one.agent) ?? '',
      server: one.server,
      target: one.target,
      class: one.class,
      declared,
      granted: scope[granted.scope],
      ...grantOf(granted, grants, since),
      used: one.used,
      outside: one.outside,
      denied: one.denied,
      first: one.first,
      last: one.last,
    } as const;
    return { ...row, verdict: verdictOf(row, one) };
  });
  const agents = agent === undefined ? agentsOf(usage, file) : [agent];
  return [...rows, ...agents.flatMap((name) => unused(name, options))].sort(
    (a, b) => compared(a.agent, b.agent) || compared(a.server, b.server) || compared(a.target, b.target),
  );
}

function grantOf(
  { scope, grantId }: ScopeJudged,
  grants: ReadonlyMap<string, Grant>,
  since: (grant: Grant) => number,
): Pick<DiffRow, 'grantId' | 'grantedSince'> {
  const grant = scope === 'in' || scope === 'maybe' ? grants.get(grantId) : undefined;
  return { grantId: grant?.id ?? '', grantedSince: grant === undefined ? 0 : since(grant) };
}

/** Arguments are not kept by usage, so that a constraint on them gives maybe; but each call was judged with them. */
const seenIn = ({ used, outside, unsure }: Usage): boolean => used > 0 && outside === 0 && unsure === 0;

function verdictOf(row: Omit<DiffRow, 'verdict'>, { used, outside }: Usage): Verdict {
  if (used === 0) return 'refused';
  if (row.granted === 'ungoverned') return row.declared === 'no' ? 'used, not declared' : 'ungoverned';
  if (row.granted === 'maybe' && outside > 0) return 'used, not granted';
  // What was in scope when it was used was granted then.
  if (row.granted === 'no') return outside > 0 ? 'used, not granted' : 'no longer granted';
  return row.declared === 'no' ? 'used, not declared' : 'as it should be';
}

function agentsOf(usage: readonly Usage[], file: GrantsFile): string[] {
  const named = file.grants.flatMap((grant) => grant.agents.map(literalOf)).filter((name) => name !== null);
  return [...new Set([...usage.map((one) => one.agent), ...named])];
}

/** Grants of an agent, target by target where they are named, that nothing used. */
function unused(agent: string, { usage, file, now, newMs = 14 * DAY, versions = [] }: DiffOptions): DiffRow[] {
  const heldFrom = heldSince(versions);
  const mine = usage.filter((one) => one.agent === agent && one.used > 0);
  const born = Math.min(...usage.filter((one) => one.agent === agent).map((one) => one.first));
  const declared = compileGrants({ ...file, grants: [] });
  const owner = ownerOf(declared, agent) ?? '';
  return file.grants
    .filter((grant) => grant.effect === 'allow' && inForce(grant, now) && compileAny(grant.agents)(agent))
    .flatMap((grant) => {
      const server = grant.servers ? compileAny(grant.servers) : () => true;
      const grantedSince = heldFrom(grant);
      const since = Math.max(grantedSince, Number.isFinite(born) ? born : 0);
      return (grant.targets ?? ['*'])
        .filter((target) => {
          const fits = usedAs(target);
          return !mine.some((one) => server(one.server) && fits(one));
        })
        .map(
          (target): DiffRow => ({
            agent,
            owner,
            server: showPatterns(grant.servers ?? ['*']),
            target: showPatterns([target]),
            class: grant.max_class ?? '',
            declared: isDeclared(declared, agent, grant, target),
            granted: grant.condition_raw === undefined ? 'yes' : 'maybe',
            grantId: grant.id,
            grantedSince,
            used: 0,
            outside: 0,
            denied: 0,
            first: 0,
            last: 0,
            verdict: now - since < newMs ? 'too new to judge' : 'granted, not used',
          }),
        );
    });
}

/** Whether the charter takes in what a grant names; a pattern is held against it as it is written. */
function isDeclared(compiled: CompiledGrants, agent: string, grant: Grant, target: Pattern): DiffRow['declared'] {
  if (compiled.charters.of(agent).length === 0) return 'not said';
  const level = grant.max_class ?? 'read';
  const breached = (grant.servers ?? ['*']).some((server) => {
    const name = typeof target === 'string' ? target : target.regex;
    const call = {
      agent,
      server: typeof server === 'string' ? server : server.regex,
      method: 'tools/call',
      target: name,
    };
    return charterBreach(compiled, callOf({ ...call, last: 0 }), level) !== '';
  });
  return breached ? 'no' : 'yes';
}

const inForce = (grant: Grant, now: number): boolean =>
  (grant.valid_from === undefined || Date.parse(grant.valid_from) <= now) && now < endOf(grant);
