import type { PeerView } from '../../detectors/detector.ts';

/**
 * What peers know (rule R6). Each agent contributes the state it had before its first event of its latest active day;
 * the prior of day D sums what was contributed up to day D-1. So it does not matter how agents are spread over
 * partitions, nor in which order their events came.
 */

/** Detector id -> key -> value. */
export type Contribution = Record<string, Record<string, number>>;

/** The sums of one group. The group FLEET is all of them. */
interface GroupSums {
  agents: number;
  /** detector -> key -> [holders, sum]. */
  keys: Map<string, Map<string, Tally>>;
  /** Keys of all detectors. */
  size: number;
}
type Tally = [holders: number, sum: number];

/** Changes not yet in the published prior: those of day `day` count from the prior of the next day on. */
interface Pending {
  day: number;
  group: string;
  first: boolean;
  delta: Delta[];
}
type Delta = [detector: string, key: string, holders: number, sum: number];

/** Distinct keys kept of one group; beyond it new keys are left out, which only makes a prior say less. */
const MAX_KEYS = 20_000;
/** The group of all: no agent.name can be it. */
export const FLEET = '\u0000';

export interface PeerLedger {
  /** The agent's contribution changed, on `day`; `before` is null the first time. */
  tell(day: number, group: string, before: Contribution | null, after: Contribution): void;
  /** Takes into the prior what was contributed before `day`. */
  publish(day: number): void;
  view(group: string): PeerView;
  toJSON(): LedgerJson;
}

/** As it is stored: detector and key are one name, `detector\nkey`. */
export interface LedgerJson {
  groups: [string, number, NamedDelta[]][];
  pending: { day: number; group: string; first: boolean; delta: NamedDelta[] }[];
}
type NamedDelta = [name: string, holders: number, sum: number];

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
    for (const [group, agents, keys] of groups) add(merged, group, agents, keys.map(parted));
    for (const change of pending)
      if (change.day < day) addChange(merged, { ...change, delta: change.delta.map(parted) });
  }
  return { day, groups: groupsJson(merged) };
}

/** The views of a published prior. */
export function priorViews({ groups }: PublishedPrior): Pick<PeerLedger, 'view'> {
  return createLedger({ groups, pending: [] });
}

export const NO_PEERS: PeerView = { agents: 0, holders: () => 0, sum: () => 0 };

export function createLedger(saved?: LedgerJson): PeerLedger {
  const prior = new Map<string, GroupSums>();
  for (const [group, agents, keys] of saved?.groups ?? []) add(prior, group, agents, keys.map(parted));
  let pending: Pending[] = (saved?.pending ?? []).map((one) => ({ ...one, delta: one.delta.map(parted) }));
  let oldest = pending.reduce((least, change) => Math.min(least, change.day), Number.POSITIVE_INFINITY);
  const views = new Map<string, PeerView>();

  return {
    tell(day, group, before, after) {
      const delta = difference(before ?? {}, after);
      if (delta.length > 0 || before === null) {
        pending.push({ day, group, first: before === null, delta });
        oldest = Math.min(oldest, day);
      }
    },
    publish(day) {
      if (oldest >= day) return;
      const later: Pending[] = [];
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
      pending: pending.map((one) => ({ ...one, delta: one.delta.map(named) })),
    }),
  };
}

/** What an agent of a group told counts for its group and for the fleet. */
function addChange(prior: Map<string, GroupSums>, { group, first, delta }: Pending): void {
  if (group !== '') add(prior, group, first ? 1 : 0, delta);
  add(prior, FLEET, first ? 1 : 0, delta);
}

function add(prior: Map<string, GroupSums>, group: string, agents: number, delta: Pending['delta']): void {
  const sums: GroupSums = prior.get(group) ?? { agents: 0, keys: new Map(), size: 0 };
  prior.set(group, sums);
  sums.agents += agents;
  for (const [detector, key, holders, sum] of delta) {
    const of = sums.keys.get(detector) ?? new Map<string, Tally>();
    const held = of.get(key);
    if (held === undefined) {
      if (sums.size >= MAX_KEYS) continue;
      of.set(key, [holders, sum]);
      sums.keys.set(detector, of);
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

const named = ([detector, key, holders, sum]: Delta): NamedDelta => [`${detector}\n${key}`, holders, sum];

function parted([name, holders, sum]: NamedDelta): Delta {
  const end = name.indexOf('\n');
  return [name.slice(0, end), name.slice(end + 1), holders, sum];
}

const groupsJson = (prior: ReadonlyMap<string, GroupSums>): LedgerJson['groups'] =>
  [...prior].map(([group, { agents, keys }]) => [
    group,
    agents,
    [...keys].flatMap(([detector, of]) => [...of].map(([key, [holders, sum]]) => named([detector, key, holders, sum]))),
  ]);

function viewOf(sums: GroupSums | undefined): PeerView {
  if (sums === undefined) return NO_PEERS;
  return {
    agents: sums.agents,
    holders: (detector, key) => sums.keys.get(detector)?.get(key)?.[0] ?? 0,
    sum: (detector, key) => sums.keys.get(detector)?.get(key)?.[1] ?? 0,
  };
}

function difference(before: Contribution, after: Contribution): Delta[] {
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
