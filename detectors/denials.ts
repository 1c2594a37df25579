import { z } from 'zod';
import { classRank, type PrivilegeClass, type Severity } from '../schemas/alert.ts';
import { DAY, MINUTE } from '../schemas/durations.ts';
import { lasting } from '../schemas/lasting.ts';
import { probedOverSessions, severityOf, type Tried, triedWith } from './denials/probe.ts';
import { type Bypass, type ComparedCall, callOf, isSame, type Twin, twinOf, WAYS, wayAround } from './denials/twin.ts';
import { defineDetector } from './detector.ts';
import { tailAbove } from './stats/count-tail.ts';
import { few } from './stats/few.ts';
import { rateOfNew } from './stats/rate-of-new.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { shareTail } from './stats/share-tail.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Refused calls: how large their share is, how many different doors a session tried, and whether one that was closed
 * had a twin that stood open. State: 256 tools, 64 outcomes, 8 refused calls of up to 20 hashes, 20 KB; a session 8 KB.
 */
interface State extends TimeSpan {
  /** Calls and refused ones since `since`, halved at LIMIT, and their time with them, so that old days fade. */
  calls: number;
  denied: number;
  /** Sessions; the different doors that were closed to them, and those at tools that never opened before. */
  sessions: number;
  doors: number;
  strange: number;
  /** Tools that let this agent in. */
  passed: Recent<0>;
  /**
   * How often a call that was let in is followed by what would be its twin had it been refused: work often goes from
   * one tool to the next on the same thing. Calls watched, and twins by way.
   */
  watched: number;
  twins: Record<Bypass, number>;
  /** The last outcomes, oldest first: 1 refused. */
  recent: number[];
  /** Refused calls, and some that were let in, that a twin may follow; oldest first. */
  open: ComparedCall[];
  watch: ComparedCall[];
  /** Absent before the first. */
  tried?: Tried;
}

interface Session {
  calls: number;
  doors: string[];
  strange: number;
  keys: string[];
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  denied: boolean;
  /** First call of its session; a door that was not tried before in it. */
  opens: boolean;
  newDoor: boolean;
  stranger: boolean;
  doors: number;
  strange: number;
  /** Tools that never let it in and refused it within hours, over its sessions. */
  tried: number;
  calls: number;
  keys: string[];
  /** Where it was refused: how many of the last calls were. */
  window: [denied: number, n: number];
  twin: Twin | null;
  /** Calls let in whose watch ended, and the twins they had. */
  ended: number;
  found: Bypass[];
}

const LIMIT = 4096;
const WINDOW = 64;
const OPEN = 8;
const DOORS = 64;
const TOOLS = 256;
const configSchema = z.object({
  least_denied: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe('Refused calls among the last 64 before a share is judged.'),
  least_doors: z.number().int().min(2).default(3).describe('Different refused targets in a session that make a probe.'),
  twin_minutes: z.number().positive().default(60).describe('How long after a refused call a twin of it counts.'),
});
type Config = z.output<typeof configSchema>;

