import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { defineDetector, type Score } from './detector.ts';
import { noGrants, sleptUntil, type UsedGrants } from './dormant/slept.ts';
import { emptyRecent, entries, type Recent, touch } from './stats/recent.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/** When the agent, and each of its tools, was last used, and which grants ever: a forgotten privilege that wakes. State: 512 tools, 55 KB. */
interface State {
  last: number;
  calls: number;
  /** Longest silence of the agent before this one. */
  longest: number;
  /** Days on which the agent was at work; absent in what was kept before they were counted. */
  active?: number;
  /** By server and target: last use, uses, days of use, and the agent's days of work before the last of them. */
  tools: Recent<[last: number, uses: number, days?: number, active?: number]>;
  /** Absent before its first call. */
  grants?: UsedGrants;
}

interface Observation {
  tool: string;
  class: PrivilegeClass;
  /** Days since the agent, and since it with this tool; 0 where it is new. */
  agentGap: number;
  toolGap: number;
  longest: number;
  /** Days for which its grant was there and never used until now; 0 where it was. */
  slept: number;
  grantId: string;
  active: number;
  /** How likely it is that so many days of work go by without it, as often as it was used before. */
  habit: number;
  /** Peers that used the tool lately. */
  peers: number;
  uses: number;
  calls: number;
}

const DAY = 86_400_000;
const TOOLS = 512;
/** Days of work without a tool that so large a share of such tools keeps are no silence. */
const LIKELY = 0.01;
/** Days of work after which it is known what an agent makes use of. */
const LEAST_ACTIVE = 10;
/** A tool that so many peers used within a month is one that somebody has in mind. */
const PEERS = 2;
const LATELY = 30 * DAY;
const configSchema = z.object({
  forget_after_days: z
    .number()
    .positive()
    .default(30)
    .describe('Silence after which an agent, or its use of a tool, is dormant.'),
});

export const dormant = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'dormant',
  version: 1,
  title: 'Dormant privilege woken',
  description:
    'An agent that had been silent for longer than ever calls again, or a known agent uses a privileged tool that it had not used for a month, or a grant that it never used since it has it: privileges nobody had in mind any more.',
  falsePositives: ['Work that is due every quarter or year.', 'A gateway that was not connected for a while.'],
  blindSpots: ['Tools beyond the 512 used last are forgotten and count as new.'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html'],
  firstStep: 'Ask the owner whether the agent still needs this; if not, withdraw the grant.',
  tags: {
    owasp_asi: ['ASI03', 'ASI10'],
    mitre_atlas: ['AML.T0012'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['GOVERN', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ last: 0, calls: 0, longest: 0, tools: emptyRecent() }),

  // Times of last use are the present, not the baseline: they move whether or not the finding stands.
  observe(state, seen) {
    if (!seen.used) return null;
    const { server, target, method } = seen.event.body;
    const tool = toolOf(server.id, target.name ?? method);
    const entry = touch<[number, number, number?, number?]>(state.tools, tool, TOOLS, () => [0, 0, 0, 0]);
    const day = Math.floor(seen.at / DAY);
    if (day > Math.floor(state.last / DAY)) state.active = (state.active ?? 0) + 1;
    const { active = 0 } = state;
    const silence = state.last === 0 ? 0 : Math.max(0, seen.at - state.last);
    const unused = entry[1] === 0 ? 0 : Math.max(0, seen.at - entry[0]);
    state.grants ??= noGrants(seen.at);
    const slept = sleptUntil(state.grants, seen);
    const observation: Observation = {
      tool,
      class: seen.class,
      agentGap: silence / DAY,
      toolGap: unused / DAY,
      longest: state.longest / DAY,
      slept: slept / DAY,
      grantId: seen.grantId,
      active,
      habit: habitOf(entry[3] ?? 0, entry[2] ?? 0, active - (entry[3] ?? 0)),
      peers: Math.max(unused, slept) > DAY ? seen.peers.holders('dormant', tool) : 0,
      uses: entry[1],
      calls: state.calls,
    };
    state.longest = Math.max(state.longest, silence);
    state.last = Math.max(state.last, seen.at);
    state.calls += 1;
    if (day > Math.floor(entry[0] / DAY)) {
      entry[2] = (entry[2] ?? 0) + 1;
      entry[3] = active;
    }
    entry[0] = Math.max(entry[0], seen.at);
    entry[1] += 1;
    return observation;
  },

  score(_state, seen, { forget_after_days: forget }) {
    if (seen.agentGap <= forget && seen.toolGap <= forget && seen.slept <= forget) return null;
    return worst([agentWoken(seen, forget), toolWoken(seen, forget), grantFirstUsed(seen, forget)]);
  },

  learn() {},

  contribute(state, tell) {
    for (const [tool, [last]] of entries(state.tools).slice(0, 200)) if (state.last - last <= LATELY) tell(tool, 1);
  },
});

