import { callsOf, expectedCalls } from '../../../src/simulate/agent.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import type { Truth, World } from '../../../src/simulate/world.ts';

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

export function createIdeal(world: World, stories: readonly Truth[], allowed: number): Ideal {
  const means = new Map(stories.map((story) => [story.agent_id, meansOf(world, story)]));
  const rule = ruleOf(world, stories[0]?.kind ?? '');
  const random = createRandom('ideal');
  const honest = stories.flatMap(({ agent_id }) =>
    Array.from({ length: REPLICAS }, () => {
      const mean = means.get(agent_id)!;
      const size = callsATask(world, agent_id);
      // Calls come by tasks, several at once: what counts is how they vary, as well as their mean.
      const counts = mean.map((each) => {
        const tasks = random.poisson((each * random.gamma(world.settings.steadiness)) / size);
        return Math.round(tasks * size);
      });
      return statistics(counts, mean, rule);
    }),
  );
  const threshold = thresholdFor(honest, allowed);
  return {
    detect({ agent_id, day }, counts, within) {
      const found = statistics(counts, means.get(agent_id)!, rule).findIndex(
        (value, at) => at >= day && at < day + within && value >= threshold,
      );
      return found < 0 ? null : found + 1 - day;
    },
  };
}

/** Privileged calls that a task with any of them makes, by their second moment over the mean. */
function callsATask(world: World, agentId: string): number {
  const agent = world.agents.find(({ id }) => id === agentId)!;
  const sizes = callsOf(agent.role).map((calls) => calls.filter(world.isPrivileged).length);
  const moment = (power: number): number =>
    sizes.reduce((sum, size, task) => sum + agent.weights[task]! * size ** power, 0);
  return Math.max(1, moment(2) / Math.max(1e-9, moment(1)));
}

/** Privileged calls to expect on each day, had the story not been. */
function meansOf(world: World, story: Truth): number[] {
  const agent = world.agents.find(({ id }) => id === story.agent_id)!;
  const base = expectedCalls(agent, world.isPrivileged);
  const honest = agent.works.filter((work) => work.story !== true);
  return agent.mean.map((level, day) => {
    const more = honest
      .filter(({ from, to }) => day >= from && day < (to ?? Number.POSITIVE_INFINITY))
      .reduce((sum, work) => {
        const share = work.tools.filter(world.isPrivileged).length / work.tools.length;
        return sum + share * work.perDay(day);
      }, 0);
    return Math.max(1e-6, (base + more) * level);
  });
}

function ruleOf({ settings }: World, kind: string): (age: number) => number {
  const { growth, most } =
    kind === 'low-and-slow'
      ? { growth: settings.slow.growth, most: (1 + settings.slow.growth) ** settings.slow.days }
      : settings.useCreep;
  return (age) => Math.min(most, (1 + growth) ** (age + 1));
}

/** After each day the largest log likelihood ratio over onsets. */
function statistics(counts: readonly number[], means: readonly number[], rule: (age: number) => number): number[] {
  return counts.map((_, day) => {
    let best = 0;
    for (let onset = 0; onset <= day; onset += 1) {
      let ratio = 0;
      for (let at = onset; at <= day; at += 1) {
        const times = rule(at - onset);
        ratio += counts[at]! * Math.log(times) - means[at]! * (times - 1);
      }
      best = Math.max(best, ratio);
    }
    return best;
  });
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
