import { z } from 'zod';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { noGrants, sleptUntil, type UsedGrants } from './dormant/slept.ts';
import { agentWoken, grantFirstUsed, grantWoken, toolWoken, type Waking } from './dormant/wakes.ts';
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

const TOOLS = 512;
const LATELY = 30 * DAY;
const configSchema = z.object({
  forget_after_days: z
    .number()
    .positive()
    .default(30)
    .describe('Silence after which an agent, or its use of a tool, is dormant.'),
});

export const dormant = defineDetector<z.output<typeof configSchema>, State, never, Waking>({
  id: 'dormant',
  version: 1,
  title: 'Dormant privilege woken',
  description:
    'An agent that had been silent for longer than ever calls again, or a known agent uses a privileged tool that it had not used for a month, or something new of a grant that it did not use for as long: privileges nobody had in mind any more.',
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
    const tool = toolOf(seen.event.body);
    const entry = touch<[number, number, number?, number?]>(state.tools, tool, TOOLS, () => [0, 0, 0, 0]);
    const day = Math.floor(seen.at / DAY);
    if (day > Math.floor(state.last / DAY)) state.active = (state.active ?? 0) + 1;
    const { active = 0 } = state;
    const silence = state.last === 0 ? 0 : Math.max(0, seen.at - state.last);
    const unused = entry[1] === 0 ? 0 : Math.max(0, seen.at - entry[0]);
    state.grants ??= noGrants(seen.at);
    const slept = sleptUntil(state.grants, seen, active);
    const observation: Waking = {
      tool,
      class: seen.class,
      agentGap: silence / DAY,
      toolGap: unused / DAY,
      longest: state.longest / DAY,
      slept: slept.never / DAY,
      grantGap: slept.since / DAY,
      grantHabit: habitOf(slept.active, slept.days, active - slept.active),
      grantId: seen.grantId,
      active,
      habit: habitOf(entry[3] ?? 0, entry[2] ?? 0, active - (entry[3] ?? 0)),
      peers: Math.max(unused, slept.never, slept.since) > DAY ? seen.peers.holders('dormant', tool) : 0,
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
    if (Math.max(seen.agentGap, seen.toolGap, seen.slept, seen.grantGap) <= forget) return null;
    return worst([
      agentWoken(seen, forget),
      toolWoken(seen, forget),
      grantWoken(seen, forget),
      grantFirstUsed(seen, forget),
    ]);
  },

  learn() {},

  contribute(state, tell) {
    for (const [tool, [last]] of entries(state.tools).slice(0, 200)) if (state.last - last <= LATELY) tell(tool, 1);
  },
});

/** Of a thing done on `days` of `active` days of work: how likely it is not done on the `silent` ones after them (Lomax, with those days as its shape). */
const habitOf = (active: number, days: number, silent: number): number =>
  active <= 0 ? 1 : (active / (active + Math.max(0, silent))) ** days;
