import type { PeerView, Tell } from '../detector.ts';
import { entries, type Recent } from '../stats/recent.ts';
import type { Listed, ToldTool } from './told.ts';

/** A release of a server is told to all agents, each when it asks; what is aimed at one, to that one alone. */

const CHANGES = 128;
const keyOf = (server: string, tool: string, hash: string): string => `${server} ${tool} ${hash}`;

/** What definitions changed to, for the fleet. */
export function tellChanges(servers: Recent<Recent<ToldTool>>, tell: Tell): void {
  const changes = entries(servers).flatMap(([server, tools]) =>
    entries(tools).flatMap(([name, { lately }]) => (lately?.length ? [keyOf(server, name, lately.at(-1)![0])] : [])),
  );
  for (const key of changes.slice(0, CHANGES)) tell(key, 1);
}

/** Whether it was told of agents of the fleet on an earlier day that all of these tools are now what they are. */
export function isReleased(
  fleet: PeerView,
  server: string,
  listed: readonly Listed[],
  changed: readonly string[],
): boolean {
  const hashes = new Map(listed.map(({ name, hash }) => [name, hash]));
  return changed.every((name) => fleet.holders('tool-drift', keyOf(server, name, hashes.get(name) ?? '')) > 0);
}
