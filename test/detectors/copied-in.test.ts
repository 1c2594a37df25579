import { describe, expect, it } from 'vitest';
import { copiedIn } from '../../detectors/copied-in.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status' | 'user'>;
const mail = (to: string, more: Record<string, unknown> = {}): Call => ({
  server: 'gmail',
  tool: 'send_email',
  args: { to, subject: 'Offer', body: 'Here it is.', ...more },
  user: { email: 'ann@acme.io' },
});
const graph = (to: string, cc: string): Call => ({
  server: 'ms365',
  tool: 'send-mail',
  args: {
    body: {
      Message: {
        toRecipients: [{ emailAddress: { address: to } }],
        ccRecipients: [{ emailAddress: { address: cc } }],
      },
    },
  },
});
const CUSTOMERS = ['jo@alba.de', 'li@kron.nl', 'max@vita.eu', 'eva@terra.com'];
const toEach = (more: Record<string, unknown>): Call[] => CUSTOMERS.map((to) => mail(to, more));

/** Ten days of mails to customers, two a day, then these calls, an hour between them. */
function told(calls: readonly Call[], before: readonly Call[] = [], peers: readonly Call[] = []) {
  const run = createRun([copiedIn]);
  const send = (call: Call, at: number, agent = 'mailer') =>
    run.send({ at, agent, group: 'sales', ...call }).alerts.filter(({ stage }) => stage === 'open');
  for (let n = 0; n < 20; n += 1) {
    const [call, at] = [mail(CUSTOMERS[n % 2]!), MONDAY + (n * DAY) / 2];
    expect(send(call, at)).toEqual([]);
    for (const peer of peers) send(peer, at, 'other');
  }
  for (const [n, call] of before.entries()) send(call, MONDAY + 9.9 * DAY + n * 1_000);
  return calls.flatMap((call, n) => send(call, MONDAY + 11 * DAY + n * 3_600_000));
}

describe('copied-in', () => {
  it.each<[string, string, Call[]]>([
    ['high', 'blind copies', toEach({ bcc: 'sync@cdn-edge.net' })],
    ['high', 'a list of them', toEach({ bcc: ['"Sync" <sync@cdn-edge.net>'] })],
    ['high', 'several in one text', toEach({ bcc: 'Jo <jo@alba.de>,sync@cdn-edge.net' })],
    ['high', 'an address that changes each time', CUSTOMERS.map((to, n) => mail(to, { bcc: `s${n}@cdn-edge.net` }))],
    [
      'high',
      'more addresses than a list has',
      toEach({ bcc: Array.from({ length: 25 }, (_, n) => `s${n}@cdn-edge.net`) }),
    ],
    ['high', 'a header', toEach({ headers: [{ Name: 'Bcc', Value: 'sync@cdn-edge.net' }] })],
    ['high', 'an address that anybody has', toEach({ bcc: 'sync.acme@gmail.com' })],
    ['medium', 'copies', toEach({ cc: 'sync@acme-mail.com' })],
    ['medium', 'objects', CUSTOMERS.map((to) => graph(to, 'sync@acme-mail.com'))],
  ])('is %s, once: %s', (severity, _, calls) => {
    expect(told(calls)).toMatchObject([{ severity, reason: severity === 'high' ? 'blind_copy' : 'copied_in' }]);
  });
  it('says at which domain, and to how many', () => {
    expect(told(toEach({ bcc: 'sync@cdn-edge.net' }))[0]!.proof).toMatchObject({
      seen: 'gmail/send_email sends a blind copy of messages to 2 others to cdn-edge.net, to which nobody wrote before',
      expected: 'nobody like that in 21 messages',
    });
  });
  it.each<[string, Call[], Call[]?, Call[]?]>([
    ['a colleague', toEach({ bcc: 'bob@acme.io' })],
    ['a colleague of the customer', CUSTOMERS.map((to) => mail(to, { cc: `new${to.slice(to.indexOf('@'))}` }))],
    ['one message that is hidden from the other', [mail('jo@alba.de', { bcc: 'x@cdn-edge.net' })]],
    ['the same other', Array.from({ length: 6 }, () => mail('jo@alba.de', { cc: 'x@printer.de' }))],
    ['each time somebody else', CUSTOMERS.map((to, n) => mail(to, { cc: `x@partner-${n}.de` }))],
    ['somebody to whom it wrote', toEach({ cc: 'x@partner.de' }), [mail('y@partner.de')]],
    ['somebody to whom its peers write', toEach({ cc: 'x@partner.de' }), [], [mail('y@partner.de')]],
    ['whom it is from', toEach({ from: 'x@relay.net', reply_to: 'x@relay.net' })],
    ['what was refused', toEach({ bcc: 'sync@cdn-edge.net' }).map((call) => ({ ...call, status: 'denied' as const }))],
    ['an address in the text', CUSTOMERS.map((to) => mail(to, { body: 'bcc: x@cdn-edge.net' }))],
    [
      'a list',
      [0, 1, 2].map(() =>
        mail('jo@alba.de', { bcc: CUSTOMERS.concat(Array.from({ length: 30 }, (_, n) => `a@b${n}.de`)) }),
      ),
    ],
  ])('is silent about %s', (_, calls, before, peers) => {
    expect(told(calls, before, peers)).toEqual([]);
  });
  it('counts the messages that are hidden from one and the same', () => {
    const twice = [0, 1].map(() => mail('jo@alba.de', { bcc: 'archive@cdn-edge.net' }));
    expect(told(twice)).toMatchObject([{ severity: 'high', reason: 'blind_copy' }]);
  });
  it('tells it of each of a team, as a copy that goes out makes nobody known', () => {
    const run = createRun([copiedIn]);
    const send = (agent: string, day: number, call: Call) =>
      run.send({ at: MONDAY + day * DAY, agent, group: 'sales', ...call }).alerts.map(({ reason }) => reason);
    for (let n = 0; n < 20; n += 1) for (const agent of ['a', 'b']) send(agent, n / 2, mail(CUSTOMERS[n % 2]!));
    const [first, ...others] = toEach({ bcc: 'sync@cdn-edge.net' });
    expect(send('a', 11, first!)).toEqual([]);
    expect(others.map((call, n) => send('b', 13 + n, call))).toEqual([[], ['blind_copy'], []]);
  });
  it('knows what was so from the beginning', () => {
    const run = createRun([copiedIn]);
    const always = toEach({ bcc: 'log@crm.example' });
    for (let n = 0; n < 60; n += 1)
      expect(run.send({ at: MONDAY + (n * DAY) / 4, ...always[n % 4]! }).alerts).toEqual([]);
  });
});
