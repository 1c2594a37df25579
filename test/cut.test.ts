import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cut } from '../schemas/cut.ts';

it('cuts between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      expect(cut(text, max).length).toBeLessThanOrEqual(max);
      expect(cut(text, max)).not.toMatch(/\p{Cs}/u);
    }),
  );
});
