import { describe, expect, it } from 'vitest';
import { dataVolume } from '../../detectors/data-volume.ts';
import { addValue, emptySketch, type QuantileSketch } from '../../detectors/stats/quantile-sketch.ts';
import { emptyRecent, type Recent, touch } from '../../detectors/stats/recent.ts';
import { KNOWN } from '../../detectors/stats/told.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { createRun, DAY, HOUR, MONDAY } from '../support/run.ts';
import { agentUnder, bytes, type Call, plain } from './session.ts';

const query = (size: number): Call => ({ tool: 'query', bytes: size });
const trained = () => {
  const agent = agentUnder([dataVolume]);
  agent.session(Array.from({ length: 200 }, (_, i) => query(8_000 + (i % 10) * 1_000)));
  return agent;
};

describe('data-volume', () => {
  it('fires on a result a thousand times the usual', () => {
    const [said] = trained().session([query(16_000_000)]);
    expect(said!.score).toBeGreaterThan(4);
    expect(said!.seen).toContain('16 MB');
  });

  it('is silent on usual sizes, on small ones and on tools it does not know', () => {
    expect(trained().session([query(17_000), query(40_000), { tool: 'other', bytes: 1e9 }])).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('fires on a bulk among sizes that differ as sizes do, and not on the largest of them', () => {
    const random = createRandom('sizes');
    const agent = agentUnder([dataVolume]);
    const usual = () => query(Math.round(3000 * Math.exp(random.normal())));
    agent.session(Array.from({ length: 200 }, usual));
    const ordinary = agent.session(Array.from({ length: 2000 }, usual));
    expect(Math.max(...ordinary.map((said) => said?.score ?? 0))).toBeLessThan(4);
    expect(agent.session([query(1_200_000)])[0]!.score).toBeGreaterThan(4);
  });

  /** Queries on each of so many days, of sizes that differ as sizes do, times what the day says. */
  const daysOf = (days: number, times: (day: number) => number, calls: (day: number) => number = () => 20) => {
    const random = createRandom('levels');
    const agent = agentUnder([dataVolume]);
    const said = Array.from({ length: days }, (_, day) =>
      agent.session(
        Array.from({ length: calls(day) }, (_, i) => ({
          ...query(Math.round(3000 * times(day) * Math.exp(random.normal()))),
          at: day * 86_400_000 + i * 600_000,
        })),
      ),
    );
    return said.flatMap((scores, day) =>
      scores.filter((score) => (score?.score ?? 0) >= 4).map((score) => ({ day, reason: score!.reason })),
    );
  };

  it('fires once where every result grew though none is remarkable, at once or by and by', () => {
    const atOnce = daysOf(45, (day) => (day < 30 ? 1 : 8)).filter(({ reason }) => reason === 'results_grew');
    expect(atOnce).toEqual([{ day: 33, reason: 'results_grew' }]);
    const byAndBy = daysOf(45, (day) => (day < 30 ? 1 : 1.2 ** (day - 29))).filter(
      ({ reason }) => reason === 'results_grew',
    );
    expect(byAndBy).toHaveLength(1);
    expect(byAndBy[0]!.day).toBeLessThan(44);
  });

  it('fires once where the results of many tools grew, of none of them by much', () => {
    const random = createRandom('many tools');
    const agent = agentUnder([dataVolume]);
    const tools = Array.from({ length: 8 }, (_, n) => `query_${n}`);
    const found: string[] = [];
    for (let day = 0; day < 45; day += 1)
      for (const [n, tool] of tools.entries())
        for (const said of agent.session(
          Array.from({ length: 8 }, (_, i) => ({
            tool,
            bytes: Math.round((day < 30 ? 1 : 5) * 2000 * Math.exp(random.normal())),
            at: day * DAY + n * HOUR + i * 60_000,
          })),
        ))
          if ((said?.score ?? 0) >= 4 && said!.reason === 'results_grew') found.push(`${day} ${said!.seen}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^3\d srv\/query_\d returns \d+ bytes in a typical call of the last days, as do other tools/,
    );
  });

  it('tells that they grew, once, before a single large one, which is less', () => {
    const sizes = emptySketch();
    for (let n = 0; n < 100; n += 1) addValue(sizes, 3_000 + n);
    const sizesOf: Recent<QuantileSketch> = emptyRecent();
    touch(sizesOf, 's/query', 8, () => sizes);
    const raised = { score: 4.5, before: 3_000, now: 30_000, excess: 2_000_000, pastDays: 20 };
    const seen = { at: 0, tool: 's/query', bytes: 9e9, n: 100, isWhole: true, heavy: null, run: null, knowsDays: true };
    const scored = (grew: unknown) =>
      dataVolume.score({ sizes: sizesOf }, { ...seen, grew, standing: KNOWN }, dataVolume.config.parse({}));
    expect(scored(null)).toMatchObject({ reason: 'large_result', severity: 'low' });
    expect(scored({ key: 's/query', raised })).toMatchObject({ reason: 'results_grew' });
  });

  it('is silent where results grow as a business does, and where one day in a while brings more', () => {
    expect(daysOf(80, (day) => 1 + day / 100)).toEqual([]);
    expect(daysOf(80, (day) => (day % 14 === 13 ? 6 : 1)).filter(({ reason }) => reason === 'results_grew')).toEqual(
      [],
    );
  });

  it('knows a tool that is called little by some of its days together', () => {
    const few = (day: number): number => (day % 7 > 4 ? 0 : 1 + (day % 3));
    const grew = (times: (day: number) => number, calls = few) =>
      daysOf(75, times, calls).filter(({ reason }) => reason === 'results_grew');
    const told = grew((day) => (day < 60 ? 6 : 60));
    expect(told).toHaveLength(1);
    expect(grew(() => 6)).toEqual([]);
    // A bad day now and then, of many calls that bring more, is one draw.
    expect(
      grew(
        (day) => (day % 20 === 19 ? 40 : 6),
        (day) => (day % 20 === 19 ? 25 : few(day)),
      ),
    ).toEqual([]);
  });

  it('fires on a day on which many results, none of them large, come to far more than any day before', () => {
    const random = createRandom('portions');
    const agent = agentUnder([dataVolume]);
    const dayOf = (day: number, calls: number) =>
      agent
        .session(
          Array.from({ length: calls }, (_, i) => ({
            ...query(Math.round(9_000 * Math.exp(random.normal()))),
            at: day * 86_400_000 + i * 60_000,
          })),
        )
        .filter((score) => (score?.score ?? 0) >= 4 && score!.reason === 'heavy_day');
    for (let day = 0; day < 30; day += 1) expect(dayOf(day, day % 7 > 4 ? 4 : 15 + (day % 5) * 6)).toEqual([]);
    const [first] = dayOf(30, 1200);
    expect(first).toMatchObject({ reason: 'heavy_day' });
    expect(first!.severity).toBeUndefined();
  });

  /** Reads of some KB each by days, at a past of so many on workdays; what was told of heavy days, by day. */
  const heavyDays = (calls: (day: number) => number, size = 4_000, forgotten = -1) => {
    const random = createRandom('runs');
    const agent = agentUnder([dataVolume]);
    const found: { day: number; reason: string }[] = [];
    for (let day = 0; day < 60; day += 1) {
      // As it was kept before runs were looked for.
      if (day === forgotten) delete (agent.state as { totals: { third?: number } }).totals.third;
      const said = agent.session(
        Array.from({ length: calls(day) }, (_, i) => ({
          ...query(Math.round(size * Math.exp(random.normal()))),
          at: day * 86_400_000 + i * 60_000,
        })),
      );
      const told = said.find((one) => (one?.score ?? 0) >= 4 && one!.reason.startsWith('heavy'));
      if (told) found.push({ day, reason: told.reason });
    }
    return found;
  };
  const workday = (day: number): number => (day % 7 > 4 ? 1 : 6 + (day % 4) * 5);

  it('fires once on the third of some days each heavier than any before, none of which is a heavy day', () => {
    // Two weeks of some fifteen times as much; a rest of two days within is none the less one run.
    const run = (day: number) => (day < 42 || day % 7 > 4 ? workday(day) : 120 + (day % 3) * 10);
    expect(heavyDays(run)).toEqual([{ day: 44, reason: 'heavy_days' }]);
    expect(heavyDays(run, 4_000, 43)).toEqual([{ day: 44, reason: 'heavy_days' }]);
  });

  it('fires on less where records are small, by day and by run, as that is ten of its days', () => {
    const light = (day: number) => workday(day) / 2;
    expect(heavyDays((day) => (day === 42 ? 1_000 : light(day)), 400)).toEqual([{ day: 42, reason: 'heavy_day' }]);
    const run = heavyDays((day) => (day >= 42 && day < 46 ? 350 : light(day)), 400);
    expect(run).toEqual([{ day: 44, reason: 'heavy_days' }]);
    expect(heavyDays((day) => (day === 42 ? 350 : light(day)), 400)).toEqual([]);
  });

  it('fires on a run that is no more than heavy at first and goes on to grow, before it has become its own past', () => {
    const ramp = (day: number) => (day < 30 || day % 7 > 4 ? workday(day) : Math.round(14 * 1.13 ** (day - 30)));
    const found = heavyDays((day) => Math.min(ramp(day), 140), 20_000);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ reason: 'heavy_days' });
  });

  it('is silent on two such days, on days that are as heavy as one was before, and on runs of little data', () => {
    expect(heavyDays((day) => (day === 42 || day === 44 ? 150 : workday(day)))).toEqual([]);
    expect(heavyDays((day) => (day === 20 || (day >= 42 && day < 46) ? 120 : workday(day)))).toEqual([]);
    expect(heavyDays((day) => (day >= 42 && day < 46 ? 130 : workday(day)), 400)).toEqual([]);
    expect(heavyDays((day) => (day < 42 ? workday(day) : 2 * workday(day)))).toEqual([]);
  });

  it('does not learn what it told: a level that goes on is told of until nothing else is known', () => {
    const run = createRun([dataVolume]);
    const isHeavy = (day: number): boolean => {
      const total = day < 25 ? 400_000 * (1 + 0.2 * (day % 3)) : 20_000_000;
      const judged = Array.from({ length: 20 }, (_, n) =>
        run.send({ at: MONDAY + day * DAY + 9 * HOUR + n * 600_000, bytes_out: (total / 20) * (0.8 + 0.02 * n) }),
      );
      return judged.some(({ judgement }) => (judgement.findings[0]?.score ?? 0) >= 4);
    };
    const heavy = Array.from({ length: 75 }, (_, day) => day).filter(isHeavy);
    expect(heavy.slice(0, 28)).toEqual(Array.from({ length: 28 }, (_, n) => 25 + n));
    expect(heavy.at(-1)).toBeLessThan(65);
  });

  it('learns nothing while nothing is to be learned, for however long', () => {
    const agent = agentUnder([dataVolume]);
    const dayOf = (day: number, size: number, learn: boolean) =>
      agent.session(
        Array.from({ length: 20 }, (_, n) => ({ ...query(size + n), at: day * DAY + n * 600_000 })),
        learn,
      );
    for (let day = 0; day < 30; day += 1) dayOf(day, 20_000, true);
    for (let day = 30; day < 120; day += 1) dayOf(day, 200_000, false);
    const month = Array.from({ length: 31 }, (_, n) => dayOf(120 + n, 200_000, false)).flat();
    const reasons = month.map((said) => said?.reason);
    expect(reasons).toContain('heavy_day');
    expect(reasons).toContain('results_grew');
  });

  it('tells a large result that makes no heavy day as low, and as it stands where it knows of no days', () => {
    const agent = agentUnder([dataVolume]);
    for (let day = 0; day < 30; day += 1)
      agent.session(
        Array.from({ length: 40 }, (_, i) => ({ ...query(8_000 + i * 100), at: day * 86_400_000 + i * 60_000 })),
      );
    const at = 30 * 86_400_000;
    expect(agent.session([{ ...query(900_000), at }])[0]).toMatchObject({ reason: 'large_result', severity: 'low' });
    const [huge] = agent.session([{ ...query(90_000_000), at: at + 1 }]);
    expect(huge!.severity).toBeUndefined();
    expect(trained().session([query(900_000)])[0]!.severity).toBeUndefined();
  });

  it('says so in numbers where the days before brought nothing at all', () => {
    const agent = agentUnder([dataVolume]);
    for (let day = 0; day < 30; day += 1) agent.session([{ ...query(0), at: day * 86_400_000 }]);
    const [first] = agent.session([{ ...query(5_000_000), at: 30 * 86_400_000 }]);
    expect(first!.reason).toBe('heavy_day');
    expect(first!.contributors.every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  it('is mild where sizes vary widely', () => {
    const agent = agentUnder([dataVolume]);
    agent.session(Array.from({ length: 200 }, (_, i) => query(10 ** (3 + (i % 40) / 10))));
    expect(agent.session([query(16_000_000)])[0]?.score ?? 0).toBeLessThan(3);
  });

  it('keeps its bound', () => {
    const agent = agentUnder([dataVolume]);
    agent.session(Array.from({ length: 200_000 }, (_, i) => ({ tool: `t${i % 500}`, bytes: (i * 7919) % 1e9 })));
    expect(bytes(agent.state)).toBeLessThan(150_000);
    expect(plain(agent.state)).toBe(true);
  });
});
