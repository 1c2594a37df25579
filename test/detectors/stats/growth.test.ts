import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byDay as expectedByDay, byWork as expectedByWork } from '../../../detectors/stats/exposure.ts';
import { type Growth, type GrowthDay, growthIn, WINDOWS } from '../../../detectors/stats/growth.ts';
import { mannKendall, theilSen } from '../../../detectors/stats/trend.ts';
import { createRandom } from '../../../src/simulate/random.ts';

const days = (counts: readonly number[]): GrowthDay[] => counts.map((count) => ({ count, exposure: 1, clean: true }));
/** The window that says most. */
const scanned = (all: readonly GrowthDay[]): Growth | null =>
  WINDOWS.map((window) => growthIn(all, window)).reduce(
    (best, found) => ((found?.score ?? -1) > (best?.score ?? -1) ? found : best),
    null,
  );
const poisson = (seed: string, means: readonly number[]): number[] => {
  const random = createRandom(seed);
  return means.map((mean) => random.poisson(mean));
};

describe('growth', () => {
  it('is found where counts rise, and not where they stay', () => {
    const steady = Array.from({ length: 60 }, () => 8);
    const rising = steady.map((mean, day) => (day < 45 ? mean : mean * 1.06 ** (day - 44)));
    expect(scanned(days(poisson('a', rising)))!.score).toBeGreaterThan(3);
    const scores = Array.from({ length: 200 }, (_, n) => scanned(days(poisson(`b${n}`, steady)))!.score);
    // The best of three windows that overlap: no more than three times what one would.
    expect(scores.filter((score) => score >= 2).length / scores.length).toBeLessThan(0.03);
  });
  it('is not made by one wild day, nor by days of which more was to be expected', () => {
    const counts = poisson(
      'c',
      Array.from({ length: 60 }, () => 8),
    );
    counts[57] = 200;
    expect(scanned(days(counts))!.score).toBeLessThan(2);
    const doubled = poisson(
      'd',
      Array.from({ length: 60 }, (_, day) => (day < 50 ? 8 : 16)),
    );
    expect(scanned(days(doubled))!.score).toBeGreaterThan(4);
    const explained = days(doubled).map((day, n) => ({ ...day, exposure: n < 50 ? 1 : 2 }));
    expect(scanned(explained)!.score).toBeLessThan(1.9);
  });
  it('says nothing of a short past, nor of what was hardly ever done', () => {
    expect(scanned(days([5, 5, 5, 5, 5, 5, 50, 50, 50]))).toBeNull();
    expect(scanned(days([...new Array<number>(50).fill(0), 5, 5, 5, 5, 5]))).toBeNull();
  });
});

describe('exposure', () => {
  it('follows weekends, busy days and rest by the other work', () => {
    // The epoch's first day was a Thursday: 4 is a Monday.
    const other = Array.from({ length: 56 }, (_, day): number => (day % 7 > 4 ? 10 : 100));
    other[44] = 300;
    other[45] = 2;
    const byWork = expectedByWork(other, 4);
    const byDay = expectedByDay(other, 4);
    expect(byWork[42]).toBeCloseTo(1, 1);
    expect(byWork[47]).toBeCloseTo(0.1, 1);
    expect(byWork[44]).toBeGreaterThan(2);
    // A busy day stays: without it days would seem to differ less than they do.
    expect(byDay[44]).toBe(1);
    expect(byDay[45]).toBe(0);
    expect(byDay[43]).toBe(1);
  });
  it('says nothing of the days between those of an agent that works on few', () => {
    // Three days a month, four times; a quiet agent works every day and seldom looks.
    const closing = Array.from({ length: 84 }, (_, day): number => (day % 28 < 3 ? 60 + day : 0));
    const worked = closing.map((count) => count > 0);
    for (const measure of [expectedByWork, expectedByDay]) {
      const exposed = measure(closing, 4, worked).map((exposure) => exposure > 0);
      expect(exposed).toEqual(worked);
      const always = measure(closing, 4, new Array<boolean>(84).fill(true));
      expect(always.filter((exposure) => exposure > 0).length).toBeGreaterThan(60);
    }
  });
});

describe('trend', () => {
  it('answers its worked example, and is not moved by wild values', () => {
    expect(theilSen([1, 2, 3, 4, 100])).toBe(1);
    expect(theilSen([5])).toBe(0);
  });
  it('turns with the series', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 4, maxLength: 40 }), (values) => {
        expect(theilSen(values.map((value) => -value))).toBeCloseTo(-theilSen(values), 9);
        expect(Math.min(mannKendall(values), mannKendall(values.map((value) => -value)))).toBeLessThan(0.4);
      }),
    );
    expect(mannKendall(Array.from({ length: 20 }, (_, n) => n))).toBeGreaterThan(5);
  });
});
