import { describe, expect, it } from 'vitest';
import type { Seen } from '../../detectors/detector.ts';
import { rate } from '../../detectors/rate.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { at, createRun, type Judged, opened } from '../support/run.ts';

const workdays = (days: number): number[] => Array.from({ length: days }, (_, day) => day).filter((day) => day % 7 < 5);

/** Workdays from 9 to 17, about `calls` calls an hour, more and less by turns. */
function worker(days: number, calls = 8) {
  const run = createRun([rate]);
  const hour = (day: number, clock: number, times = 1): Judged[] =>
    Array.from({ length: Math.round((calls + ((day * 7 + clock * 5) % 5) - 2) * times) }, (_, n) =>
      run.send({ at: at(day, clock) + n * 1000, tool: n % 4 ? 'get_ticket' : 'update_ticket' }),
    );
  const judged: Judged[] = [];
  for (const day of workdays(days)) for (let clock = 9; clock < 17; clock += 1) judged.push(...hour(day, clock));
  return { run, hour, judged };
}

describe('rate', () => {
  it('finds a burst, and tells it once', () => {
    const { hour } = worker(28);
    const alerts = opened(hour(28, 10, 20));
    expect(alerts).toMatchObject([{ reason: 'burst' }]);
    // More may come: the figure is that of the moment.
    expect(alerts[0]!.proof.seen).toMatch(/^\d+ calls by 10:\d\d in the hour from 2026-\d\d-\d\d 10:00 UTC, /);
  });

  it('finds a burst stamped before an hour that has begun, and takes two clocks for nothing', () => {
    const { run } = worker(28);
    const calls = (times: readonly number[]): Judged[] => times.map((time) => run.send({ at: time }));
    const apart = Array.from({ length: 20 }, (_, n) => at(28, 9, 50 + n) - (n % 2) * 300_000);
    expect(opened(calls(apart))).toEqual([]);
    const burst = Array.from({ length: 300 }, (_, n) => at(28, 10, 52) + n * 1000);
    expect(opened(calls([at(28, 11, 1), ...burst]))).toMatchObject([{ reason: 'burst' }]);
  });

  it('keeps the day before, where nothing is learned of the first calls of a day', () => {
    const state = rate.initial() as { days: number[]; total: number };
    const call = (day: number, clock: number, learned: boolean) => {
      const seen = { at: at(day, clock), class: 'read' } as Seen;
      const observation = rate.observe(state, seen, undefined, {});
      if (learned) rate.learn(state, observation, {});
    };
    for (const clock of [9, 10, 11]) call(0, clock, true);
    call(1, 9, false);
    for (const clock of [10, 11]) call(1, clock, true);
    expect(state).toMatchObject({ days: [1, 0], total: 3 });
  });

  it('says of queries that the gateway does not show that nobody knows whether they change anything', () => {
    const { run } = worker(28);
    const calls = Array.from({ length: 200 }, (_, n) =>
      run.send({ at: at(28, 10) + n * 1000, server: 'warehouse', tool: n % 4 === 0 ? 'update_ticket' : 'run_query' }),
    );
    const told = calls.flatMap(({ alerts }) => alerts).at(-1);
    expect(told!.proof.seen).toMatch(/, (\d+) of them changing something, of (\d+) it is not seen whether they do$/);
  });

  it('grades a burst that is one change over and over as a loop, and one of many changes or reads not', () => {
    const severity = (call: (n: number) => { tool: string; args: object }) => {
      const { run } = worker(28);
      const calls = Array.from({ length: 60 }, (_, n) => run.send({ at: at(28, 10) + n * 1000, ...call(n) } as never));
      return calls.flatMap(({ alerts }) => alerts).at(-1)?.severity;
    };
    const note = (text: string) => ({ tool: 'add_note', args: { ticket: 7, text } });
    expect(severity(() => note('retry'))).toBe('medium');
    expect(severity((n) => (n % 2 ? note('retry') : { tool: 'get_ticket', args: { ticket: n } }))).toBe('medium');
    expect(severity((n) => ({ tool: 'reset_password', args: { login: `u${n}` } }))).toBe('medium');
    expect(severity((n) => note(`item ${n}`))).toBe('low');
    expect(severity(() => ({ tool: 'get_ticket', args: { ticket: 7 } }))).toBe('low');
  });

  it('grades a burst of changes at many times the usual', () => {
    const { run } = worker(28);
    const judged = Array.from({ length: 200 }, (_, n) =>
      run.send({ at: at(28, 10) + n * 1000, tool: 'update_ticket' }),
    );
    const told = judged.flatMap(({ alerts }) => alerts);
    expect(told.at(-1)).toMatchObject({ severity: 'high' });
  });

  it('is silent about ordinary days, busy days, and small numbers', () => {
    const { hour, judged } = worker(42);
    expect(opened(judged)).toEqual([]);
    expect(opened([10, 11, 14, 15].flatMap((clock) => hour(42, clock, 2.5)))).toEqual([]);
    const { run } = worker(28, 3);
    const few = Array.from({ length: 20 }, (_, n) => run.send({ at: at(28, 3) + n * 1000 }));
    expect(opened(few)).toEqual([]);
  });

  it('learns of work that comes in clumps how large they are', () => {
    const weeks = 10;
    let alerts = 0;
    for (let n = 0; n < 12; n += 1) {
      const random = createRandom(`clumps ${n}`);
      const run = createRun([rate]);
      const judged: Judged[] = [];
      for (const day of workdays(7 * weeks))
        for (let clock = 8; clock < 18; clock += 1) {
          if (!random.chance(0.4)) continue;
          const calls = Math.min(400, Math.round(8 * Math.exp(1.2 * random.normal())));
          for (let call = 0; call < calls; call += 1) judged.push(run.send({ at: at(day, clock) + call * 2000 }));
        }
      alerts += opened(judged).length;
    }
    expect(alerts / (12 * weeks)).toBeLessThan(0.05);
  });

  it('does not learn a burst: the second one is found as well', () => {
    const { hour } = worker(28);
    expect(opened(hour(28, 10, 20))).toHaveLength(1);
    for (let clock = 11; clock < 17; clock += 1) hour(28, clock);
    const second = opened(hour(31, 10, 20)).filter(({ reason }) => reason === 'burst');
    expect(second).toHaveLength(1);
  });

  it('finds that an agent fell silent, as of when it did, once; not at weekends', () => {
    const { run } = worker(26);
    expect(run.due(at(28, 8))).toEqual([]);
    const drop = opened([{ alerts: run.due(at(32, 0)) } as Judged]);
    expect(drop).toMatchObject([{ detector: 'rate', reason: 'drop', severity: 'low' }]);
    expect(run.due(at(40, 0))[0]!.occurred_at).toBe(drop[0]!.occurred_at);
    const back = [run.send({ at: at(40, 10) }), run.send({ at: at(40, 11) })];
    expect(opened(back)).toHaveLength(1);
  });

  it('is asked what silence brought about without its agent being changed, or copied', () => {
    const { run } = worker(26);
    const agent = run.agent();
    const before = JSON.stringify(agent);
    const told = run.due(at(32, 0));
    expect(told).not.toEqual([]);
    expect(JSON.stringify(agent)).toBe(before);
    // Thousands of agents are asked every half minute: what no copy can be made of shows that none is made.
    Object.assign(agent.detectors, { other: { version: 1, learned: 0, since: 0, state: () => undefined } });
    expect(run.due(at(32, 0))).toEqual(told);
  });

  it('keeps bounded, plain state', () => {
    const { run } = worker(200, 4);
    const state = run.state();
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(JSON.stringify(state).length).toBeLessThan(3000);
  });
});
