import { describe, expect, it } from 'vitest';
import { copiedIn } from '../../detectors/copied-in.ts';
import { lookAlike } from '../../detectors/look-alike.ts';
import { privateMailbox } from '../../detectors/private-mailbox.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { createRun, MONDAY } from '../support/run.ts';
import { bytes, plain } from './session.ts';

const long = (n: number): string => `${String(n).padStart(6, 'a')}${'x'.repeat(50)}`;
const user = { email: 'kaya.eriksen@portvia.io' };

describe('what is remembered of recipients', () => {
  it.each([
    [copiedIn, 26_000],
    [lookAlike, 16_000],
    [privateMailbox, 8_000],
  ])('$id keeps bounded, plain state', (detector, most) => {
    const run = createRun([detector]);
    for (let n = 0; n < 1_500; n += 1) {
      const far = `${long(n)}.${long(n)}.co.uk`;
      const args = {
        to: [`__proto__@${far}`, `constructor@portvia-${n}.com`],
        bcc: [`kaya.eriksen@gmail.com`, `x${n}@proton.me`, `kaya.eriksen+${n}@gmx.de`],
        headers: [{ Name: 'Cc', Value: `y@${long(n)}.com` }],
        url: `https://${far}/x`,
      };
      run.send({ at: MONDAY + n * 600_000, server: 'mail', tool: 'send_email', args, user });
    }
    expect(bytes(run.state())).toBeLessThan(most);
    expect(plain(run.state())).toBe(true);
  });

  it('costs no more than its length where it was made to', () => {
    const run = createRun([copiedIn, lookAlike, privateMailbox]);
    const args = (size: number) => ({
      to: [
        `${'a.'.repeat(size)}@${'b-'.repeat(size)}`,
        `${'"<'.repeat(size)}@x.y`,
        '@'.repeat(size),
        `a@${'b.'.repeat(size)}`,
      ],
      body: 'a@b.'.repeat(size),
    });
    const took = (size: number) =>
      cpuMs(() => {
        for (let n = 0; n < 20; n += 1)
          run.send({ at: MONDAY + n, server: 'mail', tool: 'send_email', args: args(size), user });
      });
    took(100);
    expect(took(20_000)).toBeLessThan(4_000);
  });
});
