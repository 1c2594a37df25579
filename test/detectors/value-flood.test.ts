import { describe, expect, it } from 'vitest';
import { valueFlood } from '../../detectors/value-flood.ts';
import { createRun, DAY, type Judged, MONDAY } from '../support/run.ts';
import { bytes, plain } from './session.ts';

/** Calls of 40 values each, spread over the day: `from` tells which numbers they are. */
function day(run: ReturnType<typeof createRun>, n: number, values: number, from = n * 1e6, step = 1): Judged[] {
  const calls = Math.ceil(values / 40);
  return Array.from({ length: calls }, (_, i) =>
    run.send({
      at: MONDAY + n * DAY + i * Math.floor((DAY - 1) / calls),
      args: { ids: Array.from({ length: 40 }, (_, k) => `c-${from + (i * 40 + k) * step}`) },
    }),
  );
}
const alertsOf = (judged: readonly Judged[]) => judged.flatMap(({ alerts }) => alerts);

describe('value-flood', () => {
  it('tells a flood once, and when it is over', () => {
    const run = createRun([valueFlood]);
    for (let n = 0; n < 5; n += 1) expect(alertsOf(day(run, n, 400))).toEqual([]);
    const [opened, ...more] = alertsOf(day(run, 5, 24_000));
    expect(opened).toMatchObject({ stage: 'open', detector: 'value-flood', reason: 'value_flood', severity: 'medium' });
    expect(opened!.proof.seen).toMatch(/^more than 10000 different values/);
    expect(more).toEqual([]);
    expect(alertsOf(day(run, 6, 400))).toEqual([]);
    expect(run.due(MONDAY + 9 * DAY)).toMatchObject([{ alert_id: opened!.alert_id, stage: 'close' }]);
  });

  it('tells it of an agent that nobody knows, and again where it grows far', () => {
    const run = createRun([valueFlood]);
    const told = alertsOf(day(run, 0, 60_000));
    expect(told.map(({ stage }) => stage)).toEqual(['open', 'update']);
    expect(new Set(told.map(({ alert_id }) => alert_id)).size).toBe(1);
  });

  it('is silent where the same values come again, and of as many over weeks', () => {
    const run = createRun([valueFlood]);
    expect(alertsOf(day(run, 0, 40_000, 0, 0))).toEqual([]);
    for (let n = 1; n < 8; n += 1) expect(alertsOf(day(run, n, 4_000))).toEqual([]);
  });

  it('learns within days what is the daily work of an agent, and takes no flood for it at once', () => {
    const run = createRun([valueFlood]);
    const told = Array.from({ length: 6 }, (_, n) => alertsOf(day(run, n, 30_000)).map(({ stage }) => stage));
    expect(told[0]).toContain('open');
    expect(told.slice(2).flat()).toEqual(['close']);
    const after = createRun([valueFlood]);
    day(after, 0, 60_000);
    const findings = day(after, 1, 60_000).filter(({ judgement }) => judgement.findings.length > 0);
    expect(findings.length).toBeGreaterThan(100);
  });

  it('keeps next to nothing of most agents, and 2 KB of a flood', () => {
    const run = createRun([valueFlood]);
    day(run, 0, 2_000);
    expect(bytes(run.state())).toBeLessThan(150);
    day(run, 1, 30_000);
    expect(bytes(run.state())).toBeLessThan(2_000);
    expect(plain(run.state())).toBe(true);
  });
});
