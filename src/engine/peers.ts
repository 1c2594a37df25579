import type { PeerView } from '../../detectors/detector.ts';
import { type Contribution, type Delta, difference, type NamedChange, named, parted } from './contribution.ts';

/**
 * What peers know (rule R6). Each agent contributes the state it had before its first event of its latest active day;
 * the prior of day D sums what was contributed up to day D-1. So it does not matter how agents are spread over
 * partitions, nor in which order their events came.
 */

/** The sums of one group. The group FLEET is all of them. */
interface GroupSums {
  agents: number;
  /** detector -> key -> [holders, sum]. */
  keys: Map<string, Map<string, Tally>>;
  /** Keys of all detectors. */
  size: number;
}
type Tally = [holders: number, sum: number];

/** What one agent told: not yet in the published prior; of day `day`, it counts from the prior of the next day on. */
export interface Told {
  day: number;
  group: string;
  first: boolean;
  delta: Delta[];
}

/** Distinct keys kept of one group; beyond it new keys are left out, which only makes a prior say less. */
const MAX_KEYS = 20_000;
/** The group of all: no agent.name can be it. */
export const FLEET = '\u0000';

export interface PeerLedger {
  /** The agent's contribution changed, on `day`; `before` is null the first time. */
  tell(day: number, group: string, before: Contribution | null, after: Contribution): void;
  /** Takes in what was told to another ledger of the same partition. */
  hear(told: Told): void;
  /** Takes into the prior what was contributed before `day`. */
  publish(day: number): void;
  view(group: string): PeerView;
  toJSON(): LedgerJson;
}

export interface LedgerJson {
  groups: [string, number, NamedChange[]][];
  pending: { day: number; group: string; first: boolean; delta: NamedChange[] }[];
}

/** A prior over many partitions, as it is published: groups as in a ledger. */
export interface PublishedPrior {
  /** Day since the epoch that it is for: it holds what was contributed before. */
  day: number;
  groups: LedgerJson['groups'];
}

/** One prior out of the ledgers of all partitions: it does not matter how agents were spread over them. */
export function mergeLedgers(ledgers: readonly LedgerJson[], day: number): PublishedPrior {
  const merged = new Map<string, GroupSums>();
  for (const { groups, pending } of ledgers) {
    for (const [group, agents, keys] of groups) add(merged, group, agents, parted(keys));
    for (const change of pending) if (change.day < day) addChange(merged, { ...change, delta: parted(change.delta) });
  }
  return { day, groups: groupsJson(merged) };
}

/** The views of a published prior. */
export function priorViews({ groups }: PublishedPrior): Pick<PeerLedger, 'view'> {
  return createLedger({ groups, pending: [] });
}

export const NO_PEERS: PeerView = { agents: 0, holders: () => 0, sum: () => 0 };

/** `onTold` is shown what is told to this one, not what it hears of. */
export function createLedger(saved?: LedgerJson, onTold?: (told: Told) => void): PeerLedger {
  const prior = new Map<string, GroupSums>();
  for (const [group, agents, keys] of saved?.groups ?? []) add(prior, group, agents, parted(keys));
  let pending: Told[] = (saved?.pending ?? []).map((one) => ({ ...one, delta: parted(one.delta) }));
  let oldest = pending.reduce((least, change) => Math.min(least, change.day), Number.POSITIVE_INFINITY);
  const views = new Map<string, PeerView>();

  const hear = (told: Told): void => {
    pending.push(told);
    oldest = Math.min(oldest, told.day);
  };

  return {
    tell(day, group, before, after) {
      const delta = difference(before ?? {}, after);
      if (delta.length === 0 && before !== null) return;
      const told = { day, group, first: before === null, delta };
      hear(told);
      onTold?.(told);
    },
    hear,
    publish(day) {
      if (oldest >= day) return;
      const later: Told[] = [];
      for (const change of pending) {
        if (change.day >= day) later.push(change);
        else addChange(prior, change);
      }
      pending = later;
      oldest = later.reduce((least, change) => Math.min(least, change.day), Number.POSITIVE_INFINITY);
      views.clear();
    },
    view(group) {
      if (group === '') return NO_PEERS;
      const known = views.get(group);
      if (known !== undefined) return known;
      if (views.size >= 10_000) views.clear();
      const view = viewOf(prior.get(group));
      views.set(group, view);
      return view;
    },
    toJSON: () => ({
      groups: groupsJson(prior),
      pending: pending.map((one) => ({ ...one, delta: named(one.delta) })),
    }),
  };
}

/** What an agent of a group told counts for its group and for the fleet. */
function addChange(prior: Map<string, GroupSums>, { group, first, delta }: Told): void {
  if (group !== '') add(prior, group, first ? 1 : 0, delta);
  add(prior, FLEET, first ? 1 : 0, delta);
}

function add(prior: Map<string, GroupSums>, group: string, agents: number, delta: Told['delta']): void {
  const sums: GroupSums = prior.get(group) ?? { agents: 0, keys: new Map(), size: 0 };
  prior.set(group, sums);
  sums.agents += agents;
  for (const [detector, changes] of delta) {
    const of = sums.keys.get(detector) ?? new Map<string, Tally>();
    sums.keys.set(detector, of);
    for (const [key, holders, sum] of changes) {
      const held = of.get(key);
      if (held === undefined) {
        if (sums.size >= MAX_KEYS) continue;
        of.set(key, [holders, sum]);
        sums.size += 1;
      } else {
        held[0] += holders;
        held[1] += sum;
        if (held[0] > 0) continue;
        of.delete(key);
        sums.size -= 1;
      }
    }
  }
}

const groupsJson = (prior: ReadonlyMap<string, GroupSums>): LedgerJson['groups'] =>
  [...prior].map(([group, { agents, keys }]) => [
    group,
    agents,
    named([...keys].map(([detector, of]) => [detector, [...of].map(([key, [holders, sum]]) => [key, holders, sum])])),
  ]);

function viewOf(sums: GroupSums | undefined): PeerView {
  if (sums === undefined) return NO_PEERS;
  return {
    agents: sums.agents,
    holders: (detector, key) => sums.keys.get(detector)?.get(key)?.[0] ?? 0,
    sum: (detector, key) => sums.keys.get(detector)?.get(key)?.[1] ?? 0,
  };
}
