import { describe, expect, it } from 'vitest';
import type { PrivilegeDays } from '../../detectors/creep/days.ts';
import { emptyVolume, judgeBefore, judgeToday } from '../../detectors/creep/growth.ts';
import { NO_PEERS } from '../../detectors/detector.ts';

const CONFIG = { least_growth: 1.25, least_calls: 4, least_peers: 5 };
const row = (writes: number): number[] => [20, writes, 0, 0, writes, 0, 0, 0];
/** Weeks without weekends: steady, then rising up to yesterday, then so much of today. */
const days = (rising: readonly number[], today: number): PrivilegeDays => ({
  first: 20_000,
  rows: [...new Array<number>(42).fill(8).map(row), ...rising.map(row), row(today)],
});
const RISING = [8, 9, 10, 11, 12, 13, 13, 14];

describe('growth of use, within a day', () => {
  it('is found on the day that shows it, and not before', () => {
    const volume = emptyVolume();
    judgeBefore(volume, days(RISING, 1), NO_PEERS, CONFIG);
    const before = volume.found?.score ?? 0;
    const scores = [4, 8, 16, 32].map((calls) => {
      judgeToday(volume, days(RISING, calls), NO_PEERS, CONFIG);
      return volume.found?.score ?? 0;
    });
    // Few calls of a day that is not over are no fall: what was found up to yesterday stands.
    expect(scores[0]).toBe(before);
    expect(scores[3]).toBeGreaterThan(before + 0.5);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
  });

  it('is looked for where the calls of the day doubled, and between that costs nothing', () => {
    const volume = emptyVolume();
    for (const calls of [1, 2, 3, 5, 31, 33]) judgeToday(volume, days(RISING, calls), NO_PEERS, CONFIG);
    expect(volume.found).toBeNull();
    judgeToday(volume, days(RISING, 32), NO_PEERS, CONFIG);
    expect(volume.found).not.toBeNull();
  });

  it('is held less against other work the less steady that is', () => {
    const usual = Array.from({ length: 42 }, (_, n) => 8 + [0, 2, -2, 1, -1][n % 5]!);
    const rising = [...usual, ...Array.from({ length: 14 }, (_, n) => 8 * 1.06 ** n)];
    const scoreOf = (reads: (day: number) => number): number => {
      const volume = emptyVolume();
      const rows = [...rising, 0].map((writes, n) => {
        const calls = Math.round(writes);
        return [reads(n), calls, 0, 0, calls, 0, 0, 0];
      });
      judgeBefore(volume, { first: 20_000, rows }, NO_PEERS, CONFIG);
      return volume.found?.score ?? 0;
    };
    const steady = scoreOf(() => 40);
    const wild = scoreOf((day) => [3, 1, 9, 2, 4, 12, 3][day % 7]!);
    expect(wild).toBeGreaterThan(0.85 * steady);
    expect(wild).toBeLessThan(steady);
  });
});
