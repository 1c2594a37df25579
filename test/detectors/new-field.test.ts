import { describe, expect, it } from 'vitest';
import { firstSeen } from '../../detectors/first-seen.ts';
import { newField } from '../../detectors/new-field.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const close = (args: Call['args'] = {}, tool = 'close_alert'): Call => ({
  server: 'aml',
  tool,
  args: { alert_id: 'ALR-1', disposition: 'false_positive', rationale: 'looked at', notify: false, ...args },
});

/** Two weeks of alerts closed in one way, by another agent in these ways, then these calls, an hour between them. */
function told(calls: readonly Call[], others: readonly Call[] = []) {
  const run = createRun([firstSeen, newField]);
  const send = (call: Call, at: number, agent = 'triage') =>
    run
      .send({ at, agent, ...call })
      .alerts.filter(({ stage, detector }) => stage !== 'close' && detector === 'new-field');
  for (let n = 0; n < 42; n += 1) {
    for (const one of others) send(one, MONDAY + (n * DAY) / 3, 'other');
    expect(send(close(), MONDAY + (n * DAY) / 3)).toEqual([]);
  }
  return { run, alerts: calls.flatMap((call, n) => send(call, MONDAY + 15 * DAY + n * HOUR)) };
}

describe('new-field', () => {
  it('tells two fields that were never given, as one story', () => {
    const odd = close({ customer_id: 'C-1', suppress_days: 365 });
    const { alerts } = told([odd, odd, odd]);
    expect(alerts[0]).toMatchObject({ stage: 'open', severity: 'medium', reason: 'new_field' });
    expect(alerts[0]!.proof.seen).toBe(
      'gave aml/close_alert customer_id, suppress_days, which was never given there before',
    );
    expect(alerts.filter(({ stage }) => stage === 'open')).toHaveLength(1);
  });
  it('does not tell the same again weeks later', () => {
    const odd = close({ customer_id: 'C-1', suppress_days: 365 });
    const usual = Array.from({ length: 14 * 24 }, () => close());
    const { alerts } = told([odd, ...usual, odd]);
    expect(alerts.filter(({ stage }) => stage === 'open')).toHaveLength(1);
  });
  it('knows a tool that was given nothing but the matter', () => {
    const run = createRun([newField]);
    const lock = (day: number, args = {}) =>
      run.send({ at: MONDAY + day * DAY, server: 'coding', tool: 'lock_case', args: { case: `C-${day}`, ...args } });
    for (let day = 0; day < 30; day += 1) expect(lock(day).alerts).toEqual([]);
    expect(lock(31, { skip_plausibility: true }).alerts).toMatchObject([{ severity: 'medium' }]);
  });
  it('learns of no check that was left out, nor do others by it', () => {
    const odd = close({ override4eyes: true });
    const { run, alerts } = told([odd, odd, odd]);
    expect(alerts.filter(({ stage }) => stage === 'open')).toHaveLength(1);
    const others = (day: number, more: Call[]) =>
      more.flatMap((call) => run.send({ at: MONDAY + day * DAY, agent: 'late', ...call }).alerts);
    for (let day = 16; day < 40; day += 1) expect(others(day, [close()])).toEqual([]);
    expect(others(41, [odd])).toMatchObject([{ severity: 'medium' }]);
  });
  it.each<[string, string, Call]>([
    ['medium', 'one that leaves out the comment', close({ suppress_audit_comment: true })],
    ['medium', 'one that leaves out a check', close({ override4eyes: true })],
    ['medium', 'in camel case, within another', close({ options: { skipChecks: true } })],
    ['low', 'any other one', close({ customer_id: 'C-1' })],
    ['low', 'a thing of several parts', close({ address: { street: 'x', city: 'y' } })],
    ['medium', 'parts in the place of a word', close({ disposition: { kind_of: 'x', until: 'y' } })],
  ])('is %s: %s', (severity, _, call) => {
    expect(told([call]).alerts).toMatchObject([{ severity }]);
  });
  it.each<[string, Call]>([
    ['the usual fields', close()],
    ['a reason and a ticket', close({ reason: 'as agreed', ticket: 'INC-1', comment: 'x' })],
    ['what is empty or off', close({ override: false, customer_id: '', note_to: null })],
    ['another operation of the tool', close({ action: 'reopen', to_team: 'x', from_team: 'y' })],
    ['a tool that is new', close({ customer_id: 'C-1', override: true }, 'close_case')],
    ['a read', close({ customer_id: 'C-1', override: true }, 'get_alert')],
    ['what was refused', { ...close({ customer_id: 'C-1', override: true }), status: 'denied' }],
  ])('is silent about %s', (_, call) => {
    expect(told([call]).alerts).toEqual([]);
  });
  it('is silent about fields that others give to the tool', () => {
    const odd = close({ customer_id: 'C-1', override: true });
    expect(told([odd], [odd]).alerts).toEqual([]);
  });
  it('is silent where new fields are daily work', () => {
    const run = createRun([newField]);
    const alerts = Array.from({ length: 60 }, (_, n) =>
      run.send({ at: MONDAY + (n * DAY) / 3, ...close({ [`a${n}`]: 1, [`b${n}`]: 1 }) }),
    ).flatMap(({ alerts }) => alerts);
    expect(alerts).toEqual([]);
  });
  it('keeps a bounded, plain state', () => {
    const { run } = told(Array.from({ length: 2_000 }, (_, n) => close({ [`field_${n}`]: n }, `close_${n % 99}`)));
    expect(bytes(run.state('triage'))).toBeLessThan(30_000);
    expect(plain(run.state('triage'))).toBe(true);
  });
});
