import { DAY } from '../../schemas/durations.ts';
import { emptyRecent, enter, entries, type Recent, touch, youngest } from '../stats/recent.ts';

/** What a server said of one tool. */
export interface ToldTool {
  hash: string;
  /** As DeclaredTool has them; '' where they were not told. */
  parts?: string;
  /** -1 not said, 0 no, 1 yes. */
  readOnly: number;
  /** A further definition, seen and judged, that was not learned. */
  pending: string;
  /** The last definitions that were judged, and when. */
  lately?: [hash: string, at: number][];
}

/** One tool as a list has it. */
export interface Listed {
  name: string;
  hash: string;
  parts: string;
  readOnly: number;
  instructs?: string;
}

/** On how many days a server listed no tool that was new, and the last of them. */
export type Quiet = [days: number, last: number];

const SERVERS = 64;
/** Of all servers; of one at least the half, as long as a list may be, where others leave room. */
export const TOOLS = 2048;
/** So many definitions within so long were told one by one: the next ones are of a tool that changes all the time. */
const RESTLESS = { definitions: 3, days: 30 };
export const AGAIN = ` again, after ${RESTLESS.definitions} other definitions within ${RESTLESS.days} days`;

/** Notes the definition, too. One that comes back in turn with others is none of its own. */
export function isRestless(tool: ToldTool, hash: string, at: number): boolean {
  const others = (tool.lately ?? []).filter(([other, then]) => other !== hash && at - then < RESTLESS.days * DAY);
  tool.lately = [...others.slice(-RESTLESS.definitions), [hash, at]];
  return others.length >= RESTLESS.definitions;
}

/** Takes a list of a server for what its tools are. */
export function keepList(servers: Recent<Recent<ToldTool>>, server: string, listed: readonly Listed[]): void {
  const tools = touch<Recent<ToldTool>>(servers, server, SERVERS, emptyRecent);
  for (const { name, hash, parts, readOnly } of listed)
    Object.assign(
      touch<ToldTool>(tools, name, TOOLS, () => ({ hash, readOnly, pending: '' })),
      { hash, parts, readOnly, pending: '' },
    );
  makeRoom(servers);
}

/** So many days without a new tool make a list settled: its further pages come sooner than that. */
export const SETTLED = 5;

/** Another list of the server. */
export function noteList(all: Recent<Quiet>, server: string, at: number, grew: boolean): void {
  const day = Math.floor(at / DAY);
  const quiet = touch<Quiet>(all, server, SERVERS, () => [0, day]);
  if (grew) quiet[0] = 0;
  else if (day > quiet[1]) quiet[0] = Math.min(SETTLED, quiet[0] + 1);
  quiet[1] = Math.max(quiet[1], day);
}

/** What one server lists must not crowd out what others did: the one with most tools makes room, down to its part. */
export function makeRoom(servers: Recent<Recent<ToldTool>>): void {
  const lists = entries(servers).map(([, tools]) => ({ tools, size: entries(tools).length }));
  const part = Math.floor(TOOLS / lists.length);
  let excess = lists.reduce((sum, { size }) => sum + size, 0) - TOOLS;
  for (const { tools, size } of lists.sort((one, other) => other.size - one.size)) {
    if (excess <= 0) return;
    const kept = youngest(tools, Math.max(part, size - excess));
    excess -= size - kept.length;
    Object.assign(tools, emptyRecent());
    for (const [name, one] of kept) enter(tools, name, TOOLS, one);
  }
}
