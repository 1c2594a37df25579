import { STORY_KINDS } from '../../../src/simulate/stories.ts';
import type { Tally } from './tally.ts';

/** Sum, and 95 % interval, of a share: Wilson 1927. */
export function shareOf(hits: number, n: number): { share: number; from: number; to: number } {
  const z = 1.96;
  const share = hits / Math.max(1, n);
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { share, from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}

/** 95 % interval of a Poisson rate: Wilson and Hilferty's approximation. */
export function rateOf(count: number, weeks: number): { rate: number; from: number; to: number } {
  const bound = (n: number, z: number): number => (n <= 0 ? 0 : n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3);
  return { rate: count / weeks, from: bound(count, -1.96) / weeks, to: bound(count + 1, 1.96) / weeks };
}

/** Recall within a fortnight with its interval and median days, of each system beside the others; then false alerts. */
export function reportOf(tallies: readonly Tally[]): string[] {
  const systems = ['ours', ...Object.keys(tallies[0]!.alerts).filter((name) => name !== 'ours'), 'ideal'];
  const columns = [...systems, 'ours, ever'];
  const line = (head: string, cells: readonly string[]): string =>
    head.padEnd(34) + cells.map((cell) => cell.padStart(27)).join('');
  const lines = [line('recall in 14 days (95 %) / median days', columns)];
  for (const kind of STORY_KINDS) {
    const outcomes = tallies.flatMap((tally) => tally.outcomes).filter((one) => one.kind === kind);
    if (outcomes.length === 0) continue;
    const cells = systems.map((name) => cell(outcomes.map(({ days }) => days[name])));
    lines.push(line(`${kind} (${outcomes.length})`, [...cells, cell(outcomes.map(({ ever }) => ever))]));
  }
  const weeks = tallies.reduce((sum, tally) => sum + tally.weeks, 0);
  const rates = systems.map((name) => {
    if (name === 'ideal') return '';
    const { rate, from, to } = rateOf(
      tallies.reduce((sum, tally) => sum + (tally.alerts[name] ?? 0), 0),
      weeks,
    );
    return `${rate.toFixed(3)} (${from.toFixed(3)}-${to.toFixed(3)})`;
  });
  lines.push(line('false alerts an agent and week', rates));
  const ours = new Map<string, number>();
  for (const { byDetector } of tallies)
    for (const [name, count] of Object.entries(byDetector)) ours.set(name, (ours.get(name) ?? 0) + count);
  const parts = [...ours].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${(count / weeks).toFixed(4)}`);
  return [...lines, `of ours: ${parts.join(', ')}`];
}

function cell(days: readonly (number | null | undefined)[]): string {
  if (days.every((one) => one === undefined)) return '';
  const found = days.filter((one) => typeof one === 'number').sort((a, b) => a - b);
  const { share, from, to } = shareOf(found.length, days.length);
  const median = found.length === 0 ? '-' : found[found.length >> 1]!.toFixed(1);
  return `${share.toFixed(2)} (${from.toFixed(2)}-${to.toFixed(2)}) / ${median}`;
}
