import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { oneParty } from '../../detectors/one-party.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'agent' | 'server' | 'tool' | 'args' | 'status' | 'user'>;
const refund = (payment: string, destination?: string): Call => ({
  server: 'payments',
  tool: 'create_refund',
  args: { payment_id: payment, amount: 4_900, ...(destination !== undefined && { destination }) },
});
const award = (load: string, carrier: string): Call => ({
  server: 'loads',
  tool: 'award_load',
  args: { load_id: load, carrier_id: carrier },
});
const DAYS = 21;

/** Three weeks of work: refunds of payments, and loads for twelve carriers, of which one more comes every other day. */
function worked(more: (day: number) => Call[] = () => []) {
  const run = createRun([argumentNovelty, oneParty]);
  const send = (calls: readonly Call[], at: number, gap = 60_000) =>
    calls.flatMap((call, i) => run.news({ at: at + i * gap, session_id: `s-${at}-${i}`, ...call }));
  for (let day = 0; day < DAYS; day += 1) {
    const refunds = Array.from({ length: 4 }, (_, n) => refund(`pay-${day}-${n}`));
    const loads = Array.from({ length: 6 }, (_, n) => award(`LD-${day}-${n}`, `CR-1${(day + 2 * n) % 12}`));
    const newcomer = day % 2 === 0 ? [award(`LD-${day}-x`, `CR-2${day}`)] : [];
    expect(send([...refunds, ...loads, ...newcomer, ...more(day)], MONDAY + day * DAY)).toEqual([]);
  }
  return { run, asked: (calls: readonly Call[], gap?: number) => send(calls, MONDAY + DAYS * DAY, gap) };
}
const refunds = (times: number, to: (n: number) => string = () => 'card_890b8bbd'): Call[] =>
  Array.from({ length: times }, (_, n) => refund(`pay-x${n}`, to(n)));
const awards = (times: number, carrier = 'CR-9999'): Call[] =>
  Array.from({ length: times }, (_, n) => award(`LD-x${n}`, carrier));