export const denials = defineDetector<Config, State, Session, Observation>({
  id: 'denials',
  version: 1,
  title: 'Refused calls: a probe, a bypass, or ever more of them',
  description:
    'A session tries one closed door after the other, or an agent within hours tools that never let it in; a refused call is followed by a twin that passes (another tool of like name, or the same one with other arguments, for the same thing); or the share of refused calls rose.',
  falsePositives: ['A policy that was tightened under a running agent.', 'A permission that was given upon request.'],
  blindSpots: [
    'Gateways that do not log what they refuse.',
    'A twin on another server under another name whose arguments are not logged.',
  ],
  references: ['https://attack.mitre.org/techniques/T1046/', 'https://attack.mitre.org/tactics/TA0004/'],
  firstStep:
    'Look at what was refused, and ask what the agent was after; where a like call passed after it, close that way too.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0084.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 5 }, threshold: 3, severity: 'medium', cooldownMs: DAY },
  awaits: 'outcome',
  learnsFailed: true,
  initial: () => ({
    since: 0,
    until: 0,
    calls: 0,
    denied: 0,
    sessions: 0,
    doors: 0,
    strange: 0,
    passed: emptyRecent(),
    watched: 0,
    twins: { thing: 0, name: 0, change: 0 },
    recent: [],
    open: [],
    watch: [],
  }),
  initialSession: () => ({ calls: 0, doors: [], strange: 0, keys: [] }),

  observe(state, seen, session, config) {
    const { body, key } = seen.event;
    if (body.outcome.status === 'unknown' && body.decision?.effect === undefined) return null;
    const denied = body.outcome.status === 'denied' || body.decision?.effect === 'deny';
    const tool = toolOf(body);
    const call = callOf(seen);
    const since = seen.at - config.twin_minutes * MINUTE;
    const passes = !denied && seen.used;
    if (state.open.some((one) => one.at < since)) state.open = state.open.filter((one) => one.at >= since);
    const twin = passes ? twinOf(call, state.open) : null;
    if (twin !== null) state.open = state.open.filter((one) => one !== twin.of);
    const found: Bypass[] = [];
    const over: ComparedCall[] = [];
    for (const one of state.watch) {
      const way = passes && one.at < seen.at ? wayAround(one, call) : null;
      if (way !== null) found.push(way);
      if (way !== null || one.at < since) over.push(one);
    }
    if (over.length > 0) state.watch = state.watch.filter((one) => !over.includes(one));
    if (passes && state.watch.length < OPEN) state.watch.push(call);
    const door = denied ? `${tool} ${call.entities[0] ?? ''}` : '';
    const newDoor = denied && !session.doors.includes(door) && session.doors.length < DOORS;
    const stranger = newDoor && peek(state.passed, tool) === undefined;
    if (newDoor) {
      session.doors.push(door);
      if (stranger) session.strange += 1;
      if (stranger) state.tried = triedWith(state.tried ?? [], tool, seen.at);
      session.keys = [...session.keys, key].slice(-20);
    }
    if (denied) state.open = [...state.open.filter((one) => !isSame(one, call)), call].slice(-OPEN);
    state.recent.push(denied ? 1 : 0);
    if (state.recent.length > WINDOW) state.recent.shift();
    session.calls += 1;
    return {
      at: seen.at,
      tool,
      class: seen.class,
      denied,
      opens: session.calls === 1,
      newDoor,
      stranger,
      doors: session.doors.length,
      strange: session.strange,
      tried: stranger ? state.tried!.length : 0,
      calls: session.calls,
      keys: session.keys,
      window: [denied ? state.recent.reduce((sum, one) => sum + one, 0) : 0, state.recent.length],
      twin,
      ended: over.length,
      found,
    };
  },

  score(state, seen, config) {
    const base = { n: state.calls, days: daysOf(state) };
    if (seen.twin !== null) return { ...base, ...bypass(state, seen, seen.twin) };
    if (!seen.denied) return null;
    const [k, n] = seen.window;
    const share = (state.denied + 0.5) / (state.calls + 1);
    // The past counts as at most a hundred calls: shares differ from day to day more than a coin would.
    const strength = Math.min(100, state.calls + 1);
    const shift = k < config.least_denied ? 0 : shareTail(k, n, share * strength, (1 - share) * strength);
    // A long session meets more closed doors; a short one is taken for one of usual length.
    const usual = state.calls / Math.max(1, state.sessions);
    const calls = Math.max(seen.calls, usual);
    const tail = (doors: number, count: number): number =>
      doors < config.least_doors ? 0 : tailAbove(doors, calls, { count, exposure: Math.max(1, state.calls) });
    const rare = Math.max(tail(seen.doors, state.doors), tail(seen.strange, state.strange));
    const within = Math.max(0, rare - chances(state, state.sessions));
    const over = seen.doors < config.least_doors ? probedOverSessions(seen.tried, state.strange, base.days) : 0;
    const probe = Math.max(within, over);
    const graded = 0.2 * Math.max(0, classRank(seen.class) - 1);
    const isProbe = seen.newDoor && probe >= shift;
    const reason = isProbe ? 'probe' : 'share_rose';
    const score = Math.min(12, isProbe ? probe + graded : shift);
    if (score <= 0) return null;
    return {
      ...base,
      score,
      reason,
      story: reason,
      severity: isProbe ? severityOf(seen) : 'low',
      seen: isProbe
        ? `was refused ${over > within ? `by ${seen.tried} tools that never let it in, within hours` : `${seen.doors} different calls in one session`}, the last ${seen.tool}`
        : `${k} of the last ${n} calls refused, the last ${seen.tool}`,
      expected: isProbe
        ? `${few(state.doors / Math.max(1, state.sessions))} refused calls in a session`
        : `${(100 * share).toFixed(1)} % refused`,
      contributors: isProbe
        ? [
            { name: 'different refused calls in the session', value: seen.doors },
            { name: 'of them, of tools that never let it in', value: seen.strange },
          ]
        : [
            { name: 'refused of the last 64 calls', value: k },
            { name: 'usual share of refused calls', value: share },
          ],
      eventKeys: seen.keys,
    };
  },

  learn(state, { at, tool, denied, opens, newDoor, stranger, ended, found }) {
    noteTime(state, at);
    state.calls += 1;
    if (opens) state.sessions += 1;
    if (newDoor) state.doors += 1;
    if (stranger) state.strange += 1;
    if (!denied) touch(state.passed, tool, TOOLS, () => 0 as const);
    if (denied) state.denied += 1;
    state.watched += ended;
    for (const way of found) state.twins[way] += 1;
    if (state.calls < LIMIT) return;
    state.since += (state.until - state.since) / 2;
    for (const one of ['calls', 'denied', 'sessions', 'doors', 'strange', 'watched'] as const) state[one] /= 2;
    for (const way of Object.keys(WAYS) as Bypass[]) state.twins[way] /= 2;
  },
});

/**
 * What comes so many times a day has so many chances a day to look odd by accident: as many powers of ten less (Bonferroni).
 * An agent that is refused ten times a day meets a twin by chance ten times as often as one that is refused once.
 */
const chances = (state: State, times: number): number => Math.log10(Math.max(1, times / Math.max(1, daysOf(state))));

/** A twin says the more the seldomer this agent goes that way when nothing was refused, and the more the door guarded. */
function bypass(state: State, { at, tool, class: name }: Observation, { of, way, hardly }: Twin) {
  const seldom = -Math.log10(rateOfNew([state.watched, state.twins[way]], 0.1, 4));
  const rare = Math.max(0, seldom - chances(state, state.denied));
  const rank = Math.max(classRank(name), classRank(of.class));
  const graded = 0.3 * rank;
  return {
    score: rare + graded,
    reason: 'bypass',
    severity: (rank < classRank('write') || hardly ? 'low' : 'high') as Severity,
    seen: `got ${tool} through ${lasting(at - of.at)} after ${of.server}/${of.tool} was refused: ${WAYS[way]}`,
    expected: `such a call follows ${Math.round(state.twins[way])} of ${Math.round(state.watched)} calls within that time`,
    contributors: [
      { name: 'how seldom that happens', value: rare },
      { name: `class ${name}`, value: graded },
    ],
    eventKeys: [of.key],
  };
}
