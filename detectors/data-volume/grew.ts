import { DAY } from '../../schemas/durations.ts';
import type { Score } from '../detector.ts';
import { addToDay, keepInDay, type LevelDay, type Raised, raisedLevel } from '../stats/level.ts';
import { emptyRecent, entries, peek, type Recent, touch } from '../stats/recent.ts';
import type { Standing } from '../stats/told.ts';

/** By tool, what its days came to, how far the last ones lie above those before, and by how many bytes where they do. */
export type ToolLevels = Recent<Levels>;

interface Levels {
  rows: LevelDay[];
  raised: Raised | null;
  excess?: number;
}

/** Results that grew: those of one tool, or of several together, none of which brings much more by itself. */
export interface GrownResults {
  /** What it is told of as. */
  key: string;
  raised: Raised;
}

const TOOLS = 32;
const TOGETHER = '*';
/** What the other tools brought more of counts for so long. */
const LATELY_DAYS = 10;

export const emptyLevels = (): ToolLevels => emptyRecent();

/** How far the results of the tool lie above what they were, where that is far; judged once a day, and the day taken in. */
export function grown(
  levels: ToolLevels,
  tool: string,
  at: number,
  bytes: number,
  config: { least_growth: number; least_excess: number },
): GrownResults | null {
  const entry = touch<Levels>(levels, tool, TOOLS, () => ({ rows: [], raised: null }));
  const day = Math.floor(at / DAY);
  const begins = (entry.rows.at(-1)?.[0] ?? day) < day;
  addToDay(entry.rows, day, bytes);
  if (begins) {
    const raised = raisedLevel(entry.rows);
    entry.raised = raised !== null && raised.now >= config.least_growth * raised.before ? raised : null;
    entry.excess = Math.max(0, entry.raised?.excess ?? 0);
  }
  if (entry.raised === null) return null;
  if (entry.raised.excess >= config.least_excess) return { key: tool, raised: entry.raised };
  let together = 0;
  for (const [, { rows, excess = 0 }] of entries(levels)) if (day - rows.at(-1)![0] < LATELY_DAYS) together += excess;
  return together < config.least_excess ? null : { key: TOGETHER, raised: { ...entry.raised, excess: together } };
}

/** What the tool brought last is learned. */
export function keepGrown(levels: ToolLevels, tool: string, grew: GrownResults | null): void {
  const entry = peek(levels, tool);
  if (entry === undefined) return;
  keepInDay(entry.rows);
  if (grew !== null) entry.raised = null;
}

export function resultsGrew(grew: GrownResults | null, standing: Standing, tool: string, n: number): Score | null {
  if (grew === null || standing.pending) return null;
  const { key, raised } = grew;
  return {
    score: raised.score,
    reason: 'results_grew',
    story: `results_grew ${key}`,
    ...(standing.reminder && { severity: 'low' as const }),
    seen: `${tool} returns ${Math.round(raised.now)} bytes in a typical call of the last days${key === tool ? '' : ', as do other tools that grew'}`,
    expected: `${Math.round(raised.before)} bytes, by ${raised.pastDays} days before`,
    n,
    days: raised.pastDays,
    contributors: [
      { name: 'times the usual size', value: raised.now / raised.before },
      { name: `bytes more than usual${key === tool ? '' : ', over all tools that grew'}`, value: raised.excess },
    ],
  };
}
