import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { PeerView, Score, Seen } from '../detector.ts';
import { tailAbove } from '../stats/count-tail.ts';
import { emptyRecent, peek, type Recent, touch } from '../stats/recent.ts';
import { total } from './days.ts';

/** Use creep by reach, and grant creep: new privileged tools, or new grants, one after the other. 12 KB at most. */
export interface Arrivals {
  /** First day of the agent. */
  since: number;
  /** Privileged tools: the day they came (-1: while settling), whether peers share them, the last day of use. */
  tools: Recent<[day: number, shared: 0 | 1, last: number]>;
  grants: Recent<[day: number]>;
  /** Highest class rank used so far. */
  highest: number;
  /** What came within ARRIVAL_DAYS, oldest first. */
  recent: Arrival[];
  /** How many came ever: what is used without a new grant, and under one. */
  came: Record<Kind, number>;
}

type Kind = 'use' | 'grant';

interface Arrival {
  day: number;
  kind: Kind;
  what: string;
  rank: number;
  /** A class above everything the agent used before. */
  step: boolean;
  /** Share of the peers that use it as well. */
  shared: number;
  key: string;
}

/** What a call has to do with arrivals. */
export interface Met {
  /** Its tool or grant came lately. */
  kind: Kind | null;
  /** Its grant or tool came within the last four months, or the tool came to its peers as well: no growth of use. */
  explained: boolean;
  /** A privileged tool that was not used before on this day. */
  firstToday: boolean;
}

const ARRIVAL_DAYS = 35;
const MAX_ARRIVALS = 32;
/** Everything is new in the first days. */
export const SETTLING_DAYS = 14;
/** So many days of the fleet's habit stand in for an agent's own. */
const PRIOR_DAYS = 30;
const YOUNG_DAYS = 120;
/** A tool that so many of the peers use came to the team, not to the agent. */
const SHARED = 0.3;

export const emptyArrivals = (): Arrivals => ({
  since: -1,
  tools: emptyRecent(),
  grants: emptyRecent(),
  highest: 0,
  recent: [],
  came: { use: 0, grant: 0 },
});

/** Notes what is used for the first time. Reads are no privilege that creeps. */
export function meet(state: Arrivals, day: number, seen: Seen, tool: string, peers: (key: string) => number): Met {
  if (state.since < 0) state.since = day;
  state.recent = state.recent.filter((one) => day - one.day < ARRIVAL_DAYS);
  const rank = classRank(seen.class);
  if (rank < classRank('write')) return { kind: null, explained: false, firstToday: false };
  const settling = day - state.since < SETTLING_DAYS;
  const shared = peers(`t:${tool}`);
  const fresh = (kind: Kind, what: string): void => {
    const step = rank > state.highest;
    state.recent = [...state.recent, { day, kind, what, rank, step, shared, key: seen.event.key }].slice(-MAX_ARRIVALS);
    state.came[kind] += 1;
  };
  const grant = seen.scope === 'in' ? seen.grantId.slice(0, 80) : '';
  let young = false;
  if (grant !== '') {
    const known = peek(state.grants, grant) !== undefined;
    const [came] = touch<[number]>(state.grants, grant, 64, () => [settling ? -1 : day]);
    young = came >= 0 && day - came < YOUNG_DAYS;
    if (!known && !settling) fresh('grant', grant);
  }
  const known = peek(state.tools, tool) !== undefined;
  const entry = touch<[number, 0 | 1, number]>(state.tools, tool, 128, () => [settling ? -1 : day, 0, -1]);
  const firstToday = day > entry[2];
  entry[2] = Math.max(entry[2], day);
  if (!known && !settling && !young) fresh('use', tool);
  if (entry[0] >= 0 && shared >= SHARED) entry[1] = 1;
  // Peers tell of a release a day late: who was the first of them to use it was not alone.
  for (const one of state.recent) if (one.what === tool) one.shared = Math.max(one.shared, shared);
  state.highest = Math.max(state.highest, rank);
  const kind = state.recent.findLast(({ what }) => what === tool || what === grant)?.kind ?? null;
  const came = entry[0] >= 0 && day - entry[0] < YOUNG_DAYS;
  return { kind, explained: young || came || entry[1] === 1, firstToday };
}

/** What the fleet meets, an agent and day. */
export const habitOf = (fleet: PeerView, kind: Kind): number =>
  (fleet.sum('privilege-creep', kind) + 0.5) / (fleet.sum('privilege-creep', 'days') + 100);

/** What an event is told of it, whose tool or grant came lately: one of several within five weeks. */
export function cameNew(
  state: Arrivals,
  day: number,
  kind: Kind,
  habit: number,
  name: PrivilegeClass,
): Omit<Score, 'n' | 'days'> | null {
  const recent = state.recent.filter((one) => one.kind === kind);
  const things = [...new Set(recent.map(({ what }) => what))];
  if (things.length < 2) return null;
  // A step that peers took as well is theirs; a stronger class counts for more than one of the weaker.
  const weight = total(recent, ({ rank, shared }) => (1 - shared) * (1 + 0.5 * (rank - classRank('write'))));
  const steps = recent.filter(({ step, shared }) => step && shared < SHARED).length;
  const days = Math.max(0, day - state.since - SETTLING_DAYS - ARRIVAL_DAYS);
  const before = Math.max(0, state.came[kind] - recent.length);
  const past = { count: before + habit * PRIOR_DAYS, exposure: days + PRIOR_DAYS };
  const rare = tailAbove(weight, ARRIVAL_DAYS, past);
  const usual = (past.count / past.exposure) * ARRIVAL_DAYS;
  return {
    score: Math.min(12, rare + 0.5 * steps),
    reason: `${kind}_creep`,
    severity: recent.some(({ rank, step }) => step && rank >= classRank('execute')) ? 'high' : 'medium',
    seen: `${things.length} new ${kind === 'use' ? 'privileged tools' : 'grants'} in use within ${day - recent[0]!.day + 1} days, up to class ${name}: ${things.slice(-5).join(', ')}`,
    expected: `${usual.toFixed(2)} in ${ARRIVAL_DAYS} days, by its own past and the fleet's`,
    contributors: [
      { name: 'new ones, by class, those that peers share left out', value: weight },
      { name: 'steps to a class above all before', value: steps },
      { name: 'how seldom so many come', value: rare },
    ],
    eventKeys: recent.map(({ key }) => key).slice(-20),
  };
}
