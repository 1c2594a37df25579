import { describe, expect, it } from 'vitest';
import { graveAct } from '../../detectors/grave-act.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createRun, DAY, MONDAY } from '../support/run.ts';

/** What an agent that worked for two weeks is told of, whose call of then on destroys a store on these days, and reads on others. */
function stages(
  days: readonly number[],
  until: number,
): [day: number, stage: string, severity: string, alert: Alert][] {
  const run = createRun([graveAct]);
  const box = (day: number, command: string) =>
    run
      .send({ at: MONDAY + day * DAY, server: 'box', tool: 'run_command', args: { command } })
      .alerts.map((alert): [number, string, string, Alert] => [day, alert.stage, alert.severity, alert]);
  for (let n = 0; n < 70; n += 1) box(n / 5, `npm test -- --shard ${n}`);
  const told = [];
  for (let day = 20; day <= until; day += 1)
    told.push(...box(day, days.includes(day) ? `dropdb core_${day}` : 'git status'));
  return told;
}

describe('what was told, and nobody judged, goes on', () => {
  it('counts to its open story, which is over when it is', () => {
    const told = stages([20, 21, 22, 26], 40);
    expect(told.map(([day, stage]) => [day, stage])).toEqual([
      [20, 'open'],
      [33, 'close'],
    ]);
    expect(told[1]![3]).toMatchObject({ suppressed_count: 3 });
    expect(told[1]![3].summary).toMatch(/^Over: nothing like it since 2026-10-31 .*3 more calls like it were counted/);
  });

  it('is one story for as long as it goes on, and one more, as low, where it comes back after a month', () => {
    const daily = Array.from({ length: 50 }, (_, n) => 20 + n);
    expect(stages(daily, 69).map(([day, stage, severity]) => [day, stage, severity])).toEqual([[20, 'open', 'medium']]);
    const brief = stages([20, 40, 60], 60).map(([day, stage, severity]) => [day, stage, severity]);
    expect(brief).toEqual([
      [20, 'open', 'medium'],
      [27, 'close', 'medium'],
      [60, 'open', 'low'],
    ]);
  });
});
