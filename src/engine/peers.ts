import { NO_PEERS, type PeerView } from '../../detectors/detector.ts';
import { type Contribution, type Delta, difference, type NamedChange, named, parted } from './contribution.ts';
import { FLEET, type GroupDelta, type GroupsJson, PeerChanges, PeerSums } from './peer-sums.ts';

/**
 * What peers know (rule R6). Each agent contributes the state it had before its first event of its latest active day;
 * the prior of day D sums what was contributed up to day D-1. So it does not matter how agents are spread over
 * partitions, nor in which order their events came.
 */
export interface PeerLedger {
  /** The agent's contribution changed, on `day`; `before` is null the first time, `after` where it is taken back. */
  tell(day: number, group: string, before: Contribution | null, after: Contribution | null): void;
  /** Takes in what was told to another ledger of the same partition. */
  hear(told: PeersTold): void;
  /** Takes into the prior what was contributed before `day`. */
  publish(day: number): void;
  view(group: string): PeerView;
  toJSON(): LedgerJson;
}

/** What one agent told: not yet in the published prior; of day `day`, it counts from the prior of the next day on. */
export interface PeersTold {
  day: number;
  group: string;
  /** How many agents more tell: 1, 0, or -1 for one that took it back. */
  agents: number;
  delta: Delta[];
}

export interface LedgerJson {
  groups: GroupsJson;
  pending: PendingJson[];
}

/** `first` in place of `agents`: of one agent, as earlier versions stored it. */
interface PendingJson {
  day: number;
  group: string;
  agents?: number;
  first?: boolean;
  delta: NamedChange[];
}

/** A prior over many partitions, as it is published: groups as in a ledger. */
export interface PublishedPrior {
  /** Day since the epoch that it is for: it holds what was contributed before. */
  day: number;
  groups: GroupsJson;
}

/** One prior out of the ledgers of all partitions: it does not matter how agents were spread over them. */
export function mergeLedgers(ledgers: readonly LedgerJson[], day: number): PublishedPrior {
  const merged = new PeerSums();
  for (const { groups, pending } of ledgers) {
    for (const [group, agents, keys] of groups) merged.add(group, { agents, delta: parted(keys) });
    for (const change of pending.toSorted((a, b) => a.day - b.day))
      if (change.day < day) count(merged, change.group, changeOf(change));
  }
  return { day, groups: merged.toJSON() };
}

/** The views of a published prior. */
export function priorViews({ groups }: PublishedPrior): Pick<PeerLedger, 'view'> {
  return createLedger({ groups, pending: [] });
}

/** `onTold` is shown what is told to this one, not what it hears of. */
export function createLedger(saved?: LedgerJson, onTold?: (told: PeersTold) => void): PeerLedger {
  const prior = new PeerSums(saved?.groups);
  const pending = new Map<number, PeerChanges>();
  let oldest = Number.POSITIVE_INFINITY;
  const views = new Map<string, PeerView>();

  const take = (day: number, group: string, change: GroupDelta): void => {
    const changes = pending.get(day) ?? new PeerChanges();
    pending.set(day, changes);
    changes.add(group, change, (name) => prior.has(name));
    oldest = Math.min(oldest, day);
  };
  for (const change of saved?.pending ?? []) take(change.day, change.group, changeOf(change));

  const hear = ({ day, group, agents, delta }: PeersTold): void => take(day, group, { agents, delta });

  return {
    tell(day, group, before, after) {
      const delta = difference(before ?? {}, after ?? {});
      const agents = Number(after !== null) - Number(before !== null);
      if (delta.length === 0 && agents === 0) return;
      const told = { day, group, agents, delta };
      hear(told);
      onTold?.(told);
    },
    hear,
    publish(day) {
      if (oldest >= day) return;
      const due = [...pending.keys()].filter((told) => told < day).sort((a, b) => a - b);
      for (const told of due) {
        for (const [group, change] of pending.get(told)!) count(prior, group, change);
        pending.delete(told);
      }
      oldest = Math.min(...pending.keys());
      views.clear();
    },
    view(group) {
      if (group === '') return NO_PEERS;
      const known = views.get(group);
      if (known !== undefined) return known;
      if (views.size >= 10_000) views.clear();
      const view = prior.view(group);
      views.set(group, view);
      return view;
    },
    toJSON: () => ({
      groups: prior.toJSON(),
      pending: [...pending].flatMap(([day, changes]) =>
        [...changes].map(([group, { agents, delta }]) => ({ day, group, agents, delta: named(delta) })),
      ),
    }),
  };
}

/** What agents of a group told counts for their group and for the fleet. */
function count(prior: PeerSums, group: string, change: GroupDelta): void {
  if (group !== '') prior.add(group, change);
  prior.add(FLEET, change);
}

const changeOf = ({ agents, first = false, delta }: PendingJson): GroupDelta => ({
  agents: agents ?? (first ? 1 : 0),
  delta: parted(delta),
});
