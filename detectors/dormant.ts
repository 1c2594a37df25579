import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { defineDetector } from './detector.ts';
import { emptyRecent, entries, type Recent, touch } from './stats/recent.ts';
import { toolOf } from './stats/tool-of.ts';

/** When the agent, and each of its tools, was last used: a forgotten privilege that wakes. State: 512 tools, 50 KB. */
interface State {
  last: number;
  calls: number;
  /** Longest silence of the agent before this one. */
  longest: number;
  /** Days on which the agent was at work; absent in what was kept before they were counted. */
  active?: number;
  /** By server and target: last use, uses, days of use, and the agent's days of work before the last of them. */
  tools: Recent<[last: number, uses: number, days?: number, active?: number]>;
}

interface Observation {
  tool: string;
  class: PrivilegeClass;
  /** Days since the agent, and since it with this tool; 0 where it is new. */
  agentGap: number;
  toolGap: number;
  longest: number;
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
/** A tool that so many peers used within a month is not forgotten. */
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
    'An agent that had been silent for longer than ever calls again, or a known agent uses a privileged tool that it had not used for a month: privileges nobody had in mind any more.',
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
    const observation: Observation = {
      tool,
      class: seen.class,
      agentGap: silence / DAY,
      toolGap: unused / DAY,
      longest: state.longest / DAY,
      habit: habitOf(entry[3] ?? 0, entry[2] ?? 0, active - (entry[3] ?? 0)),
      peers: unused > DAY ? seen.peers.holders('dormant', tool) : 0,
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

  score(_state, seen, config) {
    const forget = config.forget_after_days;
    if (seen.agentGap <= forget && seen.toolGap <= forget) return null;
    const rank = classRank(seen.class);
    const beyond = (gap: number) => Math.min(1.5, 1.5 * Math.log10(gap / forget));
    // An agent that is silent as long every time is a scheduled one, and a tool that was used so seldom is not forgotten.
    const agent =
      seen.agentGap > forget && seen.agentGap > 1.5 * seen.longest ? 3 + beyond(seen.agentGap) + 0.2 * (rank - 1) : 0;
    const seldom = seen.habit >= LIKELY;
    const grant =
      seen.toolGap > forget && !seldom && rank >= classRank('write') ? 2.6 + beyond(seen.toolGap) + 0.25 * rank : 0;
    const score = Math.max(agent, grant);
    if (score <= 0) return null;
    const byAgent = agent >= grant;
    return {
      score,
      reason: byAgent ? 'agent_woken' : 'grant_woken',
      // What others of its kind use is a privilege that somebody has in mind.
      ...(!byAgent && seen.peers >= PEERS ? { severity: 'low' as const } : {}),
      ...(rank >= classRank('execute') && (byAgent || seen.peers < PEERS) && { severity: 'high' as const }),
      seen: byAgent
        ? `called ${seen.tool} after ${Math.floor(seen.agentGap)} days of silence`
        : `called ${seen.tool} (class ${seen.class}), which it had not used for ${Math.floor(seen.toolGap)} days`,
      expected: byAgent
        ? `silences of at most ${Math.ceil(seen.longest)} days`
        : `use within ${forget} days, or not at all`,
      n: byAgent ? seen.calls : seen.uses,
      days: byAgent ? seen.agentGap : seen.toolGap,
      contributors: [
        { name: 'agent silent, days', value: Math.floor(seen.agentGap) },
        { name: 'tool not used, days', value: Math.floor(seen.toolGap) },
        { name: `class ${seen.class}`, value: rank },
        { name: 'how likely so long without it is', value: seen.habit },
        { name: 'peers that used it lately', value: seen.peers },
      ],
    };
  },

  learn() {},

  contribute(state, tell) {
    for (const [tool, [last]] of entries(state.tools).slice(0, 200)) if (state.last - last <= LATELY) tell(tool, 1);
  },
});

/** Of a thing done on `days` of `active` days of work: how likely it is not done on the `silent` ones after them (Lomax, with those days as its shape). */
const habitOf = (active: number, days: number, silent: number): number =>
  active <= 0 ? 1 : (active / (active + Math.max(0, silent))) ** days;
