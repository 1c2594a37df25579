import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyAgeingSet, has, meet } from '../../../detectors/stats/ageing-set.ts';
import { backOff, type Context, countOf, type Follow } from '../../../detectors/stats/back-off.ts';
import { addDistinct, estimate, noneDistinct } from '../../../detectors/stats/distinct.ts';
import { mix } from '../../../detectors/stats/mix.ts';
import { addValue, emptySketch, quantile } from '../../../detectors/stats/quantile-sketch.ts';
import { onEnd, rarityOf } from '../../../detectors/stats/rarity.ts';
import { rateOfNew } from '../../../detectors/stats/rate-of-new.ts';
import { emptyRecent, entries, peek, touch } from '../../../detectors/stats/recent.ts';
import { addAngle, emptyCircle, regularity } from '../../../detectors/stats/regularity.ts';
import { daysOf, noteTime } from '../../../detectors/stats/span.ts';

it('a span reaches from the first to the latest, whatever came late', () => {
  const span = { since: 0, until: 0 };
  for (const at of [3, 5, 4]) noteTime(span, at * 86_400_000);
  expect(span).toEqual({ since: 3 * 86_400_000, until: 5 * 86_400_000 });
  expect(daysOf(span)).toBe(2);
});

describe('ageing set', () => {
  it('knows all that was added lately, and takes few others for known', () => {
    const set = emptyAgeingSet();
    for (let i = 0; i < 10_000; i += 1) meet(set, `v${i}`);
    for (let i = 7_600; i < 10_000; i += 1) expect(has(set, `v${i}`)).toBe(true);
    let wrong = 0;
    for (let i = 0; i < 20_000; i += 1) if (has(set, `w${i}`)) wrong += 1;
    expect(wrong / 20_000).toBeLessThan(0.012);
    expect(JSON.stringify(set).length).toBeLessThan(26_000);
  });

  it('keeps what is met again, and says whether it was there', () => {
    const set = emptyAgeingSet();
    expect(meet(set, 'kept')).toBe(false);
    for (let i = 0; i < 20_000; i += 1) {
      if (i % 1_000 === 0) expect(meet(set, 'kept')).toBe(true);
      meet(set, `v${i}`);
    }
    expect(has(set, 'kept')).toBe(true);
  });
});

const level = (counts: Follow): Context => ({
  of: (symbol) => countOf(counts, symbol),
  n: Object.values(counts).reduce((sum, n) => sum + n, 0),
  types: Object.keys(counts).length,
});

describe('back-off', () => {
  it('answers its worked example', () => {
    expect(backOff([level({ a: 3, b: 1 })], 'a', 0.1)).toBeCloseTo(3 / 6 + (2 / 6) * 0.1);
  });
  it('keeps the sum of a distribution', () => {
    const counts = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 4 }), (contexts) => {
        const p = ['a', 'b', 'c', 'd'].map((symbol) => backOff(contexts.map(level), symbol, 0.25));
        expect(p.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe('rate of new', () => {
  it('answers its worked example and stays a probability', () => {
    expect(rateOfNew([20, 0], 0.5)).toBeCloseTo(0.5 / 21);
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, share, prior) => {
          const p = rateOfNew([n, share * n], prior, 2);
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

it('rarity answers its worked example, and is that of a rate', () => {
  expect(rarityOf(499)).toBeCloseTo(3);
  expect(rarityOf(40, 3)).toBeCloseTo(-Math.log10(rateOfNew([40, 3], 0.5)));
  expect(rarityOf(80, 0, 20)).toBeCloseTo(Math.log10(200));
  expect(onEnd(1, 0.1)).toBeCloseTo(0);
  expect(onEnd(4, 0.1)).toBeCloseTo(3);
});

describe('quantile sketch', () => {
  it('holds every quantile within 5 %', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sketch = emptySketch();
          for (const value of values) addValue(sketch, value);
          const exact = [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
          expect(Math.abs(quantile(sketch, q) - exact) / exact).toBeLessThan(0.0501);
        },
      ),
    );
  });
  it('fades and stays small', () => {
    const sketch = emptySketch();
    for (let i = 0; i < 100_000; i += 1) addValue(sketch, i % 2 === 0 ? i : 0);
    expect(sketch.n).toBeLessThanOrEqual(4096);
    expect(sketch.n).toBe(sketch.zero + Object.values(sketch.counts).reduce((a, b) => a + b, 0));
  });
});

describe('recent map', () => {
  it('keeps what was touched last and takes any key', () => {
    const map = emptyRecent<number>();
    for (let i = 0; i < 500; i += 1) touch(map, `k${i}`, 64, () => i);
    expect(entries(map).length).toBeLessThanOrEqual(64);
    expect(peek(map, 'k499')).toBe(499);
    expect(peek(map, 'k0')).toBeUndefined();
    touch(map, '__proto__', 64, () => 1);
    expect(Object.getPrototypeOf(map.young)).toBe(Object.prototype);
  });
});

describe('distinct keys', () => {
  it('are estimated within a seventh, each counted once, whatever their number', () => {
    for (const n of [0, 1, 10, 300, 2_000, 10_000, 300_000]) {
      const distinct = noneDistinct();
      for (let i = 0; i < n; i += 1) addDistinct(distinct, `${i}`);
      const once = estimate(distinct);
      for (let i = 0; i < Math.min(n, 10_000); i += 1) addDistinct(distinct, `${i}`);
      expect(estimate(distinct)).toBe(once);
      expect(Math.abs(once - n)).toBeLessThanOrEqual(n / 7);
    }
  });

  it('go on after a restart as if there was none', () => {
    const one = noneDistinct();
    for (let i = 0; i < 5_000; i += 1) addDistinct(one, `a${i}`);
    const other = JSON.parse(JSON.stringify(one)) as typeof one;
    for (const half of [one, other]) for (let i = 0; i < 5_000; i += 1) addDistinct(half, `b${i}`);
    expect(other).toEqual(one);
    expect(JSON.stringify(one).length).toBeLessThan(1_700);
  });
});

describe('mix', () => {
  it('gives the keys that stored states hold', () => {
    expect([mix('a'), mix('files/read path', '0123456789abcdef'), mix(''), mix('ü', '\ud800')]).toEqual([
      ...['pccov7ablm', '5y1yx0efgt', '13qwwouj3v2', '4fk69zug16'],
    ]);
  });

  it('tells tuples apart by where their parts end', () => {
    expect(mix('ab', 'c')).not.toBe(mix('a', 'bc'));
    const keys = new Set(Array.from({ length: 100_000 }, (_, i) => mix('tool', `value-${i}`)));
    expect(keys.size).toBe(100_000);
  });
});

describe('regularity', () => {
  it('is one on a timetable and small without', () => {
    const [strict, loose] = [emptyCircle(), emptyCircle()];
    for (let i = 0; i < 60; i += 1) {
      addAngle(strict, 0.25);
      addAngle(loose, i / 60);
    }
    expect(regularity(strict)).toBeCloseTo(1);
    expect(regularity(loose)).toBeLessThan(0.01);
  });
});
