import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { PeerView, Score, Seen } from '../detector.ts';
import { tailAbove } from '../stats/count-tail.ts';
import { onceIn } from '../stats/once-in.ts';
import { TEAM } from '../stats/peer-share.ts';
import { emptyRecent, entries, peek, type Recent, touch } from '../stats/recent.ts';
import { type Counted, total } from './days.ts';
import { countYoung, emptyYoung, grownUp, isYoung, type Young } from './young.ts';

/** Use creep by reach, and grant creep: new privileged tools, or new grants, one after the other. 12 KB for most, 40 at most. */
export interface Arrivals {
  /** First day of the agent. */
  since: number;
  /**
   * Privileged tools: the day they came (-1: while settling), whether peers share them, the last day of use, and which one
   * they took the place of, as it seemed on the first day.
   */
  tools: Recent<Tool>;
  /** Absent in what was kept before they were counted. */
  young?: Young;
  /** Grants: the day they came (-1: while settling), and whether anything new and privileged was done under them. */
  grants: Recent<[day: number, privileged?: 0 | 1]>;
  /** Highest class rank used so far. */
  highest: number;
  /** What came within ARRIVAL_DAYS, oldest first. */
  recent: Arrival[];
  /** How many came ever: what is used without a new grant, and under one. */
  came: Record<Kind, number>;
}

type Kind = 'use' | 'grant';
type Tool = [day: number, shared: 0 | 1, last: number, from?: string];

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
  /** Its tool came within the last four months, or came to its peers as well: no growth of use. */
  explained: boolean;
  /** What its tool did while it was young, from the first day on which it counts. */
  past?: Counted | undefined;
  /** A privileged tool that was not used before on this day. */
  firstToday: boolean;
}

const ARRIVAL_DAYS = 35;
const MAX_ARRIVALS = 32;
/** Everything is new in the first days. */
export const SETTLING_DAYS = 14;
/** So many days of the fleet's habit stand in for an agent's own. */
const PRIOR_DAYS = 30;
/** A tool moves where one of its name was in use this lately elsewhere, and is no more so many days after. */
const LATELY_DAYS = 14;
const OVERLAP_DAYS = 3;
const MOVES = 4;

