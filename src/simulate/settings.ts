import type { PrivilegeClass } from '../../schemas/alert.ts';

/** What the world is made of. All of it may be changed: detectors must not depend on any of these numbers. */
export interface Settings {
  seed: string;
  agents: number;
  days: number;
  /** Midnight UTC of the first day, epoch milliseconds. */
  start: number;
  /** Tasks a day of the median agent, and how far agents differ (standard deviation of the logarithm). */
  tasks: { median: number; spread: number };
  /** Share of a workday's tasks done on a weekend day, of agents that keep office hours. */
  weekend: number;
  /** Share of agents that keep office hours; the others work around the clock. */
  office: number;
  /** Day-to-day noise: shape of a gamma factor. */
  steadiness: number;
  /** Slow wander of an agent's level: step and return of the logarithm, a day. */
  wander: { step: number; back: number };
  tasksPerSession: number;
  denied: number;
  failed: number;
  /** Share of roles with grants, and of agents whose grant is wider than their work. */
  governed: number;
  overGranted: number;
  /** Honest changes: how many an agent (a role, for releases) meets in thirty days. */
  honest: {
    readTools: number;
    duties: number;
    releases: number;
    busyDays: number;
    vacations: number;
    /** A busy day's factor is from 1.5 up to this. */
    busiest: number;
    /** Growth of privileged work that a release brings to the whole team. */
    releaseGrowth: number;
  };
  /** Share of agents with a planted story, when stories begin (shares of all days), and which kinds; absent: all. */
  stories: { share: number; from: number; to: number; kinds?: readonly string[] };
  /** Privileged calls a day before use creep, by band; its growth a day, and where it ends. */
  useCreep: { low: number; middle: number; high: number; growth: number; most: number };
  slow: { growth: number; days: number };
  ladder: { stepDays: number; callsPerDay: number };
  grantCreep: { stepDays: number; callsPerDay: number };
  /** Its growth a day goes on for so many days: a company of years is no company of millions of calls. */
  drift: { callsPerDay: number; growth: number; days: number };
  /** Calls a day of stories that do one thing. */
  misuse: number;
  roles: readonly Role[];
}

/** A kind of agent: its work as sequences of calls, `server/tool`, with how often each is done. */
export interface Role {
  name: string;
  purpose: string;
  team: string;
  highest: PrivilegeClass;
  tasks: readonly { weight: number; calls: string }[];
}

export const DEFAULTS: Settings = {
  seed: '1',
  agents: 200,
  days: 90,
  start: Date.UTC(2026, 6, 6),
  tasks: { median: 12, spread: 0.5 },
  weekend: 0.2,
  office: 0.7,
  steadiness: 25,
  wander: { step: 0.03, back: 0.1 },
  tasksPerSession: 4,
  denied: 0.008,
  failed: 0.02,
  governed: 0.75,
  overGranted: 0.25,
  honest: {
    readTools: 0.6,
    duties: 0.15,
    releases: 0.25,
    busyDays: 0.8,
    vacations: 0.15,
    busiest: 3.5,
    releaseGrowth: 1.4,
  },
  stories: { share: 0.35, from: 0.45, to: 0.8 },
  useCreep: { low: 2, middle: 8, high: 30, growth: 0.06, most: 5 },
  slow: { growth: 0.02, days: 60 },
  ladder: { stepDays: 7, callsPerDay: 4 },
  grantCreep: { stepDays: 6, callsPerDay: 4 },
  drift: { callsPerDay: 2, growth: 0.08, days: 60 },
  misuse: 4,
  roles: [],
};
