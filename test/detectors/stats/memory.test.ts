import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joiner } from '../../../detectors/stats/joiner.ts';
import { listed } from '../../../detectors/stats/listed.ts';
import { perPair } from '../../../detectors/stats/per-pair.ts';
import { emptyRecent, entries, touch } from '../../../detectors/stats/recent.ts';

describe('what is remembered beside the state', () => {
  it('lists a recent map as it is now, whichever keys came, moved or went', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }), (keys) => {
        const map = emptyRecent<{ n: number }>();
        for (const key of keys) {
          touch(map, `k${key}`, 8, () => ({ n: 0 })).n += 1;
          expect(listed(map)).toEqual(entries(map));
        }
      }),
    );
  });

  it('answers for a pair what was made of it, also when more pairs came than it keeps', () => {
    let made = 0;
    const answer = perPair((first, second) => {
      made += 1;
      return `${second}<${first}`;
    });
    for (let i = 0; i < 20_000; i += 1) expect(answer('a', `b${i}`)).toBe(`b${i}<a`);
    expect(made).toBe(20_000);
    for (let i = 0; i < 3; i += 1) expect(answer('a', 'b19999')).toBe('b19999<a');
    expect(made).toBe(20_000);
    expect(answer('a', 'b0')).toBe('b0<a');
    expect(answer('b0', 'a')).toBe('a<b0');
  });

  it('joins names, the odd ones too', () => {
    const join = joiner('/', 12);
    expect(join('server', 'tool')).toBe('server/tool');
    expect(join('server', 'a-long-tool')).toBe('server/a-lon');
    expect(join('__proto_', '_')).toBe('__proto_/_');
    expect(joiner('')('__proto__', '')).toBe('__proto__');
  });
});
