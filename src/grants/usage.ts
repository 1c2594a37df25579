import type { PrivilegeClass } from '../../schemas/alert.ts';
import { blankEvent } from '../../schemas/blank-event.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Pattern } from '../../schemas/grant.ts';
import { compileAny, literalOf } from '../engine/pattern.ts';
import { oneAgent, portionsOf } from './agents.ts';
import type { ReadPort } from './read-port.ts';

/** What an agent did with one target of one server. Times in epoch milliseconds. */
export interface Usage {
  agent: string;
  server: string;
  method: string;
  target: string;
  /** What the gateway itself calls it, where it says so: grants may name that as well. */
  rawTarget?: string;
  /** Strongest class of what was let in; of the attempts where nothing was. */
  class: PrivilegeClass;
  /** Calls that were let in; refused ones are attempts and stand apart. */
  used: number;
  /** Of those, calls that did not end in an error of the protocol, of the way there, or in a refusal by the server. */
  worked: number;
  denied: number;
  /** Calls that were let in outside of the grants of their time. */
  outside: number;
  /** Calls that were let in of which nobody could say whether they were granted, or whom no grant governed. */
  unsure: number;
  /** Of what was let in, as far as anything was. */
  sessions: number;
  first: number;
  last: number;
}

interface UsageFilter {
  agent?: string;
  /** From this time on, epoch milliseconds. */
  since: number;
}

/**
 * What was let in, as the fold says it (src/engine/went.ts): who decided is believed before what the server answered,
 * and what was let in and then failed was let in.
 */
export const LET_IN = "if(decision_effect = '', outcome_status != 'denied', decision_effect != 'deny')";

const SQL = `
WITH ${LET_IN} AS let_in
SELECT agent_id AS agent, server_id AS server, method, target_name AS target,
  max(target_raw_name) AS raw_target,
  argMax(class, (let_in, indexOf(['discover','read','write','execute','secret','identity'], toString(class)))) AS class,
  countIf(let_in) AS used,
  countIf(let_in AND outcome_status NOT IN ('denied', 'protocol_error', 'transport_error')) AS worked,
  countIf(NOT let_in) AS denied,
  countIf(scope = 'out' AND let_in) AS outside,
  countIf(scope IN ('maybe', 'ungoverned') AND let_in) AS unsure,
  uniqIf(session_id, session_id != '' AND let_in) AS sessions,
  toUnixTimestamp64Milli(if(used > 0, minIf(occurred_at, let_in), min(occurred_at))) AS first,
  toUnixTimestamp64Milli(if(used > 0, maxIf(occurred_at, let_in), max(occurred_at))) AS last
FROM v_events
WHERE occurred_at >= fromUnixTimestamp64Milli({since:Int64}) AND target_name != ''
  AND agent_id >= {first:String} AND agent_id <= {last:String}
GROUP BY agent, server, method, target
ORDER BY agent, server, method, target`;

/** By agent, server, method and target. */
export async function readUsage(port: ReadPort, { agent, since }: UsageFilter): Promise<Usage[]> {
  const usage: Usage[] = [];
  for await (const { first, last } of agent === undefined ? portionsOf(port, since) : [oneAgent(agent)]) {
    const rows = await port.query(SQL, { first, last, since: Math.floor(since) });
    for (const row of rows) usage.push(usageOf(row));
  }
  return usage;
}

/** The gateway's own name for a target, of a row that has it. */
export const rawOf = ({ raw_target: raw }: Record<string, unknown>): { rawTarget?: string } =>
  raw === '' || raw === undefined ? {} : { rawTarget: String(raw) };

/** Whether a call of it is one of what a grant names, by either name; by the gateway's own as written out only, as calls are judged. */
export function usedAs(pattern: Pattern): (one: Pick<Usage, 'target' | 'rawTarget'>) => boolean {
  const fits = compileAny([pattern]);
  const literal = literalOf(pattern);
  return ({ target, rawTarget }) => fits(target) || (literal !== null && literal === rawTarget);
}

const usageOf = (row: Record<string, unknown>): Usage => ({
  agent: String(row.agent),
  server: String(row.server),
  method: String(row.method),
  target: String(row.target),
  ...rawOf(row),
  class: String(row.class) as PrivilegeClass,
  used: Number(row.used),
  worked: Number(row.worked),
  denied: Number(row.denied),
  outside: Number(row.outside),
  unsure: Number(row.unsure),
  sessions: Number(row.sessions),
  first: Number(row.first),
  last: Number(row.last),
});

/** A call as the grants see it. Arguments are not kept by usage: a constraint on them gives maybe. */
export function callOf({
  agent,
  server,
  method,
  target,
  rawTarget,
  last,
}: Pick<Usage, 'agent' | 'server' | 'method' | 'target' | 'rawTarget' | 'last'>): CanonicalEvent {
  const type = method === 'tools/call' ? 'tool' : 'resource';
  return blankEvent(
    {
      source: { kind: 'history', instance: '' },
      agent: { id: agent, id_basis: 'none' },
      server: { id: server },
      method,
      target: { type, name: target, ...(rawTarget === undefined ? {} : { raw_name: rawTarget }) },
    },
    last,
  );
}
