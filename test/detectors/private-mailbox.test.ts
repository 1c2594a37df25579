import { describe, expect, it } from 'vitest';
import { isOwn } from '../../detectors/mail/own-name.ts';
import { privateMailbox } from '../../detectors/private-mailbox.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status' | 'user'>;
const mail = (to: string, user = 'kaya.eriksen@acme.io'): Call => ({
  server: 'gmail',
  tool: 'send_email',
  args: { to: [to], body: 'Here it is.' },
  user: { email: user },
});

/** Thirty mails to customers, then these calls, a day between them. */
function told(calls: readonly Call[]) {
  const run = createRun([privateMailbox]);
  const send = (call: Call, at: number) => run.news({ at, ...call });
  for (let n = 0; n < 30; n += 1) expect(send(mail(`jo.${n}@gmail.com`), MONDAY + (n * DAY) / 3)).toEqual([]);
  return calls.flatMap((call, n) => send(call, MONDAY + (11 + n) * DAY));
}

describe('private-mailbox', () => {
  it('is low once, and medium where it goes on', () => {
    const calls = Array.from({ length: 5 }, () => mail('kaya.eriksen@proton.me'));
    expect(told(calls.slice(0, 1))).toMatchObject([{ severity: 'low', reason: 'own_mailbox' }]);
    expect(told(calls)).toMatchObject([{ severity: 'low' }, { severity: 'medium' }]);
    expect(told(calls)[1]!.proof.seen).toBe(
      'sent something by gmail/send_email to a private mailbox of the one for whom it acts, at proton.me, on 2 days',
    );
  });
  it('counts the days of a person, whichever mailbox of theirs it is, at whichever provider', () => {
    const to = ['kaya.eriksen@me.com', 'k.eriksen@pm.me', 'eriksen-kaya@web.de', 'kaya.eriksen@msn.com'];
    expect(told(to.map((one) => mail(one)))).toMatchObject([{ severity: 'low' }, { severity: 'medium' }]);
  });
  it('knows them among several in one text', () => {
    const both = { ...mail(''), args: { to: 'Jo <jo@other.io>,kaya.eriksen@proton.me', body: 'Here.' } };
    expect(told([both])).toMatchObject([{ severity: 'low' }]);
  });
  it('knows shares and appointments as well', () => {
    const share = { ...mail(''), server: 'gdrive', tool: 'share_file', args: { emailAddress: 'k.eriksen@gmail.com' } };
    const event = { ...mail(''), server: 'gcal', tool: 'create_event', args: { attendees: ['eriksen-k@gmx.de'] } };
    expect(told([share, event])).toHaveLength(2);
    expect(told([share, share])).toHaveLength(2);
  });
  it.each<[string, Call]>([
    ['somebody else', mail('jo.smith@gmail.com')],
    ['the house', mail('kaya.eriksen@acme.io')],
    ['one of the same name at a company', mail('kaya.eriksen@other.io')],
    ['who has no house', mail('kaya.eriksen@proton.me', 'kaya.eriksen@gmail.com')],
    [
      'a house that is called as others of a provider are',
      mail('kaya.eriksen@web.acme.io', 'kaya.eriksen@mail.acme.io'),
    ],
  ])('is silent about %s', (_, call) => {
    expect(told([call, call, call])).toEqual([]);
  });
});

describe('a mailbox under the name of a person', () => {
  it.each([
    ['kaya.eriksen', true],
    ['kayaeriksen84', true],
    ['k_eriksen', true],
    ['eriksen.k', true],
    ['eriksen', false],
    ['lars.eriksen', false],
    ['kaya', false],
  ])('%s: %s', (mailbox, expected) => {
    expect(isOwn(mailbox, { email: 'Kaya.Eriksen@acme.io' })).toBe(expected);
  });
  it('is none where the person has one short name', () => {
    expect(isOwn('kaya', { email: 'kaya@acme.io' })).toBe(false);
  });
});
