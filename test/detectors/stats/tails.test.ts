import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tailAbove } from '../../../detectors/stats/count-tail.ts';
import { addToTotal, emptyTotals, type HeavyDay, keepInTotal } from '../../../detectors/stats/heavy-day.ts';
import { addDay, daysMet, emptyIncidence, unseenShare } from '../../../detectors/stats/incidence.ts';
import { logIncompleteBeta } from '../../../detectors/stats/incomplete-beta.ts';
import { peersKnow } from '../../../detectors/stats/peers-know.ts';
import { shareTail } from '../../../detectors/stats/share-tail.ts';
import { studentTail } from '../../../detectors/stats/student.ts';

const beta = (x: number, a: number, b: number): number => Math.exp(logIncompleteBeta(x, a, b));
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const shape = fc.double({ min: 0.1, max: 400, noNaN: true });

describe('incomplete beta', () => {
  it('answers its worked example, and the uniform', () => {
    expect(beta(0.5, 2, 3)).toBeCloseTo(11 / 16, 12);
    fc.assert(
      fc.property(share, (x) => {
        expect(beta(x, 1, 1)).toBeCloseTo(x, 10);
      }),
    );
  });
  it('is the binomial tail', () => {
    // P(X >= 3) of 5 throws at 1/3: 51/243.
    expect(beta(1 / 3, 3, 3)).toBeCloseTo(51 / 243, 12);
  });
  it('mirrors itself: I_x(a, b) = 1 - I_(1-x)(b, a)', () => {
    fc.assert(
      fc.property(share, shape, shape, (x, a, b) => {
        expect(beta(x, a, b) + beta(1 - x, b, a)).toBeCloseTo(1, 8);
      }),
    );
  });
});

describe('tails of counts', () => {
  it('answers its worked example', () => {
    expect(tailAbove(10, 1, { count: 10, exposure: 10 })).toBeCloseTo(5.65, 2);
  });
  it('needs more where the past is short, or comes in clumps', () => {
    expect(tailAbove(20, 7, { count: 10, exposure: 7 })).toBeLessThan(tailAbove(20, 7, { count: 100, exposure: 70 }));
    expect(tailAbove(20, 7, { count: 70, exposure: 70 }, 3)).toBeLessThan(
      tailAbove(20, 7, { count: 70, exposure: 70 }),
    );
  });
  it('grows with the count, and the two sides together cover everything', () => {
    const count = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 60 }), (n, past, exposure) => {
        const before = { count: past, exposure: 60 };
        const above = 10 ** -tailAbove(n, exposure, before);
        expect(10 ** -tailAbove(n + 1, exposure, before)).toBeLessThanOrEqual(above + 1e-12);
        expect(above + beta(60 / (exposure + 60), past + 0.5, n)).toBeCloseTo(1, 6);
      }),
    );
  });
  it('has a share of known tail', () => {
    expect(shareTail(9, 9, 1, 1)).toBeCloseTo(1, 10);
    expect(shareTail(0, 9, 1, 1)).toBe(0);
    expect(shareTail(5, 10, 1, 99)).toBeGreaterThan(4);
  });
});

describe('incidence', () => {
  it('counts days, not calls', () => {
    const met = emptyIncidence();
    for (let day = 0; day < 20; day += 1)
      for (const tool of ['a', 'b', 'c', 'd', 'e']) for (let n = 0; n < 50; n += 1) addDay(met, tool, day, 64);
    expect(daysMet(met, 'a')).toBe(20);
    expect(unseenShare(met)).toBeCloseTo(0.5 / 101);
    addDay(met, 'new', 20, 64);
    expect(unseenShare(met)).toBeCloseTo(1.5 / 102);
  });
});

describe("Student's t", () => {
  it('answers its worked example, and tables', () => {
    expect(10 ** -studentTail(1, 1)).toBeCloseTo(0.25, 10);
    expect(10 ** -studentTail(2.5706, 5)).toBeCloseTo(0.025, 5);
    expect(studentTail(-1, 5)).toBe(0);
  });
});

describe('heavy days', () => {
  const afterDays = (totals: readonly number[], today: number): HeavyDay | null => {
    const known = emptyTotals();
    for (const [day, total] of totals.entries()) {
      addToTotal(known, day, total, 1e6);
      keepInTotal(known, total);
    }
    return addToTotal(known, totals.length, today, 1e6).day;
  };
  const month = Array.from({ length: 30 }, (_, day) => 200_000 * (1 + (day % 5)));
  it('is one far above all days before, and by more than is asked for', () => {
    expect(afterDays(month, 30e6)!.score).toBeGreaterThan(4);
    expect(afterDays(month, 30e6)).toMatchObject({ usual: 600_000, most: 1e6, pastDays: 30, total: 30e6 });
    expect(afterDays(month, 2.9e6)).toBeNull();
    expect(afterDays([1, 2, 3, 2, 1, 2, 3, 2], 290_000)).toBeNull();
    expect(afterDays([1, 2, 3, 2, 1, 2, 3, 2], 900_000)).not.toBeNull();
    expect(afterDays(month.slice(0, 7), 1e12)).toBeNull();
  });
  it('is no less so after days of rest', () => {
    const resting = month.map((total, day) => (day % 7 > 4 ? 100 : total));
    expect(afterDays(resting, 30e6)!.score).toBeGreaterThan(4);
  });
});

describe('what peers know', () => {
  it('explains nothing where fewer than two know it, and all where all do', () => {
    expect(peersKnow(0, 0)).toEqual({ share: 0, both: 0 });
    expect(peersKnow(1, 1)).toEqual({ share: 0, both: 0 });
    const { share, both } = peersKnow(3, 5);
    expect(share).toBeCloseTo(0.5);
    expect(both).toBeCloseTo(0.2);
    expect(peersKnow(1_000_000, 1_000_000).both).toBeCloseTo(1);
  });
});
