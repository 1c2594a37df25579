import { describe, expect, it } from 'vitest';
import { farValue } from '../../detectors/far-value.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const limit = (eur: number | string, more: Call['args'] = {}, tool = 'set_limit'): Call => ({
  server: 'bank',
  tool,
  args: { customer: 'C-1', eur, ...more },
});
const dayAt = (at: number, days: number): string => new Date(at + days * DAY).toISOString().slice(0, 10);
const END = MONDAY + 15 * DAY;

/** Two weeks, three limits a day between 100 and 1,000 for up to nine days, then these calls, an hour between them. */
function told(calls: readonly Call[]) {
  const run = createRun([farValue]);
  const send = (call: Call, at: number) => run.news({ at, ...call });
  for (let n = 0; n < 42; n += 1) {
    const at = MONDAY + (n * DAY) / 3;
    expect(send(limit(100 + 100 * (n % 10), { until: dayAt(at, n % 10), case_number: n }), at)).toEqual([]);
  }
  return { run, alerts: calls.flatMap((call, n) => send(call, END + n * HOUR)) };
}

describe('far-value', () => {
  it('tells an amount that is many times the largest, and what it was against', () => {
    const { alerts } = told([limit(50_000), limit(60_000)]);
    expect(alerts[0]).toMatchObject({ stage: 'open', severity: 'medium', reason: 'far_amount' });
    expect(alerts[0]!.proof.seen).toBe('bank/set_limit was given eur 50000, 50.0 times any before');
    expect(alerts[0]!.proof.expected).toBe('at most 1000');
    expect(alerts.filter(({ stage }) => stage === 'open')).toHaveLength(1);
  });
  it.each<[string, string, Call]>([
    ['far_amount', 'given as a text', limit('50000')],
    ['far_amount', 'taken out of an account', limit(-50_000)],
    ['far_date', 'a date without an end', limit(500, { until: '2099-12-31' })],
    ['far_date', 'with a time', limit(500, { until: '2099-12-31T00:00:00Z' })],
  ])('%s: %s', (reason, _, call) => {
    expect(told([call]).alerts).toMatchObject([{ severity: 'medium', reason }]);
  });
  it.each<[string, Call]>([
    ['four times the largest', limit(4_000)],
    ['what is small', limit(0)],
    ['a date of four weeks', limit(500, { until: dayAt(END, 28) })],
    ['a date that has passed', limit(500, { until: '1970-01-01' })],
    ['what was refused', { ...limit(50_000), status: 'denied' }],
    ['a read', limit(50_000, {}, 'get_limit')],
    ['a tool that is new', limit(50_000, {}, 'set_budget')],
    ['a number that names something', limit(500, { case_number: 90_000 })],
    ['long runs of digits', limit('123456789012')],
    ['another field', limit(500, { fee: 90_000 })],
  ])('is silent about %s', (_, call) => {
    expect(told([call]).alerts).toEqual([]);
  });
  it('is silent where amounts differ as widely from the start', () => {
    const run = createRun([farValue]);
    const alerts = Array.from({ length: 200 }, (_, n) =>
      run.send({ at: MONDAY + (n * DAY) / 4, ...limit(10 ** (n % 6)) }),
    ).flatMap(({ alerts }) => alerts);
    expect(alerts).toEqual([]);
  });
  it('keeps a bounded, plain state', () => {
    const { run } = told(
      Array.from({ length: 2_000 }, (_, n) =>
        limit(n, { [`amount_${'x'.repeat(n % 60)}_of${n}`]: n }, `set_${n % 99}`),
      ),
    );
    expect(bytes(run.state())).toBeLessThan(30_000);
    expect(plain(run.state())).toBe(true);
  });
});
