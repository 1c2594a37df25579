/** What an agent tells its peers: detector id -> key -> value. */
export type Contribution = Record<string, Record<string, number>>;

/** By how much the holders and sums of one detector's keys change. */
export type Delta = [detector: string, changes: Change[]];
type Change = [key: string, holders: number, sum: number];

/** As it is stored: detector and key are one name, `detector\nkey`. */
export type NamedChange = [name: string, holders: number, sum: number];

export const named = (deltas: Iterable<Delta>): NamedChange[] =>
  [...deltas].flatMap(([detector, changes]) =>
    changes.map(([key, holders, sum]): NamedChange => [`${detector}\n${key}`, holders, sum]),
  );

export function parted(changes: readonly NamedChange[]): Delta[] {
  const of = new Map<string, Change[]>();
  for (const [name, holders, sum] of changes) {
    const end = name.indexOf('\n');
    const detector = name.slice(0, end);
    const known = of.get(detector) ?? [];
    of.set(detector, known);
    known.push([name.slice(end + 1), holders, sum]);
  }
  return [...of];
}

/** What changed from one contribution of an agent to its next. */
export function difference(before: Contribution, after: Contribution): Delta[] {
  const deltas: Delta[] = [];
  for (const detector of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const changes = changesOf(before[detector] ?? NOTHING, after[detector] ?? NOTHING);
    if (changes.length > 0) deltas.push([detector, changes]);
  }
  return deltas;
}

const NOTHING: Record<string, number> = {};

function changesOf(was: Record<string, number>, now: Record<string, number>): Change[] {
  const changes: Change[] = [];
  let kept = 0;
  for (const key in now) {
    const value = now[key]!;
    const old = Object.hasOwn(was, key) ? was[key] : undefined;
    if (old !== undefined) kept += 1;
    if (old !== value) changes.push([key, old === undefined ? 1 : 0, value - (old ?? 0)]);
  }
  // Keys are seldom taken back: where all of them were met again there is nothing to look for.
  if (kept < Object.keys(was).length)
    for (const key in was) if (!Object.hasOwn(now, key)) changes.push([key, -1, -was[key]!]);
  return changes;
}
