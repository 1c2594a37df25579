import type { NativeEvent } from '../../../schemas/event.ts';
import type { Charter, Grant } from '../../../schemas/grant.ts';
import { callsOf, expectedCalls } from '../../../src/simulate/agent.ts';
import type { Truth, World } from '../../../src/simulate/company.ts';
import type { Random } from '../../../src/simulate/random.ts';
import type { Settings } from '../../../src/simulate/settings.ts';
import { createWorld } from '../../../src/simulate/world.ts';
import { streamOf } from '../../../src/simulate/write.ts';
import { createCompany, type Elsewhere, START } from './elsewhere.ts';

/** What the ideal detector knows of an agent: the mean of every day, how honest days vary, and how its story grows. */
export interface Known {
  means: readonly number[];
  draw(mean: number, random: Random): number;
  /** Times the usual, so many days after the onset. */
  rule(age: number): number;
}

/** A company as the bench sees it, whoever made it up. */
export interface Source {
  start: number;
  days: number;
  agents: readonly { id: string }[];
  grants: readonly Grant[];
  charters: readonly Charter[];
  truth: readonly Truth[];
  events(): Iterable<NativeEvent>;
  known(story: Truth): Known;
}

/** One out of `overreach simulate`. */
export function simulated(settings: Partial<Settings>): Source {
  const world = createWorld(settings);
  const { days, start } = world.settings;
  return { ...world, days, start, events: () => streamOf(world), known: (story) => knownOf(world, story) };
}

function knownOf(world: World, { agent_id, kind }: Truth): Known {
  const { settings } = world;
  const agent = world.agents.find(({ id }) => id === agent_id)!;
  const base = expectedCalls(agent, world.isPrivileged);
  const honest = agent.works.filter((work) => work.story !== true);
  const means = agent.mean.map((level, day) => {
    const more = honest
      .filter(({ from, to }) => day >= from && day < (to ?? Number.POSITIVE_INFINITY))
      .reduce((sum, work) => {
        const share = work.tools.filter(world.isPrivileged).length / work.tools.length;
        return sum + share * work.perDay(day);
      }, 0);
    return Math.max(1e-6, (base + more) * level);
  });
  const { growth, most } =
    kind === 'low-and-slow'
      ? { growth: settings.slow.growth, most: (1 + settings.slow.growth) ** settings.slow.days }
      : settings.useCreep;
  // Calls come by tasks, several at once: what counts is how they vary, as well as their mean.
  const sizes = callsOf(agent.role).map((calls) => calls.filter(world.isPrivileged).length);
  const moment = (power: number): number =>
    sizes.reduce((sum, size, task) => sum + agent.weights[task]! * size ** power, 0);
  const size = Math.max(1, moment(2) / Math.max(1e-9, moment(1)));
  return {
    means,
    draw: (mean, random) => Math.round(random.poisson((mean * random.gamma(settings.steadiness)) / size) * size),
    rule: (age) => Math.min(most, (1 + growth) ** (age + 1)),
  };
}

/** One by other rules. */
export function elsewhere(settings: Partial<Elsewhere>): Source {
  const company = createCompany(settings);
  const { workers, settings: all } = company;
  return {
    ...company,
    agents: workers,
    days: all.days,
    start: START,
    known({ agent_id, day }) {
      const worker = workers.find(({ id }) => id === agent_id)!;
      const own = worker.uses.filter(({ changes }) => changes);
      const usual = (on: number, story: boolean): number =>
        own
          .filter((use) => on >= use.from && on < use.to && (story || use.from < day || use.to <= on))
          .reduce((sum, use) => sum + use.perDay(on), 0);
      const steady = worker.rhythm === 'timetable' ? 400 : 12;
      return {
        means: worker.expected.map((level, on) => Math.max(1e-6, usual(on, false) * level)),
        draw: (mean, random) => random.poisson(mean * random.gamma(steady)),
        rule: (age) => Math.max(1.001, usual(day + age, true) / Math.max(1e-6, usual(day + age, false))),
      };
    },
  };
}
