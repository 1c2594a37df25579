import { classRank } from '../../../schemas/alert.ts';
import { ROLES } from '../../../src/simulate/roles.ts';
import type { Role, Settings } from '../../../src/simulate/settings.ts';
import type { Elsewhere } from './elsewhere.ts';
import { elsewhere, type Source, simulated } from './source.ts';

/** Companies of the simulator that differ in everything a detector might have been tuned to. */
const SIMULATED: Record<string, Partial<Settings>> = {
  'as it comes': {},
  'few calls, unsteady': {
    tasks: { median: 5, spread: 0.8 },
    steadiness: 8,
    wander: { step: 0.05, back: 0.1 },
    weekend: 0.5,
    office: 0.4,
    useCreep: { low: 1, middle: 5, high: 20, growth: 0.08, most: 4 },
    misuse: 2,
  },
  'restless company': {
    honest: { readTools: 1.5, duties: 0.3, releases: 0.5, busyDays: 2, vacations: 0.3, busiest: 4, releaseGrowth: 1.8 },
    ladder: { stepDays: 5, callsPerDay: 2 },
    grantCreep: { stepDays: 6, callsPerDay: 2 },
    useCreep: { low: 3, middle: 12, high: 50, growth: 0.05, most: 6 },
    denied: 0.03,
  },
  'other roles': {
    roles: mixed(ROLES),
    tasks: { median: 9, spread: 0.3 },
    governed: 0.4,
    overGranted: 0.6,
    ladder: { stepDays: 9, callsPerDay: 6 },
    grantCreep: { stepDays: 7, callsPerDay: 6 },
    drift: { callsPerDay: 1, growth: 0.12, days: 60 },
    useCreep: { low: 2, middle: 8, high: 30, growth: 0.1, most: 3 },
  },
};

/** Companies by other rules, where this or that is lacking. */
const ELSEWHERE: Record<string, Partial<Elsewhere>> = {
  elsewhere: {},
  'elsewhere, undated grants and hints': { grants: 'undated', hints: true, sessions: false },
  'elsewhere, neither grants nor teams': { grants: 'none', charters: false, teams: false },
  'elsewhere, few calls': { rates: [2, 20], sessions: false },
};

export const VARIANTS: readonly string[] = [...Object.keys(SIMULATED), ...Object.keys(ELSEWHERE)];

export function sourceOf(variant: string, seed: string, agents: number): Source {
  const other = ELSEWHERE[variant];
  if (other !== undefined) return elsewhere({ ...other, agents, seed });
  const stories = { share: 0.5, from: 0.45, to: 0.82 };
  return simulated({ ...SIMULATED[variant], agents, seed: `${variant} ${seed}`, stories });
}

/** Each role does half of its own work and half of the next one's, more often or less. */
function mixed(roles: readonly Role[]): Role[] {
  return roles.map((role, n) => {
    const next = roles[(n + 1) % roles.length]!;
    const higher = classRank(next.highest) > classRank(role.highest) ? next.highest : role.highest;
    const tasks = [...role.tasks.slice(0, 2), ...next.tasks.slice(0, 2)].map(({ calls }, task) => ({
      calls,
      weight: 1 + ((n + task) % 4),
    }));
    return { ...role, name: `${role.name}-${next.name}`, highest: higher, tasks };
  });
}
