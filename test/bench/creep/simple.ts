import type { Told } from './run.ts';

/** What one would write in an afternoon: a detector that sees tool, privilege and time. */
export interface Simple {
  name: string;
  told: Told[];
  take(agent: string, tool: string, privileged: boolean, at: number): void;
}

const WARM_DAYS = 14;
const WINDOW_DAYS = 30;
const Z = 3;

export const createSimple = (): Simple[] => [firstSeenTool(), zScore()];

const tell = (agent: string, at: number, detector: string, seen: string): Told => ({
  agent,
  at,
  detector,
  reason: '',
  severity: 'medium',
  seen,
  expected: '',
  score: 0,
  again: false,
});

/** A tool that the agent did not use for thirty days. */
function firstSeenTool(): Simple {
  const last = new Map<string, number>();
  const since = new Map<string, number>();
  const told: Told[] = [];
  return {
    name: 'first-seen tool',
    told,
    take(agent, tool, _privileged, at) {
      const key = `${agent} ${tool}`;
      const before = last.get(key);
      last.set(key, at);
      if (!since.has(agent)) since.set(agent, at);
      if (at - since.get(agent)! < WARM_DAYS) return;
      if (before === undefined || at - before > WINDOW_DAYS) told.push(tell(agent, at, 'first-seen tool', tool));
    },
  };
}

/** More than three standard deviations above the mean of the daily counts of privileged calls of thirty days. */
function zScore(): Simple {
  const days = new Map<string, { day: number; counts: number[] }>();
  const told: Told[] = [];
  return {
    name: 'z-score of the daily count',
    told,
    take(agent, _tool, privileged, at) {
      const day = Math.floor(at);
      const state = days.get(agent) ?? { day, counts: [0] };
      days.set(agent, state);
      for (; state.day < day; state.day += 1) {
        judge(agent, state.day + 1, state.counts);
        state.counts = [...state.counts.slice(-WINDOW_DAYS), 0];
      }
      if (privileged) state.counts[state.counts.length - 1]! += 1;
    },
  };

  function judge(agent: string, at: number, counts: readonly number[]): void {
    const past = counts.slice(0, -1);
    if (past.length < WARM_DAYS) return;
    const mean = past.reduce((sum, count) => sum + count, 0) / past.length;
    const spread = Math.sqrt(past.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (past.length - 1));
    const today = counts.at(-1)!;
    if (today > mean + Z * Math.max(spread, 1)) told.push(tell(agent, at, 'z-score', `${today} calls`));
  }
}
