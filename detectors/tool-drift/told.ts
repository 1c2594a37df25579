import { emptyRecent, enter, entries, type Recent, youngest } from '../stats/recent.ts';

/** What a server said of one tool. */
export interface Told {
  hash: string;
  /** -1 not said, 0 no, 1 yes. */
  readOnly: number;
  /** A further definition, seen and judged, that was not learned. */
  pending: string;
  /** The last definitions that were judged, and when. */
  lately?: [hash: string, at: number][];
}

const DAY = 86_400_000;
/** Of all servers; of one at least the half, as long as a list may be, where others leave room. */
export const TOOLS = 2048;
/** So many definitions within so long were told one by one: the next ones are of a tool that changes all the time. */
const RESTLESS = { definitions: 3, days: 30 };
export const AGAIN = ` again, after ${RESTLESS.definitions} other definitions within ${RESTLESS.days} days`;

/** Notes the definition, too. One that comes back in turn with others is none of its own. */
export function isRestless(tool: Told, hash: string, at: number): boolean {
  const others = (tool.lately ?? []).filter(([other, then]) => other !== hash && at - then < RESTLESS.days * DAY);
  tool.lately = [...others.slice(-RESTLESS.definitions), [hash, at]];
  return others.length >= RESTLESS.definitions;
}

/** What one server lists must not crowd out what others did: the one with most tools makes room, down to its part. */
export function makeRoom(servers: Recent<Recent<Told>>): void {
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
