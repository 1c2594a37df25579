import { CLASSES, classRank } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Granted, PeerView, Score, Seen, Tell } from '../detector.ts';
import { TEAM } from '../stats/peer-share.ts';
import { emptyRecent, entries, type Recent, touch } from '../stats/recent.ts';
import { SETTLING_DAYS } from './arrivals.ts';
import { total, WEIGHTS } from './days.ts';
import { type Grew, type Grown, isPersonal, judgeGrew, noteDecision } from './grew.ts';

/**
 * Grant creep, used or not: what is granted, looked at on the agent's first event of a day. Privilege at a server is, over
 * the classes granted there, class weight x log(1 + targets). It grew where it is more than it ever was: who writes the
 * same grant anew, splits or renames it, grants nothing. State: 128 servers, 32 times it grew; 20 KB at most.
 */
export interface GrantedPrivilege extends Grown {
  /** By server, the most that was ever granted there, and the strongest class. */
  servers: Recent<[privilege: number, rank: number]>;
  /** Days on which it was looked at, and the last of them. */
  looks: number;
  last: number;
}

const MOST_SERVERS = 64;
const MAX_GREW = 32;
const GROWN_DAYS = 90;
/** So many looks later peers have told of what came to all of them. */
const LATE_LOOKS = 2;
/** So many targets are as good as all. */
const ALL = 8;
/** Steps of granted privilege in which peers tell of theirs, and the most of them: all classes without limit. */
const STEPS = 10;
const MOST_STEPS = 32;
/** More than it was, and no rounding. */
const MORE = 1.01;
const WRITE = classRank('write');

export const emptyGranted = (): GrantedPrivilege => ({
  since: -1,
  servers: emptyRecent(),
  looks: 0,
  last: -1,
  grew: [],
  came: 0,
});

/** Looks once a day at what is granted to the agent; answers what of its growth is to be told now. */
export function lookAtGrants(
  state: GrantedPrivilege,
  day: number,
  { event, at, granted, peers, fleet }: Seen,
  leastPeers: number,
): Omit<Score, 'n' | 'days'> | null {
  if (day <= state.last) return null;
  state.last = day;
  const held = granted(event.body.agent.id).filter(({ from, to }) => from <= at && at < to);
  if (held.length === 0) return null;
  if (state.since < 0) state.since = day;
  state.looks += 1;
  state.grew = state.grew.filter((one) => day - one.day < GROWN_DAYS);
  noteGrowth(state, day, held);
  const known = peers.agents >= leastPeers;
  const due = state.grew.filter(({ look, wide }) => look >= 0 && (!known || !wide || state.looks - look >= LATE_LOOKS));
  for (const one of due) {
    const shared = known ? sharedBy(peers, one) : 0;
    one.weight *= 1 - shared;
    // What came to the team did not come to the agent.
    if (shared >= TEAM) [one.step, one.outside] = [false, false];
    one.look = -1;
    state.came += one.weight;
    if (isPersonal(one)) noteDecision(state, one);
  }
  return due.length === 0 ? null : judgeGrew(state, day, fleet);
}

function noteGrowth(state: GrantedPrivilege, day: number, held: readonly Granted[]): void {
  const before = new Map(entries(state.servers).map(([server, [privilege, rank]]) => [server, { privilege, rank }]));
  const highest = Math.max(0, ...[...before.values()].map(({ rank }) => rank));
  for (const grants of byServer(held)) {
    const { server, within, from } = grants[0]!;
    const privilege = privilegeOf(grants);
    const was = Math.max(0, ...within.map((name) => before.get(keyOf(name))?.privilege ?? 0));
    const entry = touch<[number, number]>(state.servers, keyOf(server), 2 * MOST_SERVERS, () => [0, 0]);
    entry[0] = Math.max(entry[0], privilege);
    entry[1] = Math.max(entry[1], ...grants.map((one) => classRank(one.class)));
    const fresh = grants.filter((one) => one.from === from);
    if (day - state.since < SETTLING_DAYS || privilege <= was * MORE || fresh.some((one) => one.announced)) continue;
    const top = fresh.reduce((a, b) => (classRank(b.class) > classRank(a.class) ? b : a));
    const rank = classRank(top.class);
    const graded = rank < WRITE ? 0.2 : 1 + 0.5 * (rank - WRITE);
    // One tool at a new server counts in full: it may be the one that matters.
    const share = was === 0 ? 1 : Math.min(1, (privilege - was) / (WEIGHTS[top.class] * Math.log1p(ALL)));
    state.grew.push({
      day: Number.isFinite(from) ? Math.floor(from / DAY) : day,
      grant: keyOf(top.grantId),
      server: keyOf(server),
      rank,
      privilege,
      by: privilege - was,
      // What somebody declared it to be for is half explained.
      weight: graded * share * (top.declared === 'within' ? 0.5 : 1),
      step: rank > highest,
      outside: top.declared === 'outside',
      assumed: top.assumed,
      alone: top.names === 1,
      wide: fresh.some((one) => one.names !== 1 || one.rollOut),
      look: state.looks,
    });
  }
  state.grew = state.grew.slice(-MAX_GREW);
}

const keyOf = (name: string): string => name.slice(0, 80);

/** What is held at each server, the newest first in it; of more servers than are kept, those that changed last. */
function byServer(held: readonly Granted[]): Granted[][] {
  const servers = new Map<string, Granted[]>();
  for (const one of [...held].sort((a, b) => b.from - a.from || (a.grantId < b.grantId ? -1 : 1))) {
    const grants = servers.get(one.server);
    if (grants !== undefined) grants.push(one);
    else if (servers.size < MOST_SERVERS) servers.set(one.server, [one]);
  }
  return [...servers.values()];
}

/** Over the classes granted at a server, class weight x log(1 + targets); a pattern stands for ALL of them. */
const privilegeOf = (grants: readonly Granted[]): number =>
  total(CLASSES, (name) => {
    const reach = total(grants, (one) => (one.class === name ? one.reach : 0));
    return WEIGHTS[name] * Math.log1p(Math.min(ALL, reach));
  });

/** Share of the peers that hold as much at this server. */
function sharedBy(peers: PeerView, { server, privilege }: Grew): number {
  let holders = 0;
  for (let step = stepOf(privilege); step <= MOST_STEPS; step += 1)
    holders += peers.holders('privilege-creep', `g:${server}:${step}`);
  return holders / (peers.agents + 1);
}

const stepOf = (privilege: number): number => Math.min(MOST_STEPS, Math.round(privilege * STEPS));

/** What peers are told: how much is granted where, and how often that grows. */
export function tellGranted({ servers, since, last, came, decided }: GrantedPrivilege, tell: Tell): void {
  if (since < 0) return;
  for (const [server, [privilege]] of entries(servers).slice(0, MOST_SERVERS))
    tell(`g:${server}:${stepOf(privilege)}`, 1);
  tell('granted', came);
  if (decided !== undefined) tell('decided', decided[0]);
  tell('granted days', Math.max(0, last - since - SETTLING_DAYS));
}
