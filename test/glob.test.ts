import fc from 'fast-check';
import { expect, it } from 'vitest';
import { globMatches } from '../src/glob.ts';

it('matches globs as their plain meaning says', () => {
  const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
  const plainly = (pattern: string, text: string): boolean => {
    const source = [...pattern]
      .map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each === '.' ? '\\.' : each))
      .join('');
    return new RegExp(`^${source}$`, 's').test(text);
  };
  fc.assert(
    fc.property(alphabet, alphabet, (pattern, text) => {
      expect(globMatches(pattern, text)).toBe(plainly(pattern, text));
    }),
  );
});
