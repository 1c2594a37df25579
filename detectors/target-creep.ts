import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import type { NoveltyObservation } from './argument-novelty.ts';
import { defineDetector } from './detector.ts';
import { tailAbove } from './stats/count-tail.ts';
import { joiner } from './stats/joiner.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';

/** Targets that one tool was used on, by days: how many, and how many of them for the first time. */
interface Reach {
  /** First day of its use. */
  since: number;
  /** Before the last week, faded by half a month's halves; what was flagged is left out. */
  met: number;
  fresh: number;
  /** The last seven days, oldest first; `kept` as `fresh`, without what was flagged. */
  week: [day: number, met: number, fresh: number, kept: number][];
}

/** Whether a known tool is used on ever more targets. State: 64 tools of 200 bytes. */
interface State {
  tools: Recent<Reach>;
}

interface Observation {
  day: number;
  tool: string;
  class: PrivilegeClass;
  /** Targets of this call that are new to the tool. */
  fresh: number;
  used: boolean;
}

const DAY = 86_400_000;
const WEEK = 7;
const FIRST_DAYS = 7;
const TOOLS = 64;
/** New targets come in clumps: one task brings several. */
const CLUMPS = 2;
/** A tool that meets new things more often knows no targets, or more than are remembered. */
const MOST_FRESH = 0.1;
/** What is left of the past after a day: half of it after a month. */
const FADES = 0.5 ** (1 / 30);
const toolOf = joiner('/', 160);
const configSchema = z.object({
  least_fresh: z.number().int().min(2).default(6).describe('New targets of a tool within a week, at least.'),
  least_days: z.number().int().min(7).default(21).describe('A tool in use for fewer days is new itself.'),
});

export const targetCreep = defineDetector<z.output<typeof configSchema>, State, unknown, Observation>({
  id: 'target-creep',
  version: 1,
  title: 'Known tool on ever more targets',
  description:
    'An agent uses a tool that it knows on more and more things it never touched: other paths, projects, accounts. Neither the tool nor the number of calls need be unusual. What is new within a week is held against how often this tool met new things before; what was flagged is not learned.',
  falsePositives: ['A new project or customer that brings many new things within a week.'],
  blindSpots: [
    'Gateways that log no arguments.',
    'Tools that see new things with every tenth target or more: there, more of them are no surprise.',
  ],
  references: ['https://attack.mitre.org/techniques/T1083/', 'https://doi.org/10.1093/biomet/40.3-4.237'],
  shows: 'days',
  firstStep: 'Look at which targets are new and who asked for them; narrow the grant to those it needs.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0085.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 14 }, threshold: 4, severity: 'medium', cooldownMs: 14 * DAY },
  initial: () => ({ tools: emptyRecent() }),

  observe(state, seen) {
    const named = seen.earlier.get('argument-novelty') as NoveltyObservation | undefined;
    if (named === undefined || seen.class === 'discover') return null;
    let [met, fresh] = [0, 0];
    for (const value of named.values) {
      if (!value.entity || value.embedded || value.again) continue;
      met += 1;
      if (value.fresh || value.moved) fresh += 1;
    }
    if (met === 0) return null;
    const { server, target, method } = seen.event.body;
    const tool = toolOf(server.id, target.name ?? method);
    const day = Math.floor(seen.at / DAY);
    const reach = touch<Reach>(state.tools, tool, TOOLS, () => ({ since: day, met: 0, fresh: 0, week: [] }));
    if (seen.used && turn(reach, day)) {
      const today = reach.week.at(-1)!;
      today[1] += met;
      today[2] += fresh;
    }
    return { day, tool, class: seen.class, fresh, used: seen.used };
  },

  score({ tools }, { day, tool, class: name, fresh, used }, { least_fresh, least_days }) {
    const reach = peek(tools, tool);
    if (!used || fresh === 0 || reach === undefined || day - reach.since < least_days) return null;
    const [met, found] = [sum(reach, 1), sum(reach, 2)];
    if (found < least_fresh || reach.fresh > MOST_FRESH * reach.met) return null;
    const score = tailAbove(found, met, { count: reach.fresh, exposure: Math.max(1, reach.met) }, CLUMPS);
    if (score < 1) return null;
    return {
      score: Math.min(12, score),
      reason: 'new_targets',
      story: `new_targets ${tool}`,
      severity: classRank(name) >= classRank('execute') ? 'high' : 'medium',
      seen: `${tool} on ${found} things within a week that it was never used on`,
      expected: `${((100 * reach.fresh) / Math.max(1, reach.met)).toFixed(1)} % of what it is used on is new, so ${((met * reach.fresh) / Math.max(1, reach.met)).toFixed(1)} within such a week`,
      n: Math.round(reach.met),
      days: day - reach.since,
      contributors: [
        { name: 'new targets within a week', value: found },
        { name: 'targets within a week', value: met },
      ],
    };
  },

  learn({ tools }, { tool, fresh, used }) {
    const today = peek(tools, tool)?.week.at(-1);
    if (used && today !== undefined) today[3] += fresh;
  },
});

const sum = ({ week }: Reach, column: 1 | 2): number => week.reduce((total, row) => total + row[column], 0);

/** Makes the day the last one of the week: what is older is past. False for a day before it. */
function turn(reach: Reach, day: number): boolean {
  const last = reach.week.at(-1);
  if (last?.[0] === day) return true;
  if (last !== undefined && day < last[0]) return false;
  const fade = FADES ** (day - (last?.[0] ?? day));
  reach.met *= fade;
  reach.fresh *= fade;
  while (reach.week.length > 0 && reach.week[0]![0] <= day - WEEK) {
    const [when, met, fresh, kept] = reach.week.shift()!;
    // Of a new tool every target is new: its first days say nothing of later ones.
    if (when - reach.since < FIRST_DAYS) continue;
    reach.met += met - (fresh - kept);
    reach.fresh += kept;
  }
  reach.week.push([day, 0, 0, 0]);
  return true;
}
