import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact } from '../schemas/exact-json.ts';
import { decodeAll, nativeEvent } from './support/decoding.ts';

type Written = [text: string, told: unknown];

/** JSON as others write it, whole numbers of any size as they are, and what is to be read out of it. */
const { written } = fc.letrec<{ written: Written }>((again) => ({
  written: fc.oneof(
    { maxDepth: 4 },
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map((big): Written => {
      const number = Number(big);
      return [String(big), Number.isSafeInteger(number) ? number : String(big)];
    }),
    fc
      .double({ noDefaultInfinity: true, noNaN: true })
      .map((value): Written => [Object.is(value, -0) ? '-0' : value.toExponential(), value]),
    fc.constantFrom(true, false, null).map((value): Written => [String(value), value]),
    fc
      .tuple(fc.constantFrom('', ' ', '\n\t'), fc.stringMatching(/^["\\:,[ ]{0,3}\d{0,20}["\\:,\] ]{0,3}$/))
      .map(([space, text]): Written => [space + JSON.stringify(text), text]),
    fc
      .array(again('written'), { maxLength: 5 })
      .map((list): Written => [`[ ${list.map(([text]) => text).join(' ,')}]`, list.map(([, told]) => told)]),
    fc
      .array(again('written'), { maxLength: 5 })
      .map(
        (list): Written => [
          `{${list.map(([text], i) => `"${i}": ${text}`).join(',')} }`,
          Object.fromEntries(list.map(([, told], i) => [i, told])),
        ],
      ),
  ),
}));

describe('exact JSON', () => {
  it('differs from JSON.parse in whole numbers that would be rounded, and in nothing else', () => {
    fc.assert(
      fc.property(written, ([text, told]) => {
        expect(parseExact(`[${text}]`)).toEqual([told]);
      }),
    );
  });

  it('tells fractions and exponents from whole numbers', () => {
    const text = '[0.1234567890123456789,1e0000000000000000005,-12345678901234567890.5,9007199254740991]';
    expect(parseExact(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '[1234567890123456789',
    '[01234567890123456789]',
    '"1234567890123456789',
    `${'"\\'.repeat(200_000)}:1234567890123456789`,
  ])('refuses what JSON.parse refuses', (text) => {
    expect(() => parseExact(text)).toThrow(SyntaxError);
  });

  it('reads a megabyte of blanks and escapes', () => {
    const blank = ' '.repeat(1 << 20);
    expect(parseExact(`[${blank}1234567890123456789${blank},"${'\\"'.repeat(1 << 19)}"]`)).toEqual([
      '1234567890123456789',
      '"'.repeat(1 << 19),
    ]);
  });
});

describe('ids of 64 bits', () => {
  it('come through decoding to their last digit', () => {
    const text = JSON.stringify(nativeEvent({ args: { account: 'A', note: '12345678901234567890' } }))
      .replace('"A"', '12345678901234567891')
      .replace('{', '{"jsonrpc_id": 9007199254740993,');
    const [event] = decodeAll([text]).events;
    expect(event?.body.args).toEqual({ account: '12345678901234567891', note: '12345678901234567890' });
    expect(event?.body.jsonrpc_id).toBe('9007199254740993');
  });

  it('are two where they differ in the last digit alone', () => {
    const texts = ['12345678901234567891', '12345678901234567892'].map((account, i) =>
      JSON.stringify(nativeEvent({ event_id: `e${i}`, args: { account: 'A' } })).replace('"A"', account),
    );
    const [one, other] = decodeAll(texts).events.map(({ facts }) => facts.args.map(({ hash }) => hash));
    expect(one).not.toEqual(other);
  });
});
