import type { Grant } from '../../schemas/grant.ts';
import type { Random } from './random.ts';
import type { Role, Settings } from './settings.ts';

/** Calls that an agent makes beside its tasks from some day on: an honest change, or a story. */
export interface Work {
  /** `server/tool`, one of them for each call. */
  tools: readonly string[];
  from: number;
  /** The first day without; absent: for good. */
  to?: number;
  /** Calls to expect on a day of factor 1. */
  perDay(day: number): number;
  /** Part of a planted story. */
  story?: boolean;
  /** It does not rest at weekends and on vacation. */
  restless?: boolean;
  /** Hours of the day between which it is done; absent: the agent's own. */
  hours?: readonly [number, number];
  /** What its events say differently. */
  over?(day: number, random: Random): Record<string, unknown>;
}

export interface Agent {
  id: string;
  role: Role;
  owner: string;
  /** Tasks a day, and the weight of each task of its role. */
  tasks: number;
  weights: number[];
  office: boolean;
  /** First hour (UTC) of its working day. */
  morning: number;
  users: readonly string[];
  works: Work[];
  versions: { from: number; version: string }[];
  /** Day of which the credential of this day was issued. */
  issued(day: number): number;
  /** What to expect on a day, in units of an ordinary workday; and what the day brought in the end. */
  mean: number[];
  factor: number[];
  random: Random;
}

export const CREDENTIAL_DAYS = 7;

/** One agent of a role, with its days. */
export function createAgent(settings: Settings, role: Role, index: number, random: Random): Agent {
  const office = random.chance(settings.office);
  const agent: Agent = {
    id: `${role.name}-${String(index + 1).padStart(2, '0')}`,
    role,
    owner: `${role.team}@acme.example`,
    tasks: settings.tasks.median * Math.exp(settings.tasks.spread * random.normal()),
    weights: role.tasks.map(({ weight }) => weight * Math.exp(0.3 * random.normal())),
    office,
    morning: 6 + random.below(3),
    users: Array.from(
      { length: 1 + random.below(4) },
      (_, n) => `user:${role.team}-${index + 1}-${n + 1}@acme.example`,
    ),
    works: [],
    versions: [{ from: 0, version: '1.0.0' }],
    issued: (day) => day - ((day + index) % CREDENTIAL_DAYS),
    mean: [],
    factor: [],
    random,
  };
  const days = random.fork('days');
  let level = 0;
  for (let day = 0; day < settings.days; day += 1) {
    level += settings.wander.step * days.normal() - settings.wander.back * level;
    const weekday = (new Date(settings.start).getUTCDay() + day) % 7;
    const weekend = weekday === 0 || weekday === 6;
    agent.mean.push(Math.exp(level) * (office && weekend ? settings.weekend : 1));
    agent.factor.push(days.gamma(settings.steadiness));
  }
  return agent;
}

/** Multiplies what is to be expected on some days: a busy day, a vacation. */
export function scaleDays(agent: Agent, from: number, to: number, factor: number): void {
  for (let day = Math.max(0, from); day < Math.min(to, agent.mean.length); day += 1) agent.mean[day]! *= factor;
}

export const callsOf = (role: Role): string[][] => role.tasks.map(({ calls }) => calls.split(' '));

/** Servers of its role and of everything it was to do so far. */
export const serversOf = (agent: Agent): string[] => [
  ...new Set(
    [...callsOf(agent.role).flat(), ...agent.works.flatMap(({ tools }) => tools)].map((tool) => tool.split('/')[0]!),
  ),
];

/** Calls of these tools to expect of the agent's tasks on a day of factor 1. */
export function expectedCalls(agent: Agent, wanted: (tool: string) => boolean): number {
  const total = agent.weights.reduce((sum, weight) => sum + weight, 0);
  return callsOf(agent.role).reduce(
    (sum, calls, task) => sum + (agent.tasks * agent.weights[task]! * calls.filter(wanted).length) / total,
    0,
  );
}

/** A grant for one agent, or all of a role, on these tools. */
export function grantFor(id: string, agents: string, tools: readonly string[], more: Partial<Grant> = {}): Grant {
  const split = tools.map((tool) => tool.split('/'));
  return {
    id,
    effect: 'allow',
    agents: [agents],
    servers: [...new Set(split.map(([server]) => server!))],
    targets: [...new Set(split.map(([, target]) => target!))],
    ...more,
  };
}
