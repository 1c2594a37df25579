import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { repeatedAct } from '../../detectors/repeated-act.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const refund = (payment: string): Call => ({
  server: 'payments',
  tool: 'create_refund',
  args: { payment_id: payment, amount: 4_900 },
});

/** Ten days of work: of each day so many refunds, and so many notes on tickets, all different. */
function worked(refunds: number, notes = 8, over: (n: number) => Call[] = () => []) {
  const run = createRun([argumentNovelty, repeatedAct]);
  const send = (calls: readonly Call[], at: number) =>
    calls.flatMap((call, i) => run.news({ at: at + i * 5_000, ...call }));
  for (let day = 0; day < 10; day += 1) {
    const different = Array.from({ length: refunds }, (_, n) => refund(`pay-${day}-${n}`));
    const others = Array.from(
      { length: notes },
      (_, n): Call => ({
        server: 'tickets',
        tool: 'add_note',
        args: { ticket: `T-${day * 100 + n}`, text: 'Refunded.' },
      }),
    );
    expect(send([...different, ...others, ...over(day)], MONDAY + day * DAY)).toEqual([]);
  }
  return { run, asked: (calls: readonly Call[], late = 0) => send(calls, MONDAY + 10 * DAY + late) };
}
const same = (times: number, call = refund('pay-x')): Call[] => Array.from({ length: times }, () => call);

describe('repeated-act', () => {
  it('tells the fourth of the same changes within an hour, once, and what else goes so as the same story', () => {
    const { asked } = worked(6);
    const [opened, ...more] = asked(same(8));
    expect(opened).toMatchObject({ stage: 'open', reason: 'repeated', severity: 'medium' });
    expect(opened!.proof.seen).toBe(
      'called payments/create_refund 4 times within an hour with the same arguments, and each went through',
    );
    expect(more).toEqual([]);
    expect(asked(same(8, refund('pay-y')), HOUR).filter(({ stage }) => stage === 'open')).toEqual([]);
  });
  describe('of what is the same but for its numbers', () => {
    const credit = (dispute: string, amount: number): Call => ({
      server: 'disputes',
      tool: 'issue_credit',
      args: { dispute_id: dispute, card: '516793******5132', amount, currency: 'EUR' },
    });
    const credits = (times: number, dispute = (_n: number) => 'DSP-40001'): Call[] =>
      Array.from({ length: times }, (_, n) => credit(dispute(n), 1_950 + n));
    const daily = (times: number) => (day: number) =>
      Array.from({ length: times }, (_, n) => credit(`DSP-1${day}${n}`, 40 + 7 * n + day));

    it('tells the sixth of credits for one dispute', () => {
      const [opened, ...more] = worked(0, 8, daily(3)).asked(credits(9));
      expect(opened).toMatchObject({ stage: 'open', reason: 'repeated', severity: 'medium' });
      expect(opened!.proof.seen).toBe(
        'called disputes/issue_credit 6 times within an hour with the same arguments but for numbers, and each went through',
      );
      expect(more).toEqual([]);
    });
    it('is silent about five, about a dispute for each, and where it is daily work', () => {
      expect(worked(0, 8, daily(3)).asked(credits(5))).toEqual([]);
      expect(worked(0, 8, daily(3)).asked(credits(9, (n) => `DSP-4000${n}`))).toEqual([]);
      const stock = (day: number) => Array.from({ length: 8 }, (_, n) => credit(`DSP-1${day}`, 40 + n));
      expect(worked(0, 8, stock).asked(credits(9))).toEqual([]);
    });
  });
  it('needs few changes of a tool, where nothing of the agent ever came again', () => {
    expect(worked(2).asked(same(4))).toHaveLength(1);
  });
  it('is low where all that it names is daily work', () => {
    const daily = refund('pay-daily');
    const { asked } = worked(6, 8, () => [daily]);
    expect(asked(same(6, daily))).toMatchObject([{ severity: 'low' }]);
  });
  it('asks for more times where it sometimes comes again', () => {
    const sometimes = (day: number): Call[] => same(2, refund(`pay-twice-${day}`));
    const { asked } = worked(6, 8, sometimes);
    expect(asked(same(4))).toEqual([]);
    expect(asked(same(9, refund('pay-y')), HOUR)).toHaveLength(1);
  });
  it.each<[string, Call[]]>([
    ['three of them', same(3)],
    ['other arguments', Array.from({ length: 9 }, (_, n) => refund(`pay-x${n}`))],
    ['calls that were refused', same(9, { ...refund('pay-x'), status: 'denied' })],
    ['reads', same(9, { server: 'payments', tool: 'get_payment', args: { payment_id: 'pay-x' } })],
    ['commands', same(9, { server: 'shell', tool: 'execute_command', args: { command: 'npm test' } })],
    ['calls whose arguments nobody logs', same(9, { server: 'payments', tool: 'create_refund' })],
    ['a tool that is new', same(9, { server: 'calendar', tool: 'create_event', args: { title: 'standup' } })],
  ])('is silent about %s', (_, calls) => {
    expect(worked(6).asked(calls)).toEqual([]);
  });
  it('is silent about what comes again hour after hour, and where it always does', () => {
    const { asked } = worked(6);
    for (let hour = 0; hour < 9; hour += 1) expect(asked(same(1), hour * 1.1 * HOUR)).toEqual([]);
    const { asked: often } = worked(6, 8, () => same(4, { server: 'lamp', tool: 'set_light', args: { on: 'true' } }));
    expect(often(same(4, { server: 'lamp', tool: 'set_light', args: { on: 'true' } }))).toEqual([]);
  });
  it('keeps a bounded, plain state', () => {
    const { run, asked } = worked(2);
    asked(
      Array.from(
        { length: 2_000 },
        (_, n): Call => ({ server: `s${n % 200}`, tool: `set_${n}`, args: { n: `v${n}` } }),
      ),
    );
    expect(bytes(run.state())).toBeLessThan(20_000);
    expect(plain(run.state())).toBe(true);
  });
});
