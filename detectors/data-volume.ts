import { z } from 'zod';
import { defineDetector, type Score } from './detector.ts';
import { addToTotal, type DayTotals, emptyTotals, type HeavyDay, keepInTotal, knowsDays } from './stats/heavy-day.ts';
import { addToDay, keepInDay, type LevelDay, type Raised, raisedLevel } from './stats/level.ts';
import { addValue, emptySketch, excess, type QuantileSketch, quantile } from './stats/quantile-sketch.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { KNOWN, type Standing, type Told, tellOnce, untell } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * Results larger than this tool ever brought this agent. The tail beyond the 90 % quantile is taken for exponential in
 * the logarithm of the size (a Pareto tail): its index from what lies beyond it (Hill 1975), and where that is little from
 * the median and the 90 % quantile. And results of which none is remarkable, where all of them grew: by days
 * (stats/level.ts). What counts is how much it took in all: a large result that makes no heavy day (stats/heavy-day.ts) is
 * for the record. State: at most 32 sketches of 4 KB an agent, 1 KB for most, and 40 days of 32 tools, 40 KB.
 */
interface State {
  since: number;
  until: number;
  sizes: Recent<QuantileSketch>;
  /** By tool, what its days came to, and how far the last ones lie above those before; absent before the first. */
  days?: Recent<{ rows: LevelDay[]; raised: Raised | null }>;
  /** Tools whose results grew, told and not learned. */
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
  raised: Raised | null;
  standing: Standing;
  /** Today, or with it the week, is heavier than its days are; and whether there are days to tell by. */
  heavy: HeavyDay | null;
  knowsDays: boolean;
}

const TOOLS = 32;
/** So many results beyond the 90 % quantile say as much of the tail as the quantiles do. */
const FEW = 5;
const DAY = 86_400_000;
const configSchema = z.object({
  least_bytes: z.number().positive().default(65_536).describe('A result smaller than this is never too large.'),
  least_growth: z.number().min(1).default(3).describe('Results that grew by less, day by day, did not grow.'),
  least_excess: z
    .number()
    .positive()
    .default(1_000_000)
    .describe('Bytes more than usual within a heavy day, or within the days that were heavy or grew, at least.'),
  remind_days: z.number().positive().default(30).describe('What nobody cleared is told again then, a step milder.'),
  least_calls: z.number().int().min(10).default(30).describe('Calls of the tool before its sizes are judged.'),
});
type Config = z.output<typeof configSchema>;

export const dataVolume = defineDetector<Config, State, unknown, Observation>({
  id: 'data-volume',
  version: 1,
  title: 'Results far larger than usual',
  description:
    'An agent took far more data in a day than it ever does, or more than on any day before on three days of a week, or a tool returned for days several times as much with every call. A single large result is told, as a low alert where it makes no heavy day. Days that were told of are not learned; heavy ones that go on for a month are usual.',
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
  needsOutcome: true,
  learnsFailed: true,
  initial: () => ({ since: 0, until: 0, sizes: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    if (body.bytes_out === undefined || body.target.name === undefined) return null;
    const tool = toolOf(body.server.id, body.target.name, 200);
    const isWhole = body.outcome.status === 'ok';
    const raised = isWhole ? grown(state, tool, seen.at, body.bytes_out, config) : null;
    state.totals ??= emptyTotals();
    return {
      at: seen.at,
      tool,
      bytes: body.bytes_out,
      n: peek(state.sizes, tool)?.n ?? 0,
      isWhole,
      raised,
      standing: raised === null ? KNOWN : tellOnce(state, tool, seen, config.remind_days * DAY),
      heavy: addToTotal(state.totals, Math.floor(seen.at / DAY), body.bytes_out, config.least_excess),
      knowsDays: knowsDays(state.totals),
    };
  },

  score(state, seen, config) {
    return worst([heavyDay(seen), resultsGrew(seen), largeResult(state, seen, config)]);
  },

  learn(state, { at, tool, bytes, isWhole, raised, standing }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    addValue(touch(state.sizes, tool, TOOLS, emptySketch), bytes);
    keepInTotal(state.totals!, bytes);
    // Told and cleared by nobody: such days stay unusual.
    if (!isWhole || standing.pending) return;
    const entry = peek(state.days!, tool);
    if (entry === undefined) return;
    keepInDay(entry.rows);
    if (raised === null) return;
    entry.raised = null;
    untell(state, tool);
  },
});

function heavyDay({ heavy, tool }: Observation): Score | null {
  if (heavy === null) return null;
  const aDay = heavy.total / heavy.days;
  return {
    score: heavy.score,
    reason: heavy.days === 1 ? 'heavy_day' : 'heavy_days',
    story: 'heavy_day',
    seen: `took ${heavy.total} bytes ${heavy.days === 1 ? 'in a day' : `on ${heavy.days} days of a week`}, with ${tool} at last`,
    expected: `${Math.round(heavy.usual)} bytes on a typical one of ${heavy.pastDays} days, ${heavy.most} at most`,
    n: heavy.pastDays,
    days: heavy.pastDays,
    contributors: [
      { name: 'times a typical day', value: aDay / heavy.usual },
      { name: 'times the heaviest day', value: aDay / Math.max(1, heavy.most) },
    ],
  };
}

function resultsGrew({ raised, standing, tool, n }: Observation): Score | null {
  if (raised === null || standing.pending) return null;
  return {
    score: raised.score,
    reason: 'results_grew',
    story: `results_grew ${tool}`,
    ...(standing.reminder && { severity: 'low' as const }),
    seen: `${tool} returns ${Math.round(raised.now)} bytes in a typical call of the last days`,
    expected: `${Math.round(raised.before)} bytes, by ${raised.pastDays} days before`,
    n,
    days: raised.pastDays,
    contributors: [
      { name: 'times the usual size', value: raised.now / raised.before },
      { name: 'bytes more than usual', value: raised.excess },
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
    seen: `${tool} returned ${bytes} bytes`,
    expected: `half of its ${n} results are below ${Math.round(median)} bytes, nine of ten below ${Math.round(p90)}`,
    n,
    days: (state.until - state.since) / DAY,
    contributors: [{ name: 'times the 90 % quantile', value: bytes / Math.max(p90, 1) }],
  };
}

/** How far the results of the tool lie above what they were, where that is far; judged once a day, and the day taken in. */
function grown(state: State, tool: string, at: number, bytes: number, config: Config): Raised | null {
  state.days ??= emptyRecent();
  const entry = touch(state.days, tool, TOOLS, () => ({ rows: [] as LevelDay[], raised: null as Raised | null }));
  const day = Math.floor(at / DAY);
  const begins = (entry.rows.at(-1)?.[0] ?? day) < day;
  addToDay(entry.rows, day, bytes);
  if (begins) {
    const raised = raisedLevel(entry.rows);
    const far =
      raised !== null && raised.now >= config.least_growth * raised.before && raised.excess >= config.least_excess;
    entry.raised = far ? raised : null;
  }
  return entry.raised;
}
