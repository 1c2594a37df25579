import { DAY } from '../../schemas/durations.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { listed } from '../stats/listed.ts';
import { mix } from '../stats/mix.ts';
import { perPair } from '../stats/per-pair.ts';
import { emptyRecent, enter, peek, type Recent, touch } from '../stats/recent.ts';

/**
 * A delegation root is on whose behalf all of it is done, together with the task: the user behind the agent or, where none
 * is named, the last of the chain, who delegated first; and the task's id, or none. So another task of the same person is
 * another root, a chain that grew by a hand is the same one, and where nobody is named there is none. Sessions under one
 * root belong together for a day.
 */
interface Place {
  eventKey: string;
  session: string;
  at: number;
}

/** By root and tool: what brought content last. 24 roots of 8 tools, 150 bytes each: 28 KB when full. */
export type Roots = Recent<Recent<Place>>;

/** By hash: a value, the root it came under and the tool that brought it. 192 values of 150 bytes: 28 KB when full. */
export type Values = Recent<Place & { root: string; tool: string }>;

const ROOTS = 24;
const TOOLS = 8;
const VALUES = 192;

/** On whose behalf an agent acts, as far back as is told. */
export const principalOf = ({ user, delegation, agent }: CanonicalEvent): string | undefined =>
  user?.id ?? user?.email ?? delegation?.findLast(({ sub }) => sub !== agent.id)?.sub;

/** Key of the root, '' where there is none. */
export function rootOf(body: CanonicalEvent): string {
  const principal = principalOf(body);
  return principal === undefined ? '' : rootKey(principal, body.task?.id ?? '');
}

const rootKey = perPair((principal, task) => mix(principal, task));

/** The root as people call it. */
export function rootName(body: CanonicalEvent): string {
  const task = body.task?.id === undefined ? '' : `, task ${body.task.id.slice(0, 40)}`;
  return `${(principalOf(body) ?? '').slice(0, 40)}${task}`;
}

const placeOf = ({ event, session, at }: Seen): Place => ({ eventKey: event.key, session: mix(session), at });
/** What comes late was not there before. */
const isBefore = (place: Place, { at }: Seen): boolean => at - DAY <= place.at && place.at <= at;

/** This tool brought content under the root. */
export function noteTool(roots: Roots, root: string, tool: string, seen: Seen): void {
  const tools = touch<Recent<Place>>(roots, root, ROOTS, emptyRecent);
  Object.assign(
    touch(tools, tool, TOOLS, () => placeOf(seen)),
    placeOf(seen),
  );
}

/** Tools that brought content under the root, and whether this session used them last. */
export function toolsUnder(roots: Roots, root: string, seen: Seen): { tool: string; eventKey: string; own: boolean }[] {
  const tools = peek(roots, root);
  if (tools === undefined) return [];
  const session = mix(seen.session);
  return listed(tools)
    .filter(([, place]) => isBefore(place, seen))
    .map(([tool, place]) => ({ tool, eventKey: place.eventKey, own: place.session === session }));
}

/** Values that no result brought before came under the event's root. */
export function noteValues(values: Values, hashes: readonly string[], tool: string, seen: Seen): void {
  const root = hashes.length === 0 ? '' : rootOf(seen.event.body);
  if (root === '') return;
  const place = { ...placeOf(seen), root, tool };
  for (const hash of hashes) if (peek(values, hash) === undefined) enter(values, hash, VALUES, place);
}

/** Where another session of the event's root had met the value. */
export function elsewhere(
  values: Values,
  hash: string,
  seen: Seen,
): { tool: string; eventKey: string; root: string } | undefined {
  const place = peek(values, hash);
  if (place === undefined || place.root !== rootOf(seen.event.body) || !isBefore(place, seen)) return undefined;
  if (place.session === mix(seen.session)) return undefined;
  return { tool: place.tool, eventKey: place.eventKey, root: rootName(seen.event.body) };
}
