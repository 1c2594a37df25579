import { describe, expect, it } from 'vitest';
import { tellLevels } from '../../detectors/creep/team.ts';

const row = (writes: number, kept: number): number[] => [20, writes, 0, 0, kept, 0, 0, 0];
const FIRST = 20_000;

/** What the team is told of thirty steady days, and ten of three times as many calls. */
const told = (flagged: boolean): Map<number, number> => {
  const rows = [...new Array<number>(30).fill(12), ...new Array<number>(10).fill(36)].map((writes, day) =>
    row(writes, flagged && day >= 30 ? 0 : writes),
  );
  const levels = new Map<number, number>();
  tellLevels(
    { first: FIRST, rows },
    rows.map(() => 1),
    'd',
    (key) => {
      const [, day, level] = /^d(\d+):(-?\d+)$/.exec(key)!;
      levels.set(Number(day) - FIRST, Number(level));
    },
  );
  return levels;
};

describe('what an agent tells its team of its days', () => {
  it('is how much more than usual it did', () => {
    const levels = told(false);
    expect(levels.size).toBe(40);
    expect(levels.get(35)! - levels.get(5)!).toBeGreaterThan(8);
  });

  it('is nothing of days that were flagged, and of the others as if those had not been', () => {
    const levels = told(true);
    expect([...levels.keys()]).toEqual(Array.from({ length: 30 }, (_, day) => day));
    expect(new Set(levels.values())).toEqual(new Set([0]));
  });
});
