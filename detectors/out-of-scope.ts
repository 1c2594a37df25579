import { z } from 'zod';
import { classRank, isChange, type PrivilegeClass, SEVERITIES, type Severity, severityRank } from '../schemas/alert.ts';
import { counted } from '../schemas/counted.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { type Habits, habitsOut, noteHabit } from './out-of-scope/habits.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Calls outside of all the agent's grants. The grants themselves are the baseline: no warm-up. What the detector keeps
 * is how far the agent's granted use reaches, to tell a step aside from a leap, the attempts within a session, and what
 * the agent was used to before it had any grant. State: 10 KB at most, 100 bytes of an agent that always had grants.
 */
interface State extends TimeSpan {
  /** Calls in scope, and the highest class rank among them. */
  inScope: number;
  reach: number;
  habits?: Habits;
}

interface Session {
  denied: number;
  calls: number;
  listings: number;
}

interface Observation {
  at: number;
  out: boolean;
  used: boolean;
  class: PrivilegeClass;
  server: string;
  tool: string;
  grantId: string;
  /** Days from the call until the grant comes into force that nothing else is wrong with; Infinity where there is none. */
  early: number;
  outside: Seen['outside'];
  via: string;
  denied: number;
  calls: number;
  listings: number;
  /** No grant was in force yet. */
  ungoverned: boolean;
  /** Of a call out of scope by a habit of before the first grant: how many tools there are of that kind. */
  habits: number;
}

/** Refused calls of a session: from how many on it insists, and from how many on it probes. */
const INSISTS = 3;
const PROBES = 5;
const configSchema = z.object({
  attempt_base: z.number().default(2).describe('Score of a refused call before its class is added.'),
  use_base: z.number().default(3).describe('Score of a call that went through before its class is added.'),
  soon_days: z
    .number()
    .nonnegative()
    .default(14)
    .describe(
      'A call that a grant covers from so many days later on came early, and is low; of a secret or identity medium.',
    ),
});

/** How bad a call is that nobody was granted. */
export const BY_CLASS: Record<PrivilegeClass, Severity> = {
  discover: 'low',
  read: 'medium',
  write: 'high',
  execute: 'critical',
  secret: 'critical',
  identity: 'critical',
};

export const outOfScope = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'out-of-scope',
  version: 1,
  title: 'Call outside of its grants',
  description:
    'An agent that has grants made a call that none of those in force covers: another server or target, a higher class, an argument, task or principal that was not granted. A refused call counts as an attempt, and attempts add up.',
  falsePositives: [
    'A grant that was forgotten, or that lags behind a release of the agent: `overreach grants suggest` shows it.',
  ],
  blindSpots: [
    'Agents that never had a grant: they are judged by their own baseline alone.',
    'What an agent did on three days or more before its first grant, but for secrets and identities, is one story: which tools, the record says.',
    'Calls whose arguments the gateway does not log get scope maybe where a grant constrains arguments.',
  ],
  references: ['https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/'],
  firstStep:
    'If the call went through, stop the session and undo or rotate what it reached. Then ask the owner: extend the grant, or take the permission away at the gateway.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['GOVERN', 'MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY, quietMs: 30 * DAY },
  rereads: true,
  initial: () => ({ since: 0, until: 0, inScope: 0, reach: 0 }),
  initialSession: () => ({ denied: 0, calls: 0, listings: 0 }),

  observe(state, seen, session) {
    const ungoverned = seen.scope === 'ungoverned';
    if (!ungoverned && !seen.governed && seen.scope !== 'out') return null;
    const tool = fullName(seen.event.body);
    if (ungoverned && seen.class === 'discover') return null;
    if (seen.class === 'discover') session.listings += 1;
    else session.calls += 1;
    const out = seen.scope === 'out';
    if (out && !seen.used) session.denied += 1;
    return {
      at: seen.at,
      out,
      used: seen.used,
      class: seen.class,
      server: seen.event.body.server.id,
      tool,
      grantId: seen.grantId,
      early: seen.outside === 'in force' && seen.grantSince > seen.at ? (seen.grantSince - seen.at) / DAY : Infinity,
      outside: seen.outside,
      via: seen.via,
      ungoverned,
      habits: out && state.habits !== undefined ? habitsOut(state.habits, tool, seen) : 0,
      ...session,
    };
  },

  score(state, seen, config) {
    // A call that went through beyond what its principal was granted is told by `delegation`.
    if (!seen.out || (seen.used && seen.via !== '')) return null;
    const rank = classRank(seen.class);
    const leap = state.inScope === 0 ? 0 : Math.max(0, rank - state.reach);
    const base = seen.used ? config.use_base : config.attempt_base;
    const attempts = Math.log10(1 + seen.denied);
    const score = base + 0.3 * rank + 0.3 * leap + attempts;
    const habit = seen.habits > 0;
    const reason = habit ? 'outside_habit' : `outside_${seen.via === '' ? seen.outside || 'grants' : 'delegated'}`;
    return {
      score,
      reason,
      story: habit ? reason : storyOf(reason, seen),
      severity: habit ? 'medium' : graded(seen, config.soon_days),
      seen: `${seen.used ? 'called' : 'tried, and was refused,'} ${seen.tool} (class ${seen.class}), which ${told(seen)}${habit ? habitual(seen.habits) : ''}`,
      expected: expected(seen),
      n: state.inScope,
      days: daysOf(state),
      contributors: [
        { name: seen.used ? 'call went through' : 'call was refused', value: base },
        { name: `class ${seen.class}`, value: 0.3 * rank },
        { name: 'classes above its granted use', value: 0.3 * leap },
        { name: 'refused calls in this session', value: attempts },
        seen.listings === 0
          ? { name: 'calls without prior discovery', value: seen.calls }
          : { name: 'calls for each discovery', value: Math.round(seen.calls / seen.listings) },
      ],
    };
  },

  learn(state, { at, out, used, class: name, ungoverned, tool }) {
    if (ungoverned) {
      if (used) noteHabit(state, tool, at);
      return;
    }
    noteTime(state, at);
    if (out || !used) return;
    state.inScope += 1;
    state.reach = Math.max(state.reach, classRank(name));
  },
});

/** A grant that was forgotten for one tool must not hide another; reads are one story for each server. */
const storyOf = (reason: string, { class: name, server, tool }: Observation): string =>
  [reason, name, isChange(name) ? tool : server].join(' ');

const habitual = (tools: number): string =>
  `: one of ${counted(tools, 'tool')} so far that it used before it had any grant, and that were not granted`;

const told = ({ outside, grantId }: Observation): string =>
  outside === 'denied' ? `grant ${grantId} forbids` : 'no grant covers';

function expected({ outside, grantId }: Observation): string {
  if (grantId === '') return 'calls within its grants, none of which comes near';
  if (outside === 'denied') return 'calls that no grant forbids';
  return `calls within its grants, of which ${grantId} comes nearest`;
}

/**
 * What was refused did not happen, and agents try what they read of: once or twice is for the record. From the third
 * attempt of a session on it is one step less grave than the call itself, from the fifth on as grave.
 */
function graded({ class: name, used, denied, early }: Observation, soonDays: number): Severity {
  if (!used && denied < INSISTS) return 'low';
  // Somebody decided on it, and wrote it down for days too late.
  if (early <= soonDays) return classRank(name) >= classRank('secret') ? 'medium' : 'low';
  const full = severityRank(BY_CLASS[name]);
  return SEVERITIES[used || denied >= PROBES ? full : Math.max(1, full - 1)] as Severity;
}
