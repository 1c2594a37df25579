import type { Truth } from '../../../src/simulate/company.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import type { Source } from './source.ts';

/**
 * The best that can be done against growth of volume: it knows the true mean of every day and the rule by which the story
 * grows, everything but when it begins (Lorden 1971: the likelihood ratio, maximised over the onset). Its threshold is set on
 * honest days of the same agents, drawn anew, so that it raises as many false alerts as it is allowed.
 */
export interface Ideal {
  /** Days from the onset to its alert, within `within` days; null where it raises none. */
  detect(story: Truth, counts: readonly number[], within: number): number | null;
}

const WARM_DAYS = 20;
const REPLICAS = 12;

export function createIdeal(source: Source, stories: readonly Truth[], allowed: number): Ideal {
  const known = new Map(stories.map((story) => [story.agent_id, source.known(story)]));
  const random = createRandom('ideal');
  const honest = [...known.values()].flatMap(({ means, draw, rule }) =>
    Array.from({ length: REPLICAS }, () =>
      statistics(
        means.map((mean) => draw(mean, random)),
        means,
        rule,
      ),
    ),
  );
  const threshold = thresholdFor(honest, allowed);
  return {
    detect({ agent_id, day }, counts, within) {
      const { means, rule } = known.get(agent_id)!;
      const found = statistics(counts, means, rule).findIndex(
        (value, at) => at >= day && at < day + within && value >= threshold,
      );
      return found < 0 ? null : found + 1 - day;
    },
  };
}

/** After each day the largest log likelihood ratio over onsets. */
function statistics(counts: readonly number[], means: readonly number[], rule: (age: number) => number): number[] {
  const best = counts.map(() => 0);
  const times = counts.map((_, age) => rule(age));
  const logs = times.map(Math.log);
  for (let onset = 0; onset < counts.length; onset += 1) {
    let ratio = 0;
    for (let at = onset; at < counts.length; at += 1) {
      ratio += counts[at]! * logs[at - onset]! - means[at]! * (times[at - onset]! - 1);
      if (ratio > best[at]!) best[at] = ratio;
    }
  }
  return best;
}

function thresholdFor(honest: readonly (readonly number[])[], allowed: number): number {
  const weeks = honest.reduce((sum, days) => sum + Math.max(0, days.length - WARM_DAYS) / 7, 0);
  let [low, high] = [0, 100];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    const alerts = honest.reduce((sum, days) => sum + alertsAt(days, middle), 0);
    if (alerts / weeks > allowed) low = middle;
    else high = middle;
  }
  return high;
}

/** Times that it goes above, a fortnight of silence between them: as our own alerts are counted. */
function alertsAt(days: readonly number[], threshold: number): number {
  let alerts = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let day = WARM_DAYS; day < days.length; day += 1) {
    if (days[day]! < threshold) continue;
    if (day - last > 14) alerts += 1;
    last = day;
  }
  return alerts;
}
