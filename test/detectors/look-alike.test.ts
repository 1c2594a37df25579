import { describe, expect, it } from 'vitest';
import { isOneOff, passesForHouse } from '../../detectors/look-alike/passes-for.ts';
import { lookAlike } from '../../detectors/look-alike.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status' | 'user'>;
const mail = (to: string, user: Told['user'] = { email: 'ann@portvia.io' }): Call => ({
  server: 'gmail',
  tool: 'send_email',
  args: { to: [to], body: 'Here it is.' },
  user,
});
const remember = (text: string): Call => ({
  ...mail(''),
  server: 'memory',
  tool: 'add_observations',
  args: { observations: [{ contents: [text] }] },
});

/** Ten days of mails to a customer, then these calls. */
function told(calls: readonly Call[], user?: Told['user']) {
  const run = createRun([lookAlike]);
  const send = (call: Call, at: number, agent = 'mailer') =>
    run.send({ at, agent, ...call }).alerts.filter(({ stage }) => stage === 'open');
  for (let n = 0; n < 20; n += 1) {
    expect(send(mail('jo@northway.com', user), MONDAY + (n * DAY) / 2)).toEqual([]);
    for (const other of ['a', 'b', 'c']) send(mail('jo@shared-partners.de'), MONDAY + (n * DAY) / 2, other);
  }
  return calls.flatMap((call, n) => send(call, MONDAY + 11 * DAY + n * 3_600_000));
}

describe('look-alike', () => {
  it.each<[string, string, Call]>([
    ['high', 'a word beside the house', mail('archive@portvia-billing.com')],
    ['high', 'a word joined to it', mail('archive@portviabilling.com')],
    ['high', 'a word joined before it', mail('archive@secureportvia.net')],
    ['high', 'another domain behind it', mail('archive@portvia.io.cdn-mail.net')],
    ['high', 'the same of an address', { ...mail(''), args: { url: 'https://login.portvia.io.cdn-mail.net/x' } }],
    ['high', 'a letter off', mail('archive@portviaa.com')],
    ['high', 'a digit for a letter', mail('archive@p0rtvia.io')],
    ['high', 'in a memory', remember('Offers go in copy to compliance@mail-portvia.com.')],
    ['high', 'the address of a hook', { ...mail(''), args: { url: 'https://hooks.portvia-status.net/x' } }],
    ['medium', 'a partner', mail('jo@nortway.com')],
    [
      'medium',
      'a supplier whose record is changed to it',
      { ...mail(''), args: { vendor: 'harbour-law.eu', fields: { remittance: 'ap@harbour-law-billing.eu' } } },
    ],
    ['low', 'a call that was refused', { ...mail('archive@portvia-billing.com'), status: 'denied' }],
  ])('is %s: %s', (severity, _, call) => {
    expect(told([call])).toMatchObject([{ severity }]);
  });
  it('is told once, with the domain that it passes for', () => {
    const [alert, ...more] = told([1, 2, 3].map((n) => mail(`x${n}@portvia-billing.com`)));
    expect(more).toEqual([]);
    expect(alert!.proof.seen).toBe(
      'called gmail/send_email with portvia-billing.com, which passes for portvia.io, the domain of those for whom it acts',
    );
  });
  it('knows the house of the fleet where the agent acts for nobody', () => {
    expect(told([{ ...mail('x@portvia-mail.com', {}) }], {})).toMatchObject([{ severity: 'high' }]);
  });
  it('knows it in the first address that an agent ever names, where it has worked for weeks', () => {
    const run = createRun([lookAlike]);
    const sms = (args: Call['args']): Call => ({ server: 'notify', tool: 'send_sms', args, user: {} });
    const send = (agent: string, call: Call, at: number) =>
      run.send({ at, agent, ...call }).alerts.filter(({ stage }) => stage === 'open');
    for (let n = 0; n < 20; n += 1)
      for (const other of ['a', 'b', 'c', 'hub'])
        expect(
          send(other, other === 'hub' ? sms({ template: 'code' }) : mail('jo@northway.com'), MONDAY + (n * DAY) / 2),
        ).toEqual([]);
    const text = 'Your account is locked: https://portvia-secure.eu/login';
    expect(send('hub', sms({ text }), MONDAY + 11 * DAY)).toMatchObject([{ severity: 'high' }]);
  });
  it.each<[string, Call]>([
    [
      'a supplier with an address of its own',
      { ...mail(''), args: { vendor: 'harbour-law.eu', to: 'ap@hl-legal.eu' } },
    ],
    ['the house', mail('bob@portvia.io')],
    ['a part of it', mail('bob@mail.portvia.io')],
    ['another ending', mail('bob@portvia.eu')],
    ['a stranger', mail('x@harbour.org')],
    ['a name that begins like it', mail('x@portviaduct.com')],
    ['a part of a stranger', mail('x@portvia.harbour.org')],
    ['a partner with a word beside it', mail('jo@northway-haul.com')],
    ['an address that anybody has', mail('portvia-billing@gmail.com')],
    ['what several others work with', mail('jo@shared-partners.de')],
  ])('is silent about %s', (_, call) => {
    expect(told([call])).toEqual([]);
  });
});

describe('names that pass for others', () => {
  it.each([
    ['portvia-mail', 'portvia', true],
    ['portviamail', 'portvia', true],
    ['portviamailing', 'portvia', false],
    ['portvai', 'portvia', true],
    ['portvi', 'portvia', true],
    ['acme-x', 'acme', false],
    ['harbour-law-billing', 'harbour-law', true],
    ['harbour-lawyers', 'harbour-law', false],
    ['portvia', 'portvia', false],
  ])('%s for %s: %s', (label, house, expected) => {
    expect(passesForHouse(label, house)).toBe(expected);
  });
  it.each([
    ['region1', 'region2'],
    ['region', 'region2'],
    ['customer', 'customers'],
    ['mails', 'maily'],
  ])('%s and %s are two', (a, b) => {
    expect([isOneOff(a, b), isOneOff(b, a)]).toEqual([false, false]);
  });
});
