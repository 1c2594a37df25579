import { z } from 'zod';
import { DAY } from '../schemas/durations.ts';
import { emptyLevels, type GrownResults, grown, keepGrown, resultsGrew, type ToolLevels } from './data-volume/grew.ts';
import { sized } from './data-volume/sized.ts';
import { defineDetector, type Score } from './detector.ts';
import { addToTotal, type DayTotals, emptyTotals, type HeavyDay, keepInTotal, knowsDays } from './stats/heavy-day.ts';
import { addValue, emptySketch, excess, type QuantileSketch, quantile } from './stats/quantile-sketch.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { KNOWN, remindDays, type Standing, type Told, tellLasting, untell } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * Results larger than this tool ever brought this agent. The tail beyond the 90 % quantile is taken for exponential in
 * the logarithm of the size (a Pareto tail): its index from what lies beyond it (Hill 1975), and where that is little from
 * the median and the 90 % quantile. And results of which none is remarkable, where all of them grew: by days
 * (stats/level.ts). What counts is how much it took in all: a large result that makes no heavy day (stats/heavy-day.ts) is
 * for the record. State: at most 32 sketches of 4 KB an agent, 1 KB for most, and 40 days of 32 tools, 40 KB.
 */
interface State extends TimeSpan {
  sizes: Recent<QuantileSketch>;
  /** Absent before the first. */
  days?: ToolLevels;
  /** Tools whose results grew, and a run of heavy days, told and not learned. */
  told?: Told;
  /** What the agent took in a day, over all tools; absent before the first. */
  totals?: DayTotals;
}

interface Observation {
  at: number;
  tool: string;
  bytes: number;
  n: number;
  /** It is a result, of which the level of its tool is made. */
  isWhole: boolean;
  /** Results of this tool grew; and how it stands with that. */
  grew: GrownResults | null;
  standing: Standing;
  /** Today, or with it the week, is heavier than its days are; how it stands with such a week; and whether there are days to tell by. */
  heavy: HeavyDay | null;
  run: Standing | null;
  knowsDays: boolean;
}

const TOOLS = 32;
/** So many results beyond the 90 % quantile say as much of the tail as the quantiles do. */
const FEW = 5;
const RUN = 'heavy_days';
const configSchema = z.object({
  least_bytes: z.number().positive().default(65_536).describe('A result smaller than this is never too large.'),
  least_growth: z.number().min(1).default(3).describe('Results that grew by less, day by day, did not grow.'),
  least_excess: z
    .number()
    .positive()
    .default(1_000_000)
    .describe(
      'Bytes more than usual within a heavy day, or within the days that were heavy or grew, at least; of heavy days ten typical ones suffice, from 300,000 bytes on.',
    ),
  remind_days: remindDays('a step milder'),
  least_calls: z.number().int().min(10).default(30).describe('Calls of the tool before its sizes are judged.'),
});
type Config = z.output<typeof configSchema>;

