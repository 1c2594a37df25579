import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cut, cutWords } from '../schemas/cut.ts';

it('cuts between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      expect(cut(text, max).length).toBeLessThanOrEqual(max);
      expect(cut(text, max)).not.toMatch(/\p{Cs}/u);
    }),
  );
});

it('cuts a title between words, and a long word between characters', () => {
  expect(cutWords('an agent read a secret', 60)).toBe('an agent read a secret');
  expect(cutWords('an agent read a secret, and sent it', 27)).toBe('an agent read a secret …');
  expect(cutWords(`an ${'x'.repeat(40)}`, 20)).toBe(`an ${'x'.repeat(16)}…`);
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 2, max: 20 }), (text, max) => {
      expect(cutWords(text, max).length).toBeLessThanOrEqual(max);
    }),
  );
});
