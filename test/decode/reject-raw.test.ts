import { describe, expect, it } from 'vitest';
import { decodeAll } from '../support/decoding.ts';

/** What was refused is kept: nothing of a secret in it, be it JSON or what was meant to be. */
describe('a refused record that is no JSON', () => {
  const secrets = {
    otp: 'swordfish',
    pin: 4711,
    cvv: '471',
    cookie: 'swordfish',
    session_key: 'swordfish',
    DbPassword: 'sword\\"fish',
    seedPhrase: 'swordfish',
  };
  const json = JSON.stringify({ a: 1, hello: 'world', deep: [secrets] });

  it.each<[string, string | Uint8Array]>([
    ['broken off', json.slice(0, -1)],
    ['broken off in a secret', json.slice(0, json.lastIndexOf('swordfish') + 'swordfish'.length)],
    ['lines, one of them no JSON', `${json}\nnope`],
    ['too large', `${json.slice(0, -1)},"x":"${'x'.repeat(1 << 20)}"}`],
    ['not UTF-8', Buffer.concat([Buffer.from(json), Buffer.from([0xff, 0xfe])])],
    ['with blanks', `nope ${JSON.stringify(JSON.parse(json), null, 2)}`],
  ])('%s: holds no value of a secret name', (_, record) => {
    const { rejects } = decodeAll([record]);
    expect(rejects.length).toBe(1);
    const { raw } = rejects[0]!;
    expect(raw).not.toMatch(/fish|47/);
    expect(raw).toContain('"hello"');
    expect(raw).toContain('world');
    expect(raw).toContain('[redacted:otp:');
  });

  it('costs no more than its length, whatever it is made of', () => {
    for (const part of ['"otp":', '"a":"', '"\\', '"otp":"', '": "', '"'])
      expect(decodeAll([part.repeat(60_000 / part.length)]).rejects.length).toBe(1);
  });
});
