import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { Catalogue } from '../../schemas/catalogue.ts';
import type { Grant, GrantsFile } from '../../schemas/grant.ts';
import { findByName } from '../engine/by-name.ts';
import { charterBreach } from '../engine/charter.ts';
import { endOf } from '../engine/grant-rule.ts';
import { allowedClass } from '../engine/granted.ts';
import { compileAny, literalOf, showPatterns, unprintable } from '../engine/pattern.ts';
import { createClassifier } from '../engine/privilege.ts';
import { type CompiledGrants, compileGrants, type DatedGrants, judgeScope } from '../engine/scope.ts';
import { type AgentRange, byAgent } from '../grants/agents.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { callOf, LET_IN, rawOf, usedAs } from '../grants/usage.ts';
import { heldSince } from '../grants/versions.ts';
import { ALL, type Privilege } from './index.ts';

/** What an agent did with one target on one day. */
export interface DayOfUse {
  agent: string;
  server: string;
  method: string;
  target: string;
  /** What the gateway itself calls it, where it says so. */
  rawTarget?: string;
  class: PrivilegeClass;
  /** Midnight, epoch milliseconds. */
  day: number;
  calls: number;
  /** Different values named in arguments on that day. */
  resources: number;
}

const SQL = `
SELECT agent_id AS agent, server_id AS server, method, target_name AS target,
  max(target_raw_name) AS raw_target,
  argMax(class, indexOf(['discover','read','write','execute','secret','identity'], toString(class))) AS class,
  toUnixTimestamp(toStartOfDay(occurred_at)) AS day,
  count() AS calls, uniqArray(arg_hashes) AS resources
FROM v_events
WHERE occurred_at >= fromUnixTimestamp64Milli({since:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({until:Int64})
  AND target_name != '' AND agent_id >= {first:String} AND agent_id <= {last:String}
  AND ${LET_IN}
GROUP BY agent, server, method, target, day
ORDER BY agent, day, server, method, target`;

/** Use by day of some agents, oldest first: of each that used anything. */
export async function readDays(
  port: ReadPort,
  { first, last }: AgentRange,
  since: number,
  until: number,
): Promise<Map<string, DayOfUse[]>> {
  const rows = await port.query(SQL, { first, last, since: Math.floor(since), until: Math.floor(until) });
  return byAgent(rows.map(dayOf));
}

function dayOf(row: Record<string, unknown>): DayOfUse {
  return {
    agent: String(row.agent),
    server: String(row.server),
    method: String(row.method),
    target: String(row.target),
    ...rawOf(row),
    class: String(row.class) as PrivilegeClass,
    day: Number(row.day) * 1000,
    calls: Number(row.calls),
    resources: Number(row.resources),
  };
}

/** The grants of a file, made ready to be asked about one agent after the other. */
export interface ReadyGrants {
  compiled: CompiledGrants;
  /** Those that allow something to this agent, at any time. */
  of(agent: string): Grant[];
  /** Since when a grant holds, epoch milliseconds; 0: from always. */
  since(grant: Grant): number;
  classify: ReturnType<typeof createClassifier>;
}

/** What says more of the grants than their file: its versions that were ever loaded, and the operator's catalogues. */
interface GrantsAround {
  versions?: readonly DatedGrants[];
  catalogues?: readonly Catalogue[];
}

export function readyGrants(file: GrantsFile, { versions = [], catalogues = [] }: GrantsAround = {}): ReadyGrants {
  const allows = file.grants
    .map((grant, n) => ({ grant, n, fits: compileAny(grant.agents), names: grant.agents.map(literalOf) }))
    .filter(({ grant }) => grant.effect === 'allow');
  const find = findByName(allows, {
    names: ({ names }) => (names.includes(null) ? null : (names as string[])),
    fits: ({ fits }, agent) => fits(agent),
  });
  return {
    compiled: compileGrants(file),
    of: (agent) =>
      unprintable(agent)
        ? []
        : find(agent)
            .sort((a, b) => a.n - b.n)
            .map(({ grant }) => grant),
    since: heldSince(versions),
    classify: createClassifier(catalogues),
  };
}

/** An agent's privileges as of a time: what it used by then, of `days`, and what its grants in force then name beside it. */
export function privilegesAt(agent: string, days: readonly DayOfUse[], grants: ReadyGrants, now: number): Privilege[] {
  const past = days.filter((one) => one.day <= now);
  const used = new Map<string, { one: DayOfUse; privilege: Privilege }>();
  for (const one of past) {
    const key = JSON.stringify([one.server, one.method, one.target]);
    const known = used.get(key);
    if (known === undefined) used.set(key, { one, privilege: usedOf(one) });
    else {
      const { privilege } = known;
      privilege.last = Math.max(privilege.last, one.day);
      privilege.reach = Math.max(privilege.reach, one.resources);
      if (classRank(one.class) > classRank(privilege.class)) privilege.class = one.class;
    }
  }
  for (const { one, privilege } of used.values()) {
    const body = callOf({ ...one, last: now });
    // Who has no grants is held back by nothing.
    privilege.granted = judgeScope(grants.compiled, body, privilege.class, now).scope !== 'out';
    privilege.declared = charterBreach(grants.compiled, body, privilege.class) === '';
  }
  const born = past[0]?.day ?? now;
  const mine = grants.of(agent).filter((grant) => grants.since(grant) <= now && now < endOf(grant));
  return [
    ...[...used.values()].map(({ privilege }) => privilege),
    ...mine.flatMap((grant) => unusedOf(grant, past, Math.max(born, grants.since(grant)), grants.classify)),
  ];
}

const usedOf = ({ server, target, class: name, resources, day }: DayOfUse): Privilege => ({
  name: `${server}/${target}`,
  class: name,
  reach: resources,
  since: day,
  last: day,
  granted: true,
  declared: true,
});

/** What a grant names beside what was used under it, at the class that it allows. */
function unusedOf(
  grant: Grant,
  past: readonly DayOfUse[],
  since: number,
  classify: ReadyGrants['classify'],
): Privilege[] {
  const server = grant.servers ? compileAny(grant.servers) : () => true;
  return (grant.targets ?? ['*']).flatMap((target): Privilege[] => {
    const fits = usedAs(target);
    const name = allowedClass(grant, literalServer(grant), target, classify);
    const all = literalOf(target) === null;
    // Of a pattern the strongest class is what nobody may need: reads under it do not use its right to write.
    const needed = past.some(
      (one) => server(one.server) && fits(one) && (!all || classRank(one.class) >= classRank(name)),
    );
    if (needed) return [];
    return [
      {
        name: `${showPatterns(grant.servers ?? ['*'])}/${showPatterns([target])}`,
        class: name,
        reach: all ? ALL : 1,
        since,
        last: 0,
        granted: true,
        declared: true,
      },
    ];
  });
}

const literalServer = ({ servers }: Grant): string => servers?.map(literalOf).find((one) => one !== null) ?? '';
