import type { ReadPort } from './read-port.ts';

/** Agents whose ids lie between two, both of them included. */
export interface AgentRange {
  first: string;
  last: string;
}

export const oneAgent = (id: string): AgentRange => ({ first: id, last: id });

/** So many are read at once: with their targets and days they are some ten thousand rows. */
const PORTION = 100;

const sql = (which: string): string => `
SELECT DISTINCT agent_id AS agent FROM events
WHERE occurred_at >= fromUnixTimestamp64Milli({since:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({until:Int64})
  AND ${which}
ORDER BY agent`;

/** Later than anything a DateTime64 holds. */
const EVER = Date.UTC(2299, 11, 31);

/**
 * All agents of that time in portions, by id: of a large fleet no answer need be held whole, and none is cut short. Where a
 * condition says which are wanted, others may lie between them.
 */
export async function* portionsOf(
  port: ReadPort,
  since: number,
  until = EVER,
  which = 'true',
): AsyncGenerator<AgentRange> {
  const rows = await port.query(sql(which), { since: Math.floor(since), until: Math.floor(until) });
  for (let from = 0; from < rows.length; from += PORTION)
    yield { first: String(rows[from]!.agent), last: String(rows[Math.min(from + PORTION, rows.length) - 1]!.agent) };
}

/** Those of each agent, in their order. */
export function byAgent<Of extends { agent: string }>(all: readonly Of[]): Map<string, Of[]> {
  const groups = new Map<string, Of[]>();
  for (const one of all) {
    const group = groups.get(one.agent);
    if (group === undefined) groups.set(one.agent, [one]);
    else group.push(one);
  }
  return groups;
}
