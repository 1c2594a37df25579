import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remembered } from '../schemas/remember.ts';
import { createHasher } from '../src/hash.ts';

describe('the keyed hash', () => {
  it('is HMAC-SHA256 cut to 64 bits, of any key and text, met once or again', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('\ud800'), fc.string());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(text), (key, texts) => {
        const hasher = createHasher(key);
        for (const one of [...texts, ...texts])
          expect(hasher(one)).toBe(createHmac('sha256', key).update(one).digest('hex').slice(0, 16));
      }),
    );
  });
});

describe('what is remembered', () => {
  it('is what was computed, and no more than two generations of it', () => {
    let computed = 0;
    const echo = remembered(
      (text) => {
        computed += 1;
        return `<${text}>`;
      },
      3,
      20,
    );
    const ask = (...texts: string[]): number => {
      const before = computed;
      for (const text of texts) expect(echo(text)).toBe(`<${text}>`);
      return computed - before;
    };
    expect(ask('a', 'a', 'a word of its own', 'a word of its own')).toBe(2);
    expect(ask('b', 'c', 'd', 'a')).toBe(3);
    expect(ask('e', 'f', 'g', 'b')).toBe(4);
    // Too long to be kept, and half a pair of surrogates, which has no copy.
    expect(ask('x'.repeat(21), 'x'.repeat(21))).toBe(2);
    expect(ask('\ud800'.repeat(13), '\ud800'.repeat(13))).toBe(2);
  });
});
