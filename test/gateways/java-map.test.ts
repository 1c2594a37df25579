import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javaMap } from '../../schemas/gateways/lib/java-map.ts';

describe('what Java prints of a map', () => {
  it.each([
    ['{a=[x, y], b={c=1}}', { a: ['x, y'], b: { c: 1 } }],
    ['{a=[], b=[{c=true}, {c=null}]}', { a: [], b: [{ c: true }, { c: null }] }],
    ['{q=disk full, really}', { q: 'disk full, really' }],
  ])('%s is read', (text, meant) => {
    expect(javaMap(text)).toEqual(meant);
  });

  it.each(['{a=[}', '{a=[x}', '{a=[{b=1}{c=2}]}', '{a=[x, ', '{a=]', '{'])('%s is text', (text) => {
    expect(javaMap(text)).toBeNull();
  });

  it('ends, whatever it is', () => {
    const sign = fc.constantFrom('{', '}', '[', ']', 'a=', ', ', ',', 'x', '=', ' ');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 14 }), (signs) => void javaMap(`{${signs.join('')}`)),
      { numRuns: 3_000 },
    );
  });
});
