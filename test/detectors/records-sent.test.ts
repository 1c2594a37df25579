import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { recordsSent } from '../../detectors/records-sent.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const mail = (to: string | string[], body: string): Call => ({
  server: 'gmail',
  tool: 'send_email',
  args: { to, body },
});
const people = (n: number): string => Array.from({ length: n }, (_, i) => `Name ${i}, name-${i}@shop.de`).join('; ');

/** Ten days of mails to customers, four a day, then these calls. */
function told(calls: readonly Call[], before: readonly Call[] = []) {
  const run = createRun([argumentNovelty, recordsSent]);
  const send = (call: Call, at: number) =>
    run.send({ at, ...call }).alerts.filter(({ stage, detector }) => stage === 'open' && detector === 'records-sent');
  for (let n = 0; n < 40; n += 1)
    expect(send(mail(`customer-${n % 8}@shop.de`, 'Your order is on its way.'), MONDAY + (n * DAY) / 4)).toEqual([]);
  for (const [n, call] of before.entries()) send(call, MONDAY + 9.9 * DAY + n * 1_000);
  return calls.flatMap((call, n) => send(call, MONDAY + 11 * DAY + n * 60_000));
}

describe('records-sent', () => {
  it.each<[string, string, Call]>([
    ['medium', 'twelve people', mail('reports@hv-archive.io', people(12))],
    ['high', 'a list', mail('reports@hv-archive.io', people(30))],
    [
      'medium',
      'accounts',
      mail(
        ['x@hv-archive.io'],
        'DE02120300000000202051 DE02500105170137075030 DE02100500000054540402 DE02300209000106531065 DE02200505501015871393 to be paid'.repeat(
          2,
        ),
      ),
    ],
    ['medium', 'an address that anybody has', mail('ann.smith@gmail.com', people(8))],
    ['medium', 'one of several in a text', mail('customer-3@shop.de,reports@hv-archive.io', people(12))],
    ['medium', 'an address with a name', mail('Reports <reports@hv-archive.io>', people(12))],
    ['medium', 'another one that anybody has', mail('Ann <ann.smith@me.com>', people(8))],
    ['low', 'a call that was refused', { ...mail('reports@hv-archive.io', people(12)), status: 'denied' }],
  ])('is %s: %s', (severity, _, call) => {
    expect(told([call])).toMatchObject([{ reason: 'records_to_stranger', severity }]);
  });
  it.each<[string, Call]>([
    ['somebody it writes to', mail('customer-3@shop.de', people(12))],
    ['a colleague of theirs', mail('new@shop.de', people(12))],
    ['a few people', mail('reports@hv-archive.io', people(3))],
    [
      'many recipients',
      mail(
        Array.from({ length: 30 }, (_, n) => `guest-${n}@party.org`),
        'You are invited.',
      ),
    ],
    ['a file', { server: 'fs', tool: 'write_file', args: { path: '/srv/people.txt', content: people(30) } }],
  ])('is silent about %s', (_, call) => {
    expect(told([call])).toEqual([]);
  });
  it('knows a domain that was named before, and tells the first of a burst alone', () => {
    expect(told([mail('jo@printer.de', people(12))], [mail('sales@printer.de', 'An offer, please.')])).toEqual([]);
    const burst = Array.from({ length: 4 }, (_, n) => mail(`x@archive-${n}.io`, people(12)));
    expect(told(burst)).toHaveLength(1);
  });
});
