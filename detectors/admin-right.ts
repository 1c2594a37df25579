import { z } from 'zod';
import { isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { givenBy } from './rights/admin.ts';
import { A_DAY, type Count, countOne, emptyCount } from './rights/count.ts';
import { GRAVITY } from './rights/field.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { fullName } from './stats/tool-of.ts';

/**
 * Rights of administration that calls give, tool by tool: how likely the first is after so many calls that gave others is
 * the estimator of Krichevsky and Trofimov (1981). State: 64 tools, and 64 that were told, 8 KB.
 */
interface State extends TimeSpan {
  tools: Recent<Given>;
  told?: Told;
}

interface Given extends Count {
  /** How many of them gave administration. */
  admin: number;
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  used: boolean;
  /** Field and value that give administration; '' where none does. */
  admin: string;
  /** Calls before that gave other rights, its own and its peers'; 0 where one of its own gave administration. */
  n: number;
  standing: Standing | null;
  /** Peers that give it by this tool. */
  holders: number;
}

const TOOLS = 64;
const configSchema = z.object({
  least_calls: z
    .number()
    .int()
    .min(5)
    .default(20)
    .describe('Calls of a tool that gave other rights before the first, peers counted in.'),
  remind_days: remindDays('as low'),
});

export const adminRight = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'admin-right',
  version: 1,
  title: 'Administration given for the first time',
  description:
    'A call gives a right of administration (a group, role, policy or flag that is named so) by a tool that gave other rights in all calls of the agent before.',
  falsePositives: ['A new administrator whom somebody asked the agent for.'],
  blindSpots: [
    'Groups and roles whose names do not tell what they allow.',
    'A tool that never gave any right before: see first-seen.',
    'Gateways that log no arguments.',
  ],
  references: ['https://doi.org/10.1109/TIT.1981.1056331', 'https://attack.mitre.org/techniques/T1098/'],
  firstStep: 'Take the right back until somebody says who wanted it, and look at what the agent read just before.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3', 'L6'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 20, days: 7 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, tools: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    if (!isChange(seen.class) || body.target.name === undefined) return null;
    const { decides, admin } = givenBy(body.args);
    if (!decides) return null;
    const { at, class: name, used, peers } = seen;
    const tool = fullName(body);
    const before = peek(state.tools, tool);
    // Teams share what they are for: where one seldom gives a right, all of them together say more.
    const n = before === undefined || before.admin > 0 ? 0 : before.n + peers.sum('admin-right', `n:${tool}`);
    const news = admin !== '' && n >= config.least_calls;
    return {
      at,
      tool,
      class: name,
      used,
      admin,
      n,
      standing: news ? tellOnce(state, tool, seen, config.remind_days) : null,
      holders: news ? peers.holders('admin-right', tool) : 0,
    };
  },

  score(state, { tool, class: name, used, admin, n, standing, holders }) {
    if (standing === null) return null;
    const rarity = rarityOf(n);
    const severity = !used || standing.reminder ? 'low' : holders > 0 ? 'medium' : 'high';
    return {
      score: rarity + GRAVITY[name],
      reason: 'first_admin',
      ...again(standing),
      story: `first_admin ${tool}`,
      subject: `first_admin ${tool}`,
      severity,
      seen: `${used ? 'called' : 'tried to call'} ${tool} (class ${name}), which gives administration: ${admin}${reminded(standing)}`,
      expected: `other rights, as in ${n} calls of it by this agent and its peers, those of a day counted up to ${A_DAY}; ${holders} peers give administration by it`,
      n,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom it would come first now', value: rarity },
        { name: `class ${name}`, value: GRAVITY[name] },
      ],
    };
  },

  learn(state, { at, tool, used, admin, standing }) {
    // Told and cleared by nobody: what is done once more is no habit by that.
    if (!used || standing?.pending === true) return;
    noteTime(state, at);
    const given = touch<Given>(state.tools, tool, TOOLS, () => ({ ...emptyCount(at), admin: 0 }));
    countOne(given, at);
    if (admin !== '') given.admin += 1;
  },

  contribute({ tools }, tell) {
    for (const [tool, { n, admin }] of entries(tools)) {
      if (admin > 0) tell(tool, 1);
      else tell(`n:${tool}`, n);
    }
  },
});