describe('one-party', () => {
  it('tells refunds of many payments to one card that nobody named, as one story', () => {
    const [opened, ...more] = worked().asked(refunds(8));
    expect(opened).toMatchObject({ stage: 'open', reason: 'one_party', severity: 'medium' });
    expect(opened!.proof.seen).toMatch(
      /^\d of \d new things that payments\/create_refund was given named the same .*destination, which nobody had named before$/,
    );
    expect(more.filter(({ stage }) => stage === 'open')).toEqual([]);
  });
  it('sees them day by day as well', () => {
    expect(worked().asked(refunds(7), 22 * HOUR)).not.toEqual([]);
  });
  it('tells a new carrier that is awarded all loads, in a field that knows newcomers', () => {
    expect(worked().asked(awards(8))).not.toEqual([]);
  });
  it.each<[string, Call[]]>([
    ['three of them', refunds(3)],
    ['a party of its own for each', refunds(9, (n) => `card_890b8b${n}`)],
    ['one that it works with', awards(9, 'CR-11')],
    [
      'a newcomer among many',
      Array.from({ length: 20 }, (_, n) => award(`LD-x${n}`, n % 5 === 0 ? 'CR-9999' : `CR-1${n % 12}`)),
    ],
    ['the same thing over and over', Array.from({ length: 9 }, () => refund('pay-x', 'card_890b8bbd'))],
    ['what was refused', refunds(9).map((call) => ({ ...call, status: 'denied' }) satisfies Call)],
    ['reads', Array.from({ length: 9 }, (_, n) => ({ ...refund(`pay-x${n}`, 'card_890b8bbd'), tool: 'get_refund' }))],
    [
      'a tool that is new',
      Array.from({ length: 9 }, (_, n) => ({ ...refund(`pay-x${n}`, 'card_890b8bbd'), server: 'bank' })),
    ],
  ])('is silent about %s', (_, calls) => {
    expect(worked().asked(calls)).toEqual([]);
  });
  describe('of one account that is given for those whom it pays, known as they are', () => {
    const pay = (employee: number, iban: string, more: Record<string, string> = {}): Call => ({
      server: 'payroll',
      tool: 'update_bank_account',
      args: { employee: `E-10${employee}`, iban, effective: 'next_run', ...more },
    });
    const own = (day: number, n: number): Call => pay(day, `DE${10 + day}3704004405320${n}1300${day % 10}`);
    const asked = (calls: Call[]) => worked((day) => [own(day, 1), own(day + 30, 2)]).asked(calls);
    const stranger = 'LT153250000233925056';

    it('tells it for the second, judged by how often that was so', () => {
      expect(asked([3, 7].map((one) => pay(one, stranger)))).toMatchObject([{ stage: 'open', reason: 'one_party' }]);
    });
    it('tells it days later, with a ticket of its own for each', () => {
      const calls = [3, 7, 9].map((one) => pay(one, stranger, { ticket: `HR-${one}` }));
      expect(worked((day) => [own(day, 1)]).asked(calls, 40 * HOUR)).not.toEqual([]);
    });
    it('is silent about the same one, once more, and about an account of their own', () => {
      expect(asked([3, 3, 3].map((one, n) => pay(one, stranger, { ticket: `HR-${n}` })))).toEqual([]);
      expect(asked([3, 7, 9].map((one) => pay(one, `LT15325000023392505${one}`)))).toEqual([]);
    });
    it('is silent where several were paid to one account before', () => {
      const shared = (day: number) => [own(day, 1), pay(day + 30, `DE${10 + day}370400440532011300${day % 10}`)];
      expect(worked(shared).asked([3, 7].map((one) => pay(one, stranger)))).toEqual([]);
    });
  });
  describe('of one address under which customers are reached from now on, by a tool that is new', () => {
    const move = (customer: number, email: string, tool = 'update_contact'): Call => ({
      server: 'crm',
      tool,
      args: { customer_id: `C-${customer}`, email, verified: 'chat' },
    });
    const stranger = 'anna.l2@files-transit.example';
    it('tells it for the third', () => {
      expect(worked().asked([1, 2].map((one) => move(one, stranger)))).toEqual([]);
      expect(worked().asked([1, 2, 3].map((one) => move(one, stranger)))).toMatchObject([{ reason: 'one_party' }]);
    });
    it('is silent about an address of their own, the same customer once more, and what is no change of it', () => {
      expect(worked().asked([1, 2, 3, 4].map((one) => move(one, `c${one}@mail.example`)))).toEqual([]);
      expect(worked().asked([1, 1, 1, 1].map((one) => move(one, stranger)))).toEqual([]);
      expect(worked().asked([1, 2, 3].map((one) => move(one, stranger, 'create_ticket')))).toEqual([]);
    });
  });
  describe('of who is no party to it', () => {
    const hold = (n: number, more: Record<string, string>, user?: string): Call => ({
      server: 'archive',
      tool: 'set_hold',
      args: { custodian: `person-${n}@acme.example`, ...more },
      ...(user !== undefined && { user: { email: user } }),
    });
    const ann = 'ann@acme.example';
    const asked = (more: Record<string, string>, user?: string) =>
      worked((day) => [hold(day, { [Object.keys(more)[0]!]: `${day}-old@acme.example` }, 'bob@acme.example')]).asked(
        Array.from({ length: 9 }, (_, n) => hold(100 + n, more, user)),
      );
    it('is silent about whom the agent acts for, a new colleague who signs all of it', () => {
      expect(asked({ reviewer: 'Ann@acme.example' }, ann)).toEqual([]);
      expect(asked({ reviewer: 'eve@acme.example' }, ann)).not.toEqual([]);
      expect(asked({ reviewer: ann })).not.toEqual([]);
    });
    it.each(['case', 'request_id', 'changeNumber', 'meta.ticket'])('is silent about the matter in %s', (field) => {
      const [name, inner] = field.split('.') as [string, string?];
      const filed =
        (matter: string) =>
        (n: number): Call => ({
          ...hold(n, {}),
          args: { custodian: `person-${n}@acme.example`, [name]: inner === undefined ? matter : { [inner]: matter } },
        });
      const { asked } = worked((day) => [filed(`LH-${day}`)(day)]);
      expect(asked(Array.from({ length: 9 }, (_, n) => filed('LH-999')(100 + n)))).toEqual([]);
    });
    it('tells a party whose name has such a word in it', () => {
      const cased =
        (carrier: string) =>
        (n: number): Call => ({ ...hold(n, { case_carrier_id: carrier }) });
      const { asked } = worked((day) => [cased(`CR-${day}`)(day)]);
      expect(asked(Array.from({ length: 9 }, (_, n) => cased('CR-999')(100 + n)))).not.toEqual([]);
    });
  });
  it('is silent where newcomers always come again at once', () => {
    const { asked } = worked((day) =>
      Array.from({ length: 6 }, (_, n) => refund(`pay-${day}-y${n}`, `card_77aa${day}b`)),
    );
    expect(asked(refunds(6))).toEqual([]);
  });
  it('keeps a bounded, plain state', () => {
    const { run, asked } = worked();
    asked(
      Array.from(
        { length: 3_000 },
        (_, n): Call => ({
          server: `server-${n % 200}`,
          tool: `create_${n % 300}`,
          args: { [`thing_${n}_id`]: `TH-${n}`, [`party_${n}_id`]: `PA-${n >> 2}` },
        }),
      ),
    );
    expect(bytes(run.state())).toBeLessThan(30_000);
    expect(plain(run.state())).toBe(true);
  });
});
