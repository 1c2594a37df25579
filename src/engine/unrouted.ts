import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Rule } from './grant-rule.ts';
import { literalOf } from './pattern.ts';

/** What gateways put between the name of a server and that of its tool. */
const BETWEEN = /^[_./-]+(?=.)/;

/**
 * A gateway in front of several servers that refuses a call itself may write neither whose tool it was nor the tool's own
 * name (ToolHive's vMCP): `tickets_search` is read as `search` of the server `tickets` where a grant names that one. All
 * such readings; none where the server is told.
 */
export function routed(rules: readonly Rule[], body: CanonicalEvent): CanonicalEvent[] {
  const { name } = body.target;
  if (body.outcome.status !== 'denied' || body.server.id !== body.source.instance || name === undefined) return [];
  const servers = rules.flatMap(({ grant }) => grant.servers?.map(literalOf) ?? []);
  return [...new Set(servers)].flatMap((server) => {
    if (server === null || !name.startsWith(server)) return [];
    const own = name.slice(server.length).replace(BETWEEN, '');
    const isPrefix = server.length + own.length < name.length;
    return isPrefix ? [{ ...body, server: { id: server }, target: { ...body.target, name: own, raw_name: name } }] : [];
  });
}
