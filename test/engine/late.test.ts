import { describe, expect, it } from 'vitest';
import { defineDetector } from '../../detectors/detector.ts';
import { MAX_SESSIONS, MAX_STORIES } from '../../src/engine/agent-state.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createPartition } from '../../src/engine/partition.ts';
import { FLEET } from '../../src/engine/peer-sums.ts';
import { compileRules } from '../../src/engine/rules.ts';
import type { FoldVerdict } from '../../src/engine/verdicts.ts';
import { BLANK } from '../support/blank-detector.ts';
import { decodeAll } from '../support/decoding.ts';
import { createRun, DAY, HOUR, MONDAY } from '../support/run.ts';

const score = (reason: string) => ({ score: 5, reason, seen: reason, expected: '', n: 0, days: 0, contributors: [] });

/** Finds every call, each a story of its own; and after an hour that it is silent. Tells its peers its tools. */
const noisy = defineDetector<unknown, { tools: string[]; last: number }, never, string>({
  id: 'noisy',
  ...BLANK,
  initial: () => ({ tools: [], last: 0 }),
  observe: (state, { event, at }) => {
    const tool = event.body.target.name ?? '';
    state.last = Math.max(state.last, at);
    if (!state.tools.includes(tool)) state.tools.push(tool);
    return tool;
  },
  score: (_, tool) => score(tool),
  learn() {},
  due: ({ last }, until) => (until - last >= HOUR ? [{ at: last + HOUR, score: score('silent') }] : []),
  contribute: ({ tools }, tell) => {
    for (const tool of tools) tell(tool, 1);
  },
});

const SETTINGS = { warmUp: { count: 0, days: 0 }, threshold: 99, severity: 'low', cooldownMs: DAY } as const;
const engine = createEngine({
  armed: [{ detector: noisy, config: {}, settings: noisy.defaults }],
  session: { ...SETTINGS, enabled: false },
});
const inputsWith = (verdicts: FoldVerdict[]) => compileRules({ verdicts }).inputs;

function folded(calls: { at: number; name?: string; tool?: string; agent?: string }[], verdicts: FoldVerdict[] = []) {
  const partition = createPartition({ id: 'test/0', engine, dedupeWindow: 100, nextOffset: 0 });
  const lines = calls.map(({ at, name, tool = 'get_x', agent = 'a' }, n) =>
    JSON.stringify({
      event_id: `e${n}`,
      occurred_at: new Date(at).toISOString(),
      agent: { id: agent, id_basis: 'subject', ...(name === undefined ? {} : { name }) },
      server: { id: 's' },
      method: 'tools/call',
      target: { name: tool },
      outcome: { status: 'ok' },
    }),
  );
  const judged = decodeAll(lines, { backfill: true }).events.flatMap((event) =>
    partition.foldAll([event], inputsWith(verdicts)),
  );
  return { partition, alerts: judged.flatMap(({ alerts }) => alerts) };
}

describe('what comes late', () => {
  it('does not crowd the state, however much of it comes while the clock stands', () => {
    const run = createRun([noisy]);
    run.send({ at: MONDAY + 400 * DAY });
    for (let n = 0; n < 500; n += 1) run.send({ at: MONDAY + n * HOUR, tool: `get_${n}`, session_id: `s${n}` });
    expect(run.agent().sessions.length).toBeLessThanOrEqual(2 * MAX_SESSIONS + 1);
    expect(run.agent().stories.length).toBeLessThanOrEqual(2 * MAX_STORIES + 1);
    expect(run.agent().clock).toBe(MONDAY + 400 * DAY);
  });

  it('belongs to the time of its session', () => {
    const { partition } = folded([{ at: MONDAY + HOUR }, { at: MONDAY + HOUR - 60_000 }]);
    expect(partition.agents.get('a')!.sessions).toMatchObject([
      { firstAt: MONDAY + HOUR - 60_000, lastAt: MONDAY + HOUR },
    ]);
  });
});

describe('an agent that is named late', () => {
  it('counts once among all, and whole among its peers', () => {
    const days = (from: number, to: number, name?: string, agent = 'a') =>
      Array.from({ length: to - from }, (_, n) => ({
        at: MONDAY + (from + n) * DAY + HOUR,
        agent,
        tool: `get_${from + n}`,
        ...(name === undefined ? {} : { name }),
      }));
    const calls = [...days(0, 3), ...days(3, 8, 'support'), ...days(0, 8, 'support', 'b')];
    const { ledger, agents } = folded(calls.sort((x, y) => x.at - y.at)).partition;
    ledger.publish(Math.floor(MONDAY / DAY) + 100);
    const told = agents.get('a')!.told.noisy!.keys;
    expect(told.length).toBeGreaterThan(5);
    for (const view of [ledger.view(FLEET), ledger.view('support')]) {
      expect(view.agents).toBe(2);
      for (const key of told) expect([view.holders('noisy', key), view.sum('noisy', key)], key).toEqual([2, 2]);
    }
  });
});

describe('a silence that was said to be safe', () => {
  const verdict: FoldVerdict = { verdict: 'safe', alertId: 'x', detector: 'noisy', agentId: 'a', class: 'discover' };
  const calls = [{ at: MONDAY }, { at: MONDAY + 3 * HOUR }];
  const silences = (verdicts: FoldVerdict[]) =>
    folded(calls, verdicts).alerts.filter(({ reason }) => reason === 'silent').length;

  it('is not told again', () => {
    expect([silences([]), silences([verdict])]).toEqual([1, 0]);
    const { partition } = folded(calls, [verdict]);
    expect(partition.agents.get('a')!.hidden).toEqual({ x: 1 });
    expect(partition.due(MONDAY + 9 * HOUR, inputsWith([verdict])).filter(({ reason }) => reason === 'silent')).toEqual(
      [],
    );
    expect(partition.agents.get('a')!.hidden).toEqual({ x: 1 });
  });
});
