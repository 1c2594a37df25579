import { NO_PEERS, type PeerView } from '../../detectors/detector.ts';
import { compared } from '../../schemas/compared.ts';
import { type Delta, type NamedChange, named, parted } from './contribution.ts';

/** The group of all: no agent.name can be it. */
export const FLEET = '\u0000';

/** Distinct keys kept of one group; beyond it new keys are left out, which only makes a prior say less. */
const MAX_KEYS = 20_000;
/**
 * The same of all groups but the fleet: beyond it new groups are left out, and their agents have the fleet as peers. Where
 * each agent has a name of its own, and each name is a group of one, groups say nothing: they would fill the memory.
 */
const MAX_IN_GROUPS = 150_000;

/** What the agents of one group told, summed: of `agents` more, by detector and key. */
export interface GroupDelta {
  agents: number;
  delta: Delta[];
}

export type GroupsJson = [group: string, agents: number, keys: NamedChange[]][];

type Tally = [holders: number, sum: number];
interface Sums {
  agents: number;
  keys: Map<string, Map<string, Tally>>;
  /** Keys of all detectors. */
  size: number;
}

/** A key that nobody held, and where it belongs. */
interface FreshKey {
  of: Map<string, Tally>;
  detector: string;
  key: string;
  tally: Tally;
}

const byName = (a: FreshKey, b: FreshKey): number => compared(a.detector, b.detector) || compared(a.key, b.key);

const empty = (): Sums => ({ agents: 0, keys: new Map(), size: 0 });

function keysOf({ keys }: Sums, detector: string): Map<string, Tally> {
  const known = keys.get(detector);
  if (known !== undefined) return known;
  const fresh = new Map<string, Tally>();
  keys.set(detector, fresh);
  return fresh;
}

const deltaOf = ({ keys }: Sums): Delta[] =>
  [...keys].map(([detector, of]) => [detector, [...of].map(([key, [holders, sum]]) => [key, holders, sum])]);

/** What is told counts at once: the sums of each group. */
export class PeerSums {
  #groups = new Map<string, Sums>();
  /** Keys of all groups but the fleet. */
  #size = 0;

  constructor(saved: GroupsJson = []) {
    for (const [group, agents, keys] of saved) this.add(group, { agents, delta: parted(keys) });
  }

  add(group: string, { agents, delta }: GroupDelta): void {
    const sums = this.#groups.get(group) ?? this.#opened(group, agents);
    if (sums === undefined) return;
    const before = sums.size;
    sums.agents += agents;
    const fresh: FreshKey[] = [];
    for (const [detector, changes] of delta) {
      const of = keysOf(sums, detector);
      for (const [key, holders, sum] of changes) {
        const held = of.get(key);
        if (held === undefined) {
          // Else a change of what was left out.
          if (holders > 0) fresh.push({ of, detector, key, tally: [holders, sum] });
          continue;
        }
        held[0] += holders;
        held[1] += sum;
        if (held[0] > 0) continue;
        of.delete(key);
        sums.size -= 1;
      }
    }
    // Which of them find room must not depend on who told first: agents of several partitions or threads tell in any order.
    if (sums.size + fresh.length > MAX_KEYS) fresh.sort(byName);
    for (const { of, key, tally } of fresh.slice(0, Math.max(0, MAX_KEYS - sums.size))) {
      of.set(key, tally);
      sums.size += 1;
    }
    if (group !== FLEET) this.#size += sums.size - before;
  }

  has(group: string): boolean {
    return this.#groups.has(group);
  }

  view(group: string): PeerView {
    const sums = this.#groups.get(group);
    if (sums === undefined) return NO_PEERS;
    return {
      agents: sums.agents,
      holders: (detector, key) => sums.keys.get(detector)?.get(key)?.[0] ?? 0,
      sum: (detector, key) => sums.keys.get(detector)?.get(key)?.[1] ?? 0,
    };
  }

  toJSON(): GroupsJson {
    return [...this.#groups].map(([group, sums]) => [group, sums.agents, named(deltaOf(sums))]);
  }

  /** A group begins with agents that tell all that they know, and while there is room. */
  #opened(group: string, agents: number): Sums | undefined {
    if (group !== FLEET && (agents <= 0 || this.#size >= MAX_IN_GROUPS)) return undefined;
    const sums = empty();
    this.#groups.set(group, sums);
    return sums;
  }
}

/** What was told on one day and does not count yet: the changes of each group, put together. */
export class PeerChanges {
  #groups = new Map<string, Sums>();
  /** Keys of all groups. */
  #size = 0;

  /** `known`: groups that have a place already; another one whose turn comes too late tells the fleet alone. */
  add(group: string, { agents, delta }: GroupDelta, known: (group: string) => boolean): void {
    const full = this.#size >= MAX_IN_GROUPS;
    const name = full && !this.#groups.has(group) && !known(group) ? '' : group;
    const sums = this.#groups.get(name) ?? empty();
    this.#groups.set(name, sums);
    sums.agents += agents;
    for (const [detector, changes] of delta) {
      const of = keysOf(sums, detector);
      for (const [key, holders, sum] of changes) {
        const held = of.get(key);
        if (held !== undefined) {
          held[0] += holders;
          held[1] += sum;
        } else if (holders < 0 || (name === '' ? sums.size < MAX_KEYS : !full)) {
          // What an agent holds no longer was given a place on another day.
          of.set(key, [holders, sum]);
          sums.size += 1;
          this.#size += 1;
        }
      }
    }
  }

  /** Groups in the order of their names, whoever told first. */
  *[Symbol.iterator](): Iterator<[group: string, GroupDelta]> {
    for (const [group, sums] of [...this.#groups].sort(([a], [b]) => compared(a, b)))
      yield [group, { agents: sums.agents, delta: deltaOf(sums) }];
  }
}
