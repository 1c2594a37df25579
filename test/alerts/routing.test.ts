import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { quietUntil } from '../../src/alerts/quiet.ts';
import { createRouting } from '../../src/alerts/routing.ts';
import { alertOf } from './support.ts';

const channels = ['soc', 'pager', 'chat'].map((name) => ({
  name,
  min_severity: name === 'pager' ? ('high' as const) : ('low' as const),
}));
const routesOf = (routes: unknown[]) => configSchema.parse({ alerts: { routes } }).alerts.routes;
const names = (routing: ReturnType<typeof createRouting>, over = {}) =>
  routing(alertOf(over), 0).map(({ channel }) => channel);
const at = (text: string): number => Date.parse(text);

describe('routing', () => {
  it('without routes reaches every channel whose floor the alert reaches', () => {
    const routing = createRouting({ channels });
    expect(names(routing)).toEqual(['soc', 'pager', 'chat']);
    expect(names(routing, { severity: 'medium' })).toEqual(['soc', 'chat']);
    expect(names(routing, { severity: 'info' })).toEqual([]);
  });

  it.each([
    [{ min_severity: 'critical' }, false],
    [{ min_severity: 'high' }, true],
    [{ detectors: ['first-*'] }, true],
    [{ detectors: ['rate'] }, false],
    [{ agents: ['support-?'] }, true],
    [{ owners: ['team-care'] }, true],
    [{ servers: ['vault', 'github'] }, true],
    [{ servers: ['github'] }, false],
    [{ owners: ['team-care'], servers: ['github'] }, false],
  ])('by %j: %s', (when, taken) => {
    const routing = createRouting({
      channels,
      routes: routesOf([{ channels: ['pager'], ...when }]),
      fallback: ['chat'],
    });
    expect(names(routing)).toEqual(taken ? ['pager'] : ['chat']);
  });

  it('lets the first route decide, even to be silent', () => {
    const routing = createRouting({
      channels,
      routes: routesOf([{ channels: [], agents: ['support-*'] }, { channels: ['soc'] }]),
    });
    expect(names(routing)).toEqual([]);
    expect(names(routing, { agent: { id: 'deployer' } })).toEqual(['soc']);
  });

  it('says which channel is not there, and where it was named', () => {
    expect(() => createRouting({ channels, routes: routesOf([{ channels: ['sock'] }]) })).toThrow(
      'alerts.routes.0.channels: no channel is named sock',
    );
    expect(() => createRouting({ channels, fallback: ['sock'] })).toThrow('alerts.default');
  });
});

describe('quiet hours', () => {
  const quiet = { from: '22:00', to: '07:00', time_zone: 'Europe/Berlin', below: 'high' } as const;

  it.each([
    ['2026-11-20T20:59:59Z', 0],
    ['2026-11-20T21:00:00Z', at('2026-11-21T06:00:00Z')],
    ['2026-11-21T05:59:59Z', at('2026-11-21T06:00:00Z')],
    ['2026-11-21T06:00:00Z', 0],
    ['2026-07-01T20:00:00Z', at('2026-07-02T05:00:00Z')],
  ])('at %s hold until %i', (time, until) => {
    expect(quietUntil(quiet, 'medium', at(time))).toBe(until);
    expect(quietUntil(quiet, 'high', at(time))).toBe(0);
  });

  it('belong to the day on which they begin', () => {
    const friday = { ...quiet, time_zone: 'UTC', days: ['fri' as const] };
    expect(quietUntil(friday, 'low', at('2026-11-20T23:00:00Z'))).toBe(at('2026-11-21T07:00:00Z'));
    expect(quietUntil(friday, 'low', at('2026-11-21T03:00:00Z'))).toBe(at('2026-11-21T07:00:00Z'));
    expect(quietUntil(friday, 'low', at('2026-11-21T23:00:00Z'))).toBe(0);
    expect(quietUntil(friday, 'low', at('2026-11-20T03:00:00Z'))).toBe(0);
  });

  it('of equal ends last the whole day', () => {
    const weekend = { ...quiet, from: '00:00', to: '00:00', time_zone: 'UTC', days: ['sat' as const, 'sun' as const] };
    expect(quietUntil(weekend, 'low', at('2026-11-21T12:00:00Z'))).toBe(at('2026-11-22T00:00:00Z'));
    expect(quietUntil(weekend, 'low', at('2026-11-23T12:00:00Z'))).toBe(0);
  });

  it('are refused where they are none', () => {
    const parse = (over: object) =>
      configSchema.safeParse({ alerts: { routes: [{ channels: [], quiet: { from: '22:00', to: '07:00', ...over } }] } })
        .success;
    expect(parse({})).toBe(true);
    for (const wrong of [
      { from: '24:00' },
      { to: '7:00' },
      { time_zone: 'Mars/Olympus' },
      { days: ['someday'] },
      { days: [] },
    ])
      expect(parse(wrong)).toBe(false);
  });
});
