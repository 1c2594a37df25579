import { CLASSES, isChange, type PrivilegeClass } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import { utcDay } from '../../schemas/utc.ts';
import type { PeerView, Score, Tell } from '../detector.ts';
import { byDay, byWork } from '../stats/exposure.ts';
import { FEWEST_DAYS, type Growth, type GrowthDay, growthIn, WINDOWS } from '../stats/growth.ts';
import { callsFrom, columnOf, EXECUTE, isClean, type PrivilegeDays, READ, SECRET, total, WRITE } from './days.ts';
import { teamFactors, tellLevels } from './team.ts';

/** Use creep by volume: ever more of the same. Judged over everything up to yesterday, and again as today's calls double. */
export interface Volume {
  /** The growth that is least likely, the column of the weakest class that grew, and the first day; null where none did. */
  found: (Growth & { from: number; since: number }) | null;
}

interface VolumeConfig {
  least_growth: number;
  least_calls: number;
  least_peers: number;
}

export const emptyVolume = (): Volume => ({ found: null });

/** Where there is no other work to hold it against, all alike may have risen: its evidence counts one power of ten less. */
const ALONE = 1;
/** Growth that lasts is told before a spell of heavy days that is so much less likely. */
const SPELL = 2;
/** Beside other work that fell, use that stayed rises beyond all chance: what the day shows bounds it. */
const MOST_OF_DAY = 1.5;

/** Fewer calls of a day that is not over are not looked at. */
const LEAST_TODAY = 4;

/** On a new day, the last row: is there growth in those before? */
export function judgeBefore(
  volume: Volume,
  { rows, first }: PrivilegeDays,
  peers: PeerView,
  config: VolumeConfig,
): void {
  volume.found = judge({ rows: rows.slice(0, -1), first }, peers, config);
}

/** Today's calls doubled since they were looked at last: what is left of the day can only add to them. */
export function judgeToday(volume: Volume, days: PrivilegeDays, peers: PeerView, config: VolumeConfig): void {
  const calls = callsFrom(days.rows.at(-1)!, WRITE);
  if (calls < LEAST_TODAY || (calls & (calls - 1)) !== 0) return;
  const found = judge(days, peers, config);
  if (found !== null && (volume.found === null || rankOf(found) > rankOf(volume.found))) volume.found = found;
}

/** The growth that is least likely; null where there is none. */
function judge(days: PrivilegeDays, peers: PeerView, config: VolumeConfig): Volume['found'] {
  const { rows } = days;
  let best: Volume['found'] = null;
  if (rows.length < FEWEST_DAYS) return best;
  const columns = differing(rows);
  const exposures = exposuresOf(days);
  const byWork = times(exposures.byWork, teamFactors(days, peers, config.least_peers, 'd'));
  const byDay = times(exposures.byDay, teamFactors(days, peers, config.least_peers, 'w'));
  for (const from of columns) {
    const by = (exposure: readonly number[]): GrowthDay[] =>
      rows.map((row, n) => ({ count: callsFrom(row, from), exposure: exposure[n]!, clean: isClean(row) }));
    const [work, day] = [by(byWork), by(byDay)];
    for (const window of WINDOWS) {
      const found = both(growthIn(work, window), growthIn(day, window), config);
      if (found === null) continue;
      // One class more to look at is one chance more to be wrong.
      const score = Math.min(12, found.score - Math.log10(columns.length));
      if (score > 0 && (best === null || rankOf({ ...found, score }) > rankOf(best)))
        best = { ...found, score, from, since: days.first + rows.length - window };
    }
  }
  return best;
}

const rankOf = ({ score, spell }: Growth): number => (spell ? score - SPELL : score);

/**
 * Growth by both measures, its score their weighted mean: that of the geometric mean of their probabilities (Vovk and Wang
 * 2020), for neither is independent of the other; the steadier one weighs more, as in a mean of estimates: against a few
 * reads a day every count is wild. What rose as all other work did is more work, and what rose only beside
 * work that fell is no more than it was. Told as it is by the day.
 */
function both(work: Growth | null, day: Growth | null, { least_growth, least_calls }: VolumeConfig): Growth | null {
  const isMore = ({ count, expected }: Growth): boolean => count >= least_growth * expected;
  if (day === null || !isMore(day) || day.count - day.expected < least_calls) return null;
  if (work === null) return { ...day, score: day.score - ALONE };
  if (!isMore(work)) return null;
  const sum = day.score * work.dispersion + work.score * day.dispersion;
  const mean = sum / (day.dispersion + work.dispersion);
  return { ...day, score: Math.min(mean, MOST_OF_DAY * day.score) };
}

const times = (some: readonly number[], others: readonly number[]): number[] => some.map((one, n) => one * others[n]!);

/** What peers are told of everything up to yesterday: by either measure, or what came to all would be taken for growth by the other. */
export function tellVolume(days: PrivilegeDays, tell: Tell): void {
  if (days.rows.length === 0) return;
  const { byWork, byDay } = exposuresOf(days);
  tellLevels(days, byWork, 'd', tell);
  tellLevels(days, byDay, 'w', tell);
}

interface Exposures {
  other: readonly number[];
  first: number;
  byWork: number[];
  byDay: number[];
}

/** What peers are told on a new day and what is judged on it rest on the same days: what was worked out last is kept. No state. */
let last: Exposures = { other: [], first: 0, byWork: [], byDay: [] };

function exposuresOf({ rows, first }: PrivilegeDays): Exposures {
  const same = last.first === first && last.other.length === rows.length;
  if (same && rows.every((row, n) => row[READ] === last.other[n])) return last;
  const other = rows.map((row) => row[READ]!);
  const worked = rows.map((row) => callsFrom(row, READ) > 0);
  last = { other, first, byWork: byWork(other, first, worked), byDay: byDay(other, first, worked) };
  return last;
}

/** Write and above; execute and above, secrets, where those are not the same calls. */
function differing(rows: readonly (readonly number[])[]): number[] {
  const sums = [WRITE, EXECUTE, SECRET].map((column) => total(rows, (row) => callsFrom(row, column)));
  return [WRITE, EXECUTE, SECRET].filter((_, n) => sums[n]! > 0 && sums[n] !== sums[n + 1]);
}

/** What an event of this class is told of it. */
export function usedMore({ found }: Volume, name: PrivilegeClass): Omit<Score, 'n' | 'days'> | null {
  if (found === null || !isChange(name) || columnOf(name) < found.from) return null;
  const { score, from, since, window, count, expected, before, now, pastDays, dispersion, spell, more } = found;
  const times = count / Math.max(expected, 0.1);
  return {
    score,
    reason: 'use_creep',
    // Nights of an incident are over, or will be: it is grave where it stays.
    severity: spell ? 'low' : from === SECRET || times >= 4 ? 'high' : 'medium',
    seen: `${now.toFixed(1)} calls of class ${CLASSES[from + 1]} and above on an ordinary day, ${times.toFixed(1)} times what it was, rising since ${utcDay(since * DAY)}${spell ? `, on ${more} days so far` : ''}`,
    expected: `${before.toFixed(1)} such calls on an ordinary day, by ${pastDays} days of its own and by its peers`,
    contributors: [
      { name: 'times the expected', value: times },
      { name: 'days of the window', value: window },
      { name: 'variance over mean of its days', value: dispersion },
    ],
  };
}
