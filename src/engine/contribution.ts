import type { Tell } from '../../detectors/detector.ts';

/** What an agent tells its peers: by detector id. */
export type Contribution = Record<string, Shares>;

/** Keys, each once, and their values. Lists, as the next ones are nearly the same: they are held against each other in order. */
export interface Shares {
  keys: string[];
  values: number[];
}

export function shares(told: (tell: Tell) => void): Shares {
  const keys: string[] = [];
  const values: number[] = [];
  told((key, value) => {
    keys.push(key);
    values.push(value);
  });
  return { keys, values };
}

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
    const changes = changesOf(earlier(before[detector]), after[detector] ?? NOTHING);
    if (changes.length > 0) deltas.push([detector, changes]);
  }
  return deltas;
}

const NOTHING: Shares = { keys: [], values: [] };

/** States that an earlier version stored have the values by their keys. */
function earlier(told: Shares | Record<string, number> = NOTHING): Shares {
  return Array.isArray(told.keys)
    ? (told as Shares)
    : { keys: Object.keys(told), values: Object.values(told) as number[] };
}

function changesOf(was: Shares, now: Shares): Change[] {
  const changes: Change[] = [];
  /** What was told and is not met again yet, from where the lists part. */
  let left: Map<string, number> | undefined;
  for (let n = 0; n < now.keys.length; n += 1) {
    const key = now.keys[n]!;
    let old: number | undefined;
    if (left === undefined && was.keys[n] === key) old = was.values[n];
    else {
      left ??= from(was, n);
      old = left.get(key);
      left.delete(key);
    }
    const value = now.values[n]!;
    if (old !== value) changes.push([key, old === undefined ? 1 : 0, value - (old ?? 0)]);
  }
  for (const [key, value] of left ?? from(was, now.keys.length)) changes.push([key, -1, -value]);
  return changes;
}

function from({ keys, values }: Shares, start: number): Map<string, number> {
  const rest = new Map<string, number>();
  for (let n = start; n < keys.length; n += 1) rest.set(keys[n]!, values[n]!);
  return rest;
}
