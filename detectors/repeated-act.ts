import { z } from 'zod';
import { changesThings } from '../schemas/alert.ts';
import { HOUR } from '../schemas/durations.ts';
import type { Fact } from '../schemas/event.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector, type Score, type Seen } from './detector.ts';
import { callKey } from './stats/call-key.ts';
import { countHabit, type Habit } from './stats/habit.ts';
import { onEnd } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * The same change, over and over: a refund of one payment, a card for one customer, a booking of one article. That the
 * tool is used, and how often, may be ordinary; that it is given the same again is not, where it hardly ever was. What is
 * learned of each tool: how many changes it made, and how many of them came again within the hour, by chance or by habit;
 * a tool of few changes is judged by the agent's others as well. What is the same but for its numbers, such as credits of
 * other amounts for one dispute, has habits of its own. State: twice 64 tools and the last 128 changes, 20 KB.
 */
interface State extends TimeSpan, Habits {
  /** The same but for numbers; absent before the first. */
  alike?: Habits;
}

interface Habits {
  /** Changes, and those of them that were the same as one of the hour before: of all tools, and of each. */
  all: Habit;
  tools: Recent<Habit>;
  lately: Recent<Run>;
}

/** When a change came first, how often since, how often of that was learned that it came again; 1 where it began with something new. */
type Run = [first: number, times: number, learned: number, news: number];

interface Observation {
  at: number;
  tool: string;
  same: Again;
  /** Null where the call gives no numbers. */
  alike: Again | null;
}

interface Again {
  call: string;
  /** How often it came within the hour, this time too. */
  times: number;
  /** Of what is learned of the tool, what this run brought itself: it is not held against itself. */
  own: number;
  /** The first of them named something that the agent never named there. */
  news: boolean;
}

const TOOLS = 64;
const CALLS = 128;
/** What all tools of the agent tell of one of them counts as so many of its changes. */
const POOLED = 10;
/** Changes that make up a habit. */
const LIMIT = 4_096;
const configSchema = z.object({
  least_times: z.number().int().min(2).default(4).describe('The same change fewer times within an hour is no news.'),
  least_alike: z.number().int().min(2).default(6).describe('The same where numbers are other ones each time.'),
  least_changes: z
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('Changes by this tool before one that comes again is news.'),
});
type Config = z.output<typeof configSchema>;

export const repeatedAct = defineDetector<Config, State, never, Observation>({
  id: 'repeated-act',
  version: 1,
  title: 'The same change, over and over',
  description:
    'A tool is given the very same change again and again within an hour, and all go through, where that is not what this agent does with it: a payment refunded four times, a booking made anew; or the same but for its numbers, credits of other amounts for one dispute; low where all that it names is daily work. Calls that failed do not count, nor do commands and reads.',
  falsePositives: [
    'A gateway that tells one call several times under different ids.',
    'A client that tries again though it was answered.',
  ],
  blindSpots: [
    'The same change spread over hours, or with an argument that differs and is no number.',
    'Gateways that send no arguments.',
  ],
  references: ['https://doi.org/10.1214/ss/1009213286'],
  firstStep: 'See whether each of them took effect, and take back what is too many; then ask who gave the order.',
  tags: {
    owasp_asi: ['ASI02', 'ASI08', 'ASI10'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  // One in a hundred thousand changes, of which an agent makes hundreds a week.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 5, severity: 'medium', cooldownMs: 7 * 24 * HOUR },
  awaits: 'outcome',
  initial: () => ({ since: 0, until: 0, ...none() }),

  observe(state, seen) {
    const { event, at, class: name, used, failed } = seen;
    if (!changesThings(name)) return null;
    if (!used || failed || event.facts.args.length === 0) return null;
    const tool = toolOf(event.body);
    const call = callKey(seen);
    const alike = callKey(seen, isFixed);
    if (alike !== call) state.alike ??= none();
    return {
      at,
      tool,
      same: againOf(state, call, seen),
      alike: alike === call || state.alike === undefined ? null : againOf(state.alike, alike, seen),
    };
  },

  score(state, { tool, same, alike }, config) {
    const judged = (habits: Habits, { times, own, news }: Again, least: number, how: string): Score | null => {
      if (times < least) return null;
      const [changes, all] = peek(habits.tools, tool) ?? [0, 0];
      const repeated = Math.max(0, all - own);
      if (changes < config.least_changes) return null;
      const usual = (Math.max(0, habits.all[1] - own) + 0.5) / (habits.all[0] + 1);
      const again = (repeated + POOLED * usual) / (changes + POOLED);
      return {
        score: Math.min(12, onEnd(times, again)),
        reason: 'repeated',
        // A loop over many things is one story.
        story: `repeated ${tool}`,
        // What an agent works on day by day comes again by chance, in a busy hour four times.
        ...(!news && { severity: 'low' as const }),
        seen: `called ${tool} ${times} times within an hour with ${how}, and each went through`,
        expected: `other arguments each time: of ${Math.round(changes)} changes by it ${repeated < 0.5 ? 'none' : Math.round(repeated)} came again within an hour`,
        n: Math.round(changes),
        days: daysOf(state),
        contributors: [
          { name: 'times within the hour', value: times },
          { name: 'changes before', value: changes },
          { name: 'of them come again', value: repeated },
        ],
      };
    };
    return worst([
      judged(state, same, config.least_times, 'the same arguments'),
      alike === null || state.alike === undefined
        ? null
        : judged(state.alike, alike, config.least_alike, 'the same arguments but for numbers'),
    ]);
  },

  learn(state, { at, tool, same, alike }) {
    noteTime(state, at);
    learnAgain(state, tool, same);
    if (alike !== null && state.alike !== undefined) learnAgain(state.alike, tool, alike);
  },
});

const none = (): Habits => ({ all: [0, 0], tools: emptyRecent(), lately: emptyRecent() });

function againOf({ lately }: Habits, call: string, seen: Seen): Again {
  const { at } = seen;
  const run = touch<Run>(lately, call, CALLS, () => [at, 0, 0, 0]);
  if (at - run[0] > HOUR) run.splice(0, 3, at, 0, 0);
  if (run[1] === 0) run[3] = hasNews(seen) ? 1 : 0;
  run[1] += 1;
  return { call, times: run[1], own: run[2], news: run[3] === 1 };
}

function learnAgain({ all, tools, lately }: Habits, tool: string, { call, times }: Again): void {
  const run = peek(lately, call);
  if (times > 1 && run !== undefined) run[2] += 1;
  const habit = touch<Habit>(tools, tool, TOOLS, () => [0, 0]);
  for (const one of [habit, all]) countHabit(one, times > 1, LIMIT);
}

function hasNews(seen: Seen): boolean {
  const values = noveltyOf(seen)?.values;
  return values === undefined || values.some(({ fresh, moved, again }) => !again && (fresh || moved));
}

const isFixed = ({ kind }: Fact): boolean => kind !== 'number';
