import { describe, expect, it } from 'vitest';
import { manyClients } from '../../detectors/many-clients.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const look = (customer: string, tool = 'get_customer'): Call => ({
  server: 'portal',
  tool,
  args: { filter: { customerId: customer } },
});
const DAYS = 10;

/** Ten days, six sessions each, every one of them for a customer; and what else it does. */
function worked(more: (day: number) => Call[] = () => []) {
  const run = createRun([manyClients]);
  const send = (calls: readonly Call[], at: number, session: string) =>
    calls.flatMap((call, i) => run.news({ at: at + i * 20_000, session_id: session, ...call }));
  for (let day = 0; day < DAYS; day += 1) {
    const at = MONDAY + day * DAY;
    for (let n = 0; n < 6; n += 1) {
      const customer = `C-${1_000 + day * 7 + n}`;
      expect(send([look(customer), look(customer, 'list_users')], at + n * 600_000, `s-${day}-${n}`)).toEqual([]);
    }
    expect(send(more(day), at + 12 * 600_000, `s-${day}-more`)).toEqual([]);
  }
  return { run, asked: (calls: readonly Call[], session = 's-x') => send(calls, MONDAY + DAYS * DAY, session) };
}
const through = (count: number, from = 5_000): Call[] => Array.from({ length: count }, (_, n) => look(`C-${from + n}`));

describe('many-clients', () => {
  it('tells the session that goes from customer to customer, once', () => {
    const [opened, ...more] = worked().asked(through(8));
    expect(opened).toMatchObject({ stage: 'open', reason: 'many_clients', severity: 'medium' });
    expect(opened!.proof.seen).toMatch(/^[45] different customer id within one session, now by portal\/get_customer$/);
    expect(opened!.proof.expected).toBe('of 60 of them in earlier sessions 0 followed on another one');
    expect(more.filter(({ stage }) => stage === 'open')).toEqual([]);
  });
  it('judges whom it has known for little of by as much more as they are', () => {
    const young = (clients: number) => {
      const run = createRun([manyClients]);
      const call = (at: number, n: number, session: string) => run.send({ at, session_id: session, ...look(`C-${n}`) });
      for (let n = 0; n < 18; n += 1) call(MONDAY + n * 10 * 3_600_000, n, `s-${n}`);
      return Array.from({ length: clients }, (_, n) => call(MONDAY + 8 * DAY + n * 1_000, 900 + n, 's-x')).flatMap(
        ({ alerts }) => alerts,
      );
    };
    expect(young(4)).toEqual([]);
    expect(young(20)).not.toEqual([]);
  });
  it('asks for more where it now and then goes on with another one', () => {
    const sometimes = (day: number): Call[] => through(2, 2_000 + day * 10);
    const { asked } = worked(sometimes);
    expect(asked(through(4))).toEqual([]);
    expect(asked(through(15, 6_000), 's-y')).toHaveLength(1);
  });
  it.each<[string, Call[]]>([
    ['three of them', through(3)],
    ['one of them, over and over', Array.from({ length: 9 }, () => look('C-5000'))],
    ['what was refused', through(9).map((call) => ({ ...call, status: 'denied' }) satisfies Call)],
    ['what is no client', through(9).map((call, n) => ({ ...call, args: { shipment_id: `SH-${n}` } }))],
    ['who is taken on', through(9).map((call) => ({ ...call, tool: 'create_customer' }))],
    ['a field that is new', through(9).map((call, n) => ({ ...call, args: { patient_no: 70_000 + n } }))],
  ])('is silent about %s', (_, calls) => {
    expect(worked().asked(calls)).toEqual([]);
  });
  it('is silent about one more customer in each session', () => {
    const { asked } = worked();
    for (let n = 0; n < 9; n += 1) expect(asked(through(2, 7_000 + 10 * n), `s-y${n}`)).toEqual([]);
  });
  it('is silent where each session is about many', () => {
    const { asked } = worked((day) => through(9, 3_000 + day * 20));
    expect(asked(through(9))).toEqual([]);
  });
  it('keeps a bounded, plain state', () => {
    const { run, asked } = worked();
    asked(
      Array.from(
        { length: 2_000 },
        (_, n): Call => ({ server: 'portal', tool: 'get', args: { [`k${n % 90}_customer`]: `C-${n}` } }),
      ),
    );
    expect(bytes(run.state())).toBeLessThan(20_000);
    expect(plain(run.state())).toBe(true);
  });
});
