import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDedupe } from '../../src/engine/dedupe.ts';

interface Met {
  /** Offsets between this event and the one before. */
  step: number;
  key: number;
  content: number;
  phase: number;
}

/** Keys that fall into few slots of the table, beside those that spread. */
const keyOf = (n: number): string =>
  `${(n % 3).toString(16).padStart(8, '0')}${Math.floor(n / 3)
    .toString(16)
    .padStart(8, '0')}`;
const contentOf = (n: number): string => n.toString(16).padStart(8, '0');

/** The same with a plain map, scanned each time. */
function naive(window: number) {
  const known = new Map<string, { offset: number; content: string; phase: number }>();
  return (offset: number, key: string, content: string, phase: number): string => {
    for (const [other, { offset: at }] of known) if (at < offset - window) known.delete(other);
    const met = known.get(key);
    if (met === undefined) {
      known.set(key, { offset, content, phase });
      return 'new';
    }
    if (phase > met.phase) {
      known.set(key, { offset: met.offset, content, phase });
      return 'later';
    }
    return phase < met.phase || met.content === content ? 'same' : 'conflict';
  };
}

const events = (max: number): fc.Arbitrary<Met[]> =>
  fc.array(
    fc.record({
      step: fc.nat({ max: 3 }),
      key: fc.nat({ max }),
      content: fc.nat({ max: 2 }),
      phase: fc.nat({ max: 3 }),
    }),
    { maxLength: 400 },
  );

describe('the memory of keys', () => {
  it('answers as a plain map of the last offsets would', () => {
    fc.assert(
      fc.property(events(60), fc.integer({ min: 1, max: 80 }), (stream, window) => {
        const dedupe = createDedupe(window);
        const map = naive(window);
        let offset = 0;
        for (const { step, key, content, phase } of stream) {
          offset += step;
          const [k, c] = [keyOf(key), contentOf(content)];
          expect(dedupe.meet(offset, k, c, phase)).toBe(map(offset, k, c, phase));
        }
      }),
    );
  });

  it('goes on after it was filled again from what is stored', () => {
    fc.assert(
      fc.property(events(30), fc.nat({ max: 399 }), (stream, cut) => {
        const whole = createDedupe(10_000);
        const again = createDedupe(10_000);
        const stored: [number, string, string, number][] = [];
        stream.forEach(({ key, content, phase }, offset) => {
          const met = [offset, keyOf(key), contentOf(content), phase] as [number, string, string, number];
          if (offset === cut) for (const row of stored) again.meet(...row);
          const answer = whole.meet(...met);
          if (offset >= cut) expect(again.meet(...met)).toBe(answer);
          else if (answer === 'new' || answer === 'later') stored.push(met);
        });
      }),
    );
  });

  it('knows what all pieces before the last one told', () => {
    const dedupe = createDedupe(10);
    const [key, content] = [keyOf(1), contentOf(0)];
    expect([0, 2 + 8, 1 + 4, 3 + 4].map((told, n) => dedupe.meet(n, key, content, told))).toEqual([
      'new',
      'later',
      'same',
      'later',
    ]);
    expect(dedupe.before).toBe(2 + 8);
  });

  it('holds no more than its window, however long it runs', () => {
    const dedupe = createDedupe(1_000);
    for (let offset = 0; offset < 50_000; offset += 1) dedupe.meet(offset, keyOf(offset), contentOf(0), 3);
    expect(dedupe.size).toBe(1_001);
    expect(dedupe.meet(50_000, keyOf(49_500), contentOf(0), 3)).toBe('same');
    expect(dedupe.meet(50_000, keyOf(40_000), contentOf(0), 3)).toBe('new');
  });

  it('takes a lower offset for the beginning of another log: what the one before ended with is known, and goes in turn', () => {
    const dedupe = createDedupe(100);
    for (let offset = 900_000; offset < 900_200; offset += 1) dedupe.meet(offset, keyOf(offset), contentOf(0), 3);
    expect(dedupe.meet(0, keyOf(900_199), contentOf(0), 3)).toBe('same');
    expect(dedupe.meet(1, keyOf(1), contentOf(0), 3)).toBe('new');
    expect([...dedupe.keys()].slice(-2).map(({ offset }) => offset)).toEqual([-1, 1]);
    expect(dedupe.meet(50, keyOf(900_140), contentOf(0), 3)).toBe('new');
    for (let offset = 51; offset < 5_000; offset += 1) dedupe.meet(offset, keyOf(offset), contentOf(0), 3);
    expect(dedupe.size).toBe(101);
  });

  it('knows what a log ended with whose end was lost, and that is read on from its middle', () => {
    const dedupe = createDedupe(100);
    for (let offset = 900_000; offset < 900_200; offset += 1) dedupe.meet(offset, keyOf(offset), contentOf(0), 3);
    expect(dedupe.meet(900_150, keyOf(900_199), contentOf(0), 3)).toBe('same');
    expect(dedupe.meet(900_200, keyOf(900_160), contentOf(0), 3)).toBe('same');
    expect(dedupe.meet(900_200, keyOf(900_140), contentOf(0), 3)).toBe('new');
  });
});
