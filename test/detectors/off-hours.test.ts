import { describe, expect, it } from 'vitest';
import { offHours } from '../../detectors/off-hours.ts';
import { agentUnder, plain } from './session.ts';

const MONDAY = Date.parse('2026-10-05T00:00:00Z');
const at = (day: number, hour: number, minute: number) => ({
  tool: 't',
  at: MONDAY + day * 86_400_000 + hour * 3_600_000 + minute * 60_000,
});
const workdays = Array.from({ length: 42 }, (_, day) => day).filter((day) => day % 7 < 5);

describe('off-hours', () => {
  it('fires at night where an agent works by day', () => {
    const agent = agentUnder([offHours]);
    for (const day of workdays)
      agent.session([9, 10, 11, 14, 15, 16].map((hour) => at(day, hour, (day * 17 + hour * 13) % 60)));
    const [night, noon] = agent.session([at(44, 3, 12), at(44, 12, 20)], false);
    expect(night).toMatchObject({ reason: 'quiet_hour' });
    expect(night!.score).toBeGreaterThan(offHours.defaults.threshold);
    expect(noon).toBeNull();
    expect(plain(agent.state)).toBe(true);
  });

  it('grades medium what comes on three days of a week, or on five of four weeks', () => {
    const gradesOf = (nights: readonly number[]) => {
      const agent = agentUnder([offHours]);
      for (const day of workdays)
        agent.session([9, 10, 11, 14, 15, 16].map((hour) => at(day, hour, (day * 17 + hour * 13) % 60)));
      return nights.map((day) => agent.session([at(day, 3, 12)], false)[0]?.severity);
    };
    expect(gradesOf([42, 43, 44])).toEqual(['low', 'low', 'medium']);
    expect(gradesOf([42, 45, 49, 52, 56])).toEqual(['low', 'low', 'low', 'low', 'medium']);
    expect(gradesOf([42, 49, 56, 63, 70])).toEqual(['low', 'low', 'low', 'low', 'low']);
  });

  it('forgets an hour at which it was at work once, long ago, and not what it does every few weeks', () => {
    const night = (slips: (day: number) => boolean) => {
      const agent = agentUnder([offHours]);
      for (let day = 0; day < 200; day += 1)
        if (day % 7 < 5)
          agent.session(
            [9, 10, 11, 14, 15, 16, ...(slips(day) ? [22] : [])].map((hour) =>
              at(day, hour, (day * 17 + hour * 13) % 60),
            ),
          );
      expect(plain(agent.state)).toBe(true);
      return agent.session([at(203, 22, 12)], false)[0];
    };
    expect(night((day) => day === 3)).toMatchObject({ reason: 'quiet_hour' });
    expect(night((day) => day % 28 === 3)).toBeNull();
  });

  it('does not judge an agent that works around the clock', () => {
    const agent = agentUnder([offHours]);
    for (const day of workdays)
      agent.session(Array.from({ length: 20 }, (_, hour) => at(day, hour, (day * 17 + hour * 13) % 60)));
    expect(agent.session([at(44, 22, 12)])[0]).toBeNull();
  });

  it('does not judge an agent on a timetable', () => {
    const agent = agentUnder([offHours]);
    for (const day of workdays) agent.session([6, 12].map((hour) => at(day, hour, 0)));
    expect(agent.session([at(44, 3, 0)])[0]).toBeNull();
  });

  it('waits until it knows enough days, weekends apart from workdays', () => {
    const agent = agentUnder([offHours]);
    for (const day of workdays) agent.session([at(day, 10, (day * 17) % 60)]);
    expect(agent.session([at(47, 3, 0)])[0]).toBeNull();
  });
});