export const dataVolume = defineDetector<Config, State, unknown, Observation>({
  id: 'data-volume',
  version: 1,
  title: 'Results far larger than usual',
  description:
    'An agent took far more data in a day than it ever does, or more than on any day before on three days or more of a week, or tools returned for days several times as much with every call. A single large result is told, as a low alert where it makes no heavy day. Days that were told of are not learned; heavy ones that go on for a month are usual.',
  falsePositives: ['A rightful export; a store that grew by a migration; an incident that goes on for days.'],
  blindSpots: [
    'Gateways that tell no sizes.',
    'Data taken in many small portions: see the rate of calls.',
    'Growth of a tool that is called less than every other day.',
  ],
  references: ['https://doi.org/10.14778/3352063.3352135', 'https://attack.mitre.org/techniques/T1030/'],
  tags: { owasp_asi: ['ASI02'], mitre_atlas: ['AML.T0086'], maestro: ['L2', 'L7'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 4, severity: 'medium', cooldownMs: DAY },
  awaits: 'result',
  learnsFailed: true,
  initial: () => ({ since: 0, until: 0, sizes: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    if (body.bytes_out === undefined || body.target.name === undefined) return null;
    const tool = toolOf(body, 200);
    const isWhole = body.outcome.status === 'ok';
    state.days ??= emptyLevels();
    const grew = isWhole ? grown(state.days, tool, seen.at, body.bytes_out, config) : null;
    state.totals ??= emptyTotals();
    const { day, run } = addToTotal(state.totals, Math.floor(seen.at / DAY), body.bytes_out, config.least_excess);
    const told = (key: string): Standing => tellLasting(state, key, seen.at, config.remind_days);
    const standing = run === null ? null : told(RUN);
    return {
      at: seen.at,
      tool,
      bytes: body.bytes_out,
      n: peek(state.sizes, tool)?.n ?? 0,
      isWhole,
      grew,
      standing: grew === null ? KNOWN : told(grew.key),
      heavy: standing?.pending ? day : worst([day, run]),
      run: standing,
      knowsDays: knowsDays(state.totals),
    };
  },

  score(state, seen, config) {
    const { grew, standing, tool, n } = seen;
    // That results grew is told once: one that is large as well, which is less, must not stand before it.
    const growth = resultsGrew(grew, standing, tool, n);
    return worst([heavyDay(seen), growth ?? largeResult(state, seen, config)]);
  },

  learn(state, { at, tool, bytes, isWhole, grew, standing, run }) {
    noteTime(state, at);
    addValue(touch(state.sizes, tool, TOOLS, emptySketch), bytes);
    // Told and cleared by nobody: such days stay unusual.
    if (!run?.pending) keepInTotal(state.totals!, bytes);
    if (run?.pending === false) untell(state, RUN);
    if (!isWhole || standing.pending) return;
    keepGrown(state.days!, tool, grew);
    if (grew !== null) untell(state, grew.key);
  },
});

function heavyDay({ heavy, run, tool }: Observation): Score | null {
  if (heavy === null) return null;
  const aDay = heavy.total / heavy.days;
  return {
    score: heavy.score,
    reason: heavy.days === 1 ? 'heavy_day' : 'heavy_days',
    story: 'heavy_day',
    ...(heavy.days > 1 && run?.reminder && { severity: 'low' as const }),
    seen: `took ${sized(heavy.total)} ${heavy.days === 1 ? 'in a day' : `on ${heavy.days} days of a week`}, with ${tool} at last`,
    expected: `${sized(heavy.usual)} on a typical one of ${heavy.pastDays} days, ${sized(heavy.most)} at most`,
    n: heavy.pastDays,
    days: heavy.pastDays,
    contributors: [
      { name: 'times a typical day', value: aDay / heavy.usual },
      { name: 'times the heaviest day', value: aDay / Math.max(1, heavy.most) },
    ],
  };
}

function largeResult(
  state: State,
  { tool, bytes, n, heavy, knowsDays: known }: Observation,
  config: Config,
): Score | null {
  const sketch = peek(state.sizes, tool);
  if (sketch === undefined || n < config.least_calls || bytes < config.least_bytes) return null;
  const [median, p90] = [quantile(sketch, 0.5), quantile(sketch, 0.9)];
  if (bytes <= p90) return null;
  const between = Math.log(Math.max(p90, 1) / Math.max(median, 1)) / Math.log(5);
  const beyond = excess(sketch, Math.max(p90, 1));
  // At least 1/2, so that a constant size does not make any other one impossible.
  const spread = Math.max(0.5, (FEW * between + beyond.n * beyond.mean) / (FEW + beyond.n));
  return {
    score: 1 + Math.log(bytes / Math.max(p90, 1)) / spread / Math.LN10,
    reason: 'large_result',
    ...(known && heavy === null && { severity: 'low' as const }),
    seen: `${tool} returned ${sized(bytes)}`,
    expected: `half of its ${n} results are below ${sized(median)}, nine of ten below ${sized(p90)}`,
    n,
    days: daysOf(state),
    contributors: [{ name: 'times the 90 % quantile', value: bytes / Math.max(p90, 1) }],
  };
}
