import { z } from 'zod';
import { isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { type Arrivals, cameNew, emptyArrivals, habitOf, type Met, meet, SETTLING_DAYS } from './creep/arrivals.ts';
import { type Breach, lagsBehind, leftCharter } from './creep/charter.ts';
import {
  addBefore,
  BREACH,
  callsFrom,
  columnOf,
  emptyDays,
  KEPT,
  KEPT_BREACH,
  lastDay,
  type PrivilegeDays,
  rowOf,
  slopes,
  TOOLS,
  total,
  WRITE,
} from './creep/days.ts';
import { emptyGranted, type GrantedPrivilege, lookAtGrants, tellGranted } from './creep/granted.ts';
import { pilesOutside } from './creep/grew.ts';
import { emptyVolume, judgeBefore, judgeToday, tellVolume, usedMore, type Volume } from './creep/growth.ts';
import { defineDetector, type Score } from './detector.ts';
import { leastPeers, peerShare } from './stats/peer-share.ts';
import { emptyRecent, entries, type Recent, touch } from './stats/recent.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/** Whether an agent's privilege grows. State: 120 days of 8 numbers, 128 tools and the days of 32 of them, 64 grants, 128 servers; 55 KB at most. */
interface State {
  days: PrivilegeDays;
  volume: Volume;
  arrivals: Arrivals;
  /** Absent in what was kept before it was looked at. */
  granted?: GrantedPrivilege;
  /** Servers outside of the charter, by the last day. */
  breached: Recent<[last: number]>;
}

interface Observation {
  day: number;
  class: PrivilegeClass;
  /** It counts in the growth of use. */
  counted: boolean;
  kind: Met['kind'];
  /** How many such arrivals the fleet meets, an agent and day. */
  habit: number;
  breach: Breach | null;
  /** What is granted grew. */
  granted: Omit<Score, 'n' | 'days'> | null;
}

const REFUSED: Met = { kind: null, explained: true, firstToday: false };
const configSchema = z.object({
  least_growth: z.number().min(1).default(1.2).describe('Growth of privileged use below this is never creep.'),
  least_calls: z.number().positive().default(4).describe('Privileged calls more than expected, at least.'),
  least_breaches: z.number().int().min(1).default(3).describe('Calls outside of the charter within a week, at least.'),
  least_peers: leastPeers,
});
type Config = z.output<typeof configSchema>;

/**
 * Three ways for privilege to grow, each with its own test, all against the agent's past and its peers:
 * - use creep by volume: a scan over ramps of 10 to 50 days (stats/growth.ts), by the day and against the agent's other work,
 *   both held against what its peers did on these days (creep/team.ts);
 *   by reach: new privileged tools within five weeks, against how often new ones come;
 * - grant creep: more is granted than ever was, used or not, or new grants are in use, within five weeks, against how often
 *   that comes;
 * - charter drift: calls outside of the charter within a week, against their share before.
 * Beside it as evidence the slope of the weighted privilege in use (Theil-Sen, Mann-Kendall) over 7, 30 and 90 days.
 */
export const privilegeCreep = defineDetector<Config, State, unknown, Observation>({
  id: 'privilege-creep',
  version: 3,
  title: 'Privilege grows',
  description:
    'The privilege an agent has in use grows, by small steps none of which is unusual: it uses what it may ever more often, or ever more of it (use creep), is granted more and more, or this and that for itself alone without a word (grant creep), or leaves what it is for (charter drift). Judged against its own past and its peers; what was flagged is not learned, so that a slow rise cannot teach itself normal.',
  falsePositives: [
    'More work of the same kind for this agent alone, over weeks.',
    'A project that brings several grants within a month.',
  ],
  blindSpots: [
    'Growth that began with the log itself.',
    'Calls of a tool younger than four months that did not move there from another server: they count as what came new, not as growth of use.',
    'Gateways that do not tell reads from changes.',
  ],
  references: [
    'https://doi.org/10.1109/18.476316',
    'https://doi.org/10.1080/01621459.1968.10480934',
    'https://learn.microsoft.com/en-us/entra/permissions-management/product-reports',
  ],
  shows: 'days',
  firstStep: 'Compare what the agent uses with what it is for; take back what it does not need before it needs more.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03', 'ASI10'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['GOVERN', 'MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: SETTLING_DAYS }, threshold: 1.6, severity: 'medium', cooldownMs: 14 * DAY },
  initial: () => ({
    days: emptyDays(),
    volume: emptyVolume(),
    arrivals: emptyArrivals(),
    granted: emptyGranted(),
    breached: emptyRecent(),
  }),

  observe(state, seen, _session, config) {
    if (seen.class === 'discover') return null;
    const day = Math.floor(seen.at / DAY);
    const before = lastDay(state.days);
    const row = rowOf(state.days, day);
    if (row === null) return null;
    state.granted ??= emptyGranted();
    const granted = lookAtGrants(state.granted, day, seen, config.least_peers);
    if (day > before && before >= 0) judgeBefore(state.volume, state.days, seen.peers, config);
    const { body } = seen.event;
    const tool = toolOf(body, 120);
    const share = (key: string): number => peerShare(seen.peers, 'privilege-creep', key, config.least_peers);
    const met: Met = seen.used ? meet(state.arrivals, day, seen, tool, share) : REFUSED;
    if (met.past) addBefore(state.days, day, columnOf(seen.class), met.past);
    if (!met.explained) row[columnOf(seen.class)]! += 1;
    // What comes late is of another day: today's calls are as many as they were.
    if (!met.explained && seen.class !== 'read' && day >= before)
      judgeToday(state.volume, state.days, seen.peers, config);
    if (met.firstToday) row[TOOLS]! += 1;
    // What no grant covers is told as that, and is one finding.
    const left = seen.used && seen.charter !== '' && seen.scope !== 'out';
    const place = body.server.id.slice(0, 80);
    if (left) {
      row[BREACH]! += 1;
      touch<[number]>(state.breached, place, 32, () => [0])[0] = day;
    }
    return {
      day,
      class: seen.class,
      counted: !met.explained,
      kind: met.kind,
      habit: met.kind === null ? 0 : habitOf(seen.fleet, met.kind),
      breach: left
        ? {
            why: seen.charter,
            tool,
            class: seen.class,
            shared: share(`b:${place}`),
            behind: pilesOutside(state.granted, day) ? '' : lagsBehind(seen, state.arrivals.since + SETTLING_DAYS),
          }
        : null,
      granted,
    };
  },

  score(state, { day, class: name, counted, kind, habit, breach, granted }, config) {
    const { rows } = state.days;
    // What is granted is judged once a day, what is used with the next call as well.
    const found =
      (granted?.score ?? 0) >= 1
        ? granted
        : worst([
            // What is new is no part of what grew, and would go unheard behind it.
            counted ? usedMore(state.volume, name) : null,
            kind === null ? null : cameNew(state.arrivals, day, kind, habit, name),
            breach === null ? null : leftCharter(state.days, breach, config.least_breaches),
          ]);
    if (found === null || found.score < 1) return null;
    return {
      ...found,
      story: found.story ?? found.reason,
      n: total(rows, (row) => callsFrom(row, WRITE)),
      days: rows.length,
      // The slopes take longer than all the rest, and are told of few findings: made when somebody asks.
      get contributors() {
        return found === granted
          ? granted.contributors
          : [...found.contributors.slice(0, 3), ...slopes(rows)].slice(0, 5);
      },
    } satisfies Score;
  },

  learn(state, { day, class: name, counted, breach }) {
    const row = rowOf(state.days, day);
    if (row === null) return;
    if (counted && isChange(name)) row[KEPT]! += 1;
    if (breach !== null) row[KEPT_BREACH]! += 1;
  },

  contribute({ days, arrivals, granted, breached }, tell) {
    const day = lastDay(days);
    for (const [kind, count] of Object.entries(arrivals.came)) tell(kind, count);
    tell('days', Math.max(0, day - arrivals.since - SETTLING_DAYS));
    for (const [tool] of entries(arrivals.tools).slice(0, 64)) tell(`t:${tool}`, 1);
    for (const [server, [last]] of entries(breached)) if (day - last < 28) tell(`b:${server}`, 1);
    if (granted !== undefined) tellGranted(granted, tell);
    tellVolume(days, tell);
  },
});