export const emptyArrivals = (): Arrivals => ({
  since: -1,
  tools: emptyRecent(),
  young: emptyYoung(),
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
  const settling = day - state.since < SETTLING_DAYS;
  const grant = seen.scope === 'in' ? seen.grantId.slice(0, 80) : '';
  const known = peek(state.tools, tool) !== undefined;
  // A grant given anew, as those for some hours are, brings nothing as long as what is known is done under it.
  const privileged = rank >= classRank('write');
  const under =
    grant === '' ? 'old' : underGrant(state, grant, settling ? -1 : cameOn(seen, day), day, privileged && !known);
  if (!privileged) return { kind: null, explained: false, firstToday: false };
  const shared = peers(`t:${tool}`);
  const fresh = (kind: Kind, what: string): void => {
    const step = rank > state.highest;
    state.recent = [...state.recent, { day, kind, what, rank, step, shared, key: seen.event.key }].slice(-MAX_ARRIVALS);
    state.came[kind] += 1;
  };
  if (under === 'first') fresh('grant', grant);
  const from = known || settling ? undefined : predecessor(state, day, seen.event.body.server.id, tool);
  const came = settling ? -1 : day;
  const entry = touch<Tool>(state.tools, tool, 128, () => (from === undefined ? [came, 0, -1] : [came, 0, -1, from]));
  const firstToday = day > entry[2];
  entry[2] = Math.max(entry[2], day);
  // A store of secrets that its arguments name is told as that, and makes it no new tool.
  if (!known && !settling && under === 'old' && seen.stores.length === 0) fresh('use', tool);
  if (entry[0] >= 0 && shared >= TEAM) entry[1] = 1;
  // Peers tell of a release a day late: who was the first of them to use it was not alone.
  for (const one of state.recent) if (one.what === tool) one.shared = Math.max(one.shared, shared);
  state.highest = Math.max(state.highest, rank);
  const kind = state.recent.findLast(({ what }) => what === tool || what === grant)?.kind ?? null;
  const [since, common] = before(state, day, entry);
  const explained = isYoung(since, day) || common === 1;
  state.young ??= emptyYoung();
  if (!explained) return { kind, explained, firstToday, past: grownUp(state.young, tool) };
  if (common === 0) countYoung(state.young, tool, day);
  return { kind, explained, firstToday };
}

/** A grant without a date came when it was first used. */
const cameOn = ({ grantSince }: Seen, day: number): number =>
  Number.isFinite(grantSince) ? Math.floor(grantSince / DAY) : day;

/** Notes a grant: is this the first new and privileged call under one that came lately, or is it young, or old? */
function underGrant(
  state: Arrivals,
  grant: string,
  came: number,
  day: number,
  brings: boolean,
): 'first' | 'young' | 'old' {
  const entry = touch<[number, (0 | 1)?]>(state.grants, grant, 64, () => [came, 0]);
  const [since, used = 1] = entry;
  if (brings) entry[1] = 1;
  if (!isYoung(since, day)) return 'old';
  return brings && used === 0 ? 'first' : 'young';
}

/** The tool of the same name on another server that was used last, and lately. */
function predecessor({ tools }: Arrivals, day: number, server: string, tool: string): string | undefined {
  const name = tool.slice(server.length);
  const alike = entries(tools).filter(
    ([key, [, , last]]) => key.endsWith(name) && key !== tool && day - last < LATELY_DAYS,
  );
  return alike.sort(([a, [, , one]], [b, [, , two]]) => two - one || (a < b ? -1 : 1))[0]?.[0];
}

/** What the tool was before it moved: a server that was renamed or replaced brings nothing new to what is done there. */
function before({ tools }: Arrivals, day: number, tool: Tool): Tool {
  let now = tool;
  for (let moves = 0; moves < MOVES && now[3] !== undefined; moves += 1) {
    const old = peek(tools, now[3]);
    if (old === undefined) break;
    // Where both are used there are two, unless that was for some days, until all had moved.
    const [came, last] = [now[0], old[2]];
    if (last >= came && (day <= came + OVERLAP_DAYS || last > came + OVERLAP_DAYS)) break;
    now = old;
  }
  return now;
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
  const steps = recent.filter(({ step, shared }) => step && shared < TEAM).length;
  const days = Math.max(0, day - state.since - SETTLING_DAYS - ARRIVAL_DAYS);
  const before = Math.max(0, state.came[kind] - recent.length);
  const past = { count: before + habit * PRIOR_DAYS, exposure: days + PRIOR_DAYS };
  const rare = tailAbove(weight, ARRIVAL_DAYS, past);
  return {
    score: Math.min(12, rare + 0.5 * steps),
    reason: `${kind}_creep`,
    // More of the same and something new are two findings: who is told of the one would not hear of the other.
    story: kind === 'use' ? 'use_creep new tools' : 'grant_creep',
    severity: recent.some(({ rank, step }) => step && rank >= classRank('execute')) ? 'high' : 'medium',
    seen: `${things.length} new ${kind === 'use' ? 'privileged tools' : 'grants'} in use within ${ARRIVAL_DAYS} days, up to class ${name}: ${things.slice(-5).join(', ')}`,
    expected: `${onceIn(past.count / past.exposure, kind === 'use' ? 'new privileged tool' : 'new grant')}, by its own past and the fleet's`,
    contributors: [
      { name: 'new ones, by class, those that peers share left out', value: weight },
      { name: 'steps to a class above all before', value: steps },
      { name: 'how seldom so many come', value: rare },
    ],
    eventKeys: recent.map(({ key }) => key).slice(-20),
  };
}