const beyond = (gap: number, forget: number): number => Math.min(1.5, 1.5 * Math.log10(gap / forget));
const isGrave = ({ class: name }: Observation): boolean => classRank(name) >= classRank('execute');

/** An agent that is silent as long every time is a scheduled one. */
function agentWoken(seen: Observation, forget: number): Score | null {
  if (seen.agentGap <= forget || seen.agentGap <= 1.5 * seen.longest) return null;
  return {
    score: 3 + beyond(seen.agentGap, forget) + 0.2 * (classRank(seen.class) - 1),
    reason: 'agent_woken',
    ...(isGrave(seen) && { severity: 'high' as const }),
    seen: `called ${seen.tool} after ${Math.floor(seen.agentGap)} days of silence`,
    expected: `silences of at most ${Math.ceil(seen.longest)} days`,
    n: seen.calls,
    days: seen.agentGap,
    contributors: [{ name: 'agent silent, days', value: Math.floor(seen.agentGap) }],
  };
}

/** A tool that was used as seldom before is not forgotten. */
function toolWoken(seen: Observation, forget: number): Score | null {
  if (seen.toolGap <= forget || seen.habit >= LIKELY) return null;
  return privilegeWoken(seen, seen.toolGap, forget, {
    reason: 'grant_woken',
    seen: `called ${seen.tool} (class ${seen.class}), which it had not used for ${Math.floor(seen.toolGap)} days`,
    contributors: [{ name: 'how likely so long without it is', value: seen.habit }],
  });
}

/**
 * A grant of which nothing was ever used lies there like a forgotten key. It may wake for a whole team at once, or be what
 * others of its kind use: those, and where it opens no more than a change, are for the record.
 */
function grantFirstUsed(seen: Observation, forget: number): Score | null {
  if (seen.slept <= forget || seen.active < LEAST_ACTIVE) return null;
  return privilegeWoken(seen, seen.slept, forget, {
    reason: 'grant_first_used',
    ...((seen.peers >= PEERS || !isGrave(seen)) && { severity: 'low' as const }),
    seen: `called ${seen.tool} (class ${seen.class}) by grant ${seen.grantId}, of which it had used nothing in ${Math.floor(seen.slept)} days`,
    contributors: [{ name: 'days of work before', value: seen.active }],
  });
}

function privilegeWoken(
  seen: Observation,
  gap: number,
  forget: number,
  what: Pick<Score, 'reason' | 'severity' | 'seen' | 'contributors'>,
): Score | null {
  const rank = classRank(seen.class);
  if (rank < classRank('write')) return null;
  return {
    score: 2.6 + beyond(gap, forget) + 0.25 * rank,
    ...(isGrave(seen) && { severity: 'high' as const }),
    ...what,
    expected: `use within ${forget} days, or not at all`,
    n: seen.uses,
    days: gap,
    contributors: [
      { name: 'not used, days', value: Math.floor(gap) },
      { name: `class ${seen.class}`, value: rank },
      ...what.contributors,
      { name: 'peers that used it lately', value: seen.peers },
    ],
  };
}

/** Of a thing done on `days` of `active` days of work: how likely it is not done on the `silent` ones after them (Lomax, with those days as its shape). */
const habitOf = (active: number, days: number, silent: number): number =>
  active <= 0 ? 1 : (active / (active + Math.max(0, silent))) ** days;
