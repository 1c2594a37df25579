import type { PeerView, Tell } from '../detector.ts';
import { entries, type Recent } from '../stats/recent.ts';
import { TEXT_ALONE, type ToolChanges } from './said.ts';
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

/** What a list of a server says that it did not say before. */
interface News extends Pick<ToolChanges, 'changed' | 'differing' | 'added'> {
  server: string;
  listed: readonly Listed[];
}

/** Whether all of what changed is a release: agents of the fleet were told the same on an earlier day, or all is worded anew. */
export function isReleased(fleet: PeerView, news: News): boolean {
  const hashes = new Map(news.listed.map(({ name, hash }) => [name, hash]));
  const isTold = (name: string): boolean =>
    fleet.holders('tool-drift', keyOf(news.server, name, hashes.get(name) ?? '')) > 0;
  return isReworded(news) || news.changed.every(isTold);
}

const LEAST_LIST = 3;

/**
 * Each of the tools that were known says in other words that it takes what it took: a release words its list anew; who turns
 * a tool against its users changes that one, or what it is to be given.
 */
const isReworded = ({ listed, changed, differing, added }: News): boolean =>
  changed.length >= LEAST_LIST &&
  changed.length === listed.length - added.length &&
  changed.every((name) => differing[name] === TEXT_ALONE);
