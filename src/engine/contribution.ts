/** What an agent tells its peers: detector id -> key -> value. */
export type Contribution = Record<string, Record<string, number>>;

/** By how much a key's holders and its sum change. */
export type Delta = [detector: string, key: string, holders: number, sum: number];

/** As it is stored: detector and key are one name, `detector\nkey`. */
export type NamedDelta = [name: string, holders: number, sum: number];

export const named = ([detector, key, holders, sum]: Delta): NamedDelta => [`${detector}\n${key}`, holders, sum];

export function parted([name, holders, sum]: NamedDelta): Delta {
  const end = name.indexOf('\n');
  return [name.slice(0, end), name.slice(end + 1), holders, sum];
}

/** What changed from one contribution of an agent to its next. */
export function difference(before: Contribution, after: Contribution): Delta[] {
  const delta: Delta[] = [];
  for (const detector in after) {
    const was = before[detector] ?? NOTHING;
    const now = after[detector]!;
    let kept = 0;
    for (const key in now) {
      const value = now[key]!;
      const old = Object.hasOwn(was, key) ? was[key] : undefined;
      if (old !== undefined) kept += 1;
      if (old !== value) delta.push([detector, key, old === undefined ? 1 : 0, value - (old ?? 0)]);
    }
    // Keys are seldom taken back: where all of them were met again there is nothing to look for.
    if (was !== NOTHING && kept < Object.keys(was).length) takeBack(detector, was, now, delta);
  }
  for (const detector in before)
    if (!Object.hasOwn(after, detector)) takeBack(detector, before[detector]!, NOTHING, delta);
  return delta;
}

const NOTHING: Record<string, number> = {};

function takeBack(detector: string, was: Record<string, number>, now: Record<string, number>, delta: Delta[]): void {
  for (const key in was) if (!Object.hasOwn(now, key)) delta.push([detector, key, -1, -was[key]!]);
}
