import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { arm } from '../../src/engine/rules.ts';
import { difference } from '../support/difference.ts';
import { type Call, fold } from './detector.ts';

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  ' ',
  '\u0000',
  '|',
  '\n',
  '\ud800',
  '\u202egnp.exe',
  'ｒｅａｄ',
  'e\u0301',
  '\u00e9',
  '0',
  '-1',
  'null',
  `a${'b'.repeat(1023)}`,
];
/** As long as the hostile ones, and of no meaning. */
const PLAIN = HOSTILE.map((name, n) => String(n).padEnd(name.length, 'x'));

const below = (max: number) => fc.nat({ max: max - 1 });
const calls = (maxLength: number): fc.Arbitrary<Call[]> =>
  fc.array(
    fc.record({
      wait: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }) }, fc.integer({ min: -10, max: 3_000 })),
      server: below(HOSTILE.length),
      tool: below(HOSTILE.length),
      session: below(6),
      principal: below(HOSTILE.length),
      credential: below(6),
      value: below(40),
      class: below(6),
      scope: below(20),
      outcome: below(7),
      bytes: fc.oneof(below(10_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER, 1e300)),
      kind: fc.constantFrom('call' as const, 'call' as const, 'call' as const, 'list' as const, 'resource' as const),
    }),
    { minLength: 1, maxLength },
  );

describe.each(detectors.map((one) => ({ id: one.id, one })))('$id', ({ id, one }) => {
  it('says what it means, where it errs and what it rests on', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [one.title, one.description]) expect(text.trim()).not.toBe('');
    for (const list of [one.falsePositives, one.blindSpots, one.references]) {
      expect(list.length).toBeGreaterThan(0);
      for (const text of list) expect(text.trim()).not.toBe('');
    }
    for (const url of one.references) expect(url).toMatch(/^https:\/\//);
    for (const [framework, tags] of Object.entries(one.tags)) expect(tags, framework).not.toEqual([]);
  });

  it('runs on defaults alone, and refuses what it does not know', () => {
    expect(() => arm({ [id]: { enabled: true } })).not.toThrow();
    expect(() => arm({ [id]: { enabled: true, no_such_setting: 1 } })).toThrow(`detectors.${id}`);
    expect(one.defaults.threshold).toBeGreaterThan(0);
    expect(one.defaults.cooldownMs).toBeGreaterThan(0);
  });

  it('has a test of its own with cases that fire and cases that do not', () => {
    const own = new URL(`../detectors/${id}.test.ts`, import.meta.url);
    const text = existsSync(own)
      ? readFileSync(own, 'utf8')
      : readFileSync(new URL('../detectors/scope-detectors.test.ts', import.meta.url), 'utf8')
          .split(/^describe\(/m)
          .find((part) => part.startsWith(`'${id}'`));
    expect(text?.match(/\bexpect\(/g)?.length ?? 0).toBeGreaterThanOrEqual(3);
  });
});

describe('whatever comes', () => {
  const builtins = Object.getOwnPropertyNames(Object.prototype).join();

  it('no name breaks a detector, and scores are finite', () => {
    fc.assert(
      fc.property(calls(80), (stream) => {
        fold(stream, HOSTILE);
        expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(builtins);
        expect(Object.keys({}.constructor)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('a restart between any two calls changes nothing', () => {
    fc.assert(
      fc.property(calls(60), (stream) => {
        const one = fold(stream, HOSTILE);
        const other = fold(stream, HOSTILE, { restarts: true });
        expect(other.told).toEqual(one.told);
        for (const { id } of detectors)
          expect(difference(JSON.stringify(one.states.get(id)), JSON.stringify(other.states.get(id))), id).toBe('');
      }),
      { numRuns: 40 },
    );
  });

  it('names that JavaScript knows count like any other', () => {
    fc.assert(
      fc.property(calls(60), (stream) => {
        const scores = (names: readonly string[]) =>
          fold(stream, names).told.map((told) => told && [told.detector, told.score.reason, told.score.score]);
        expect(scores(HOSTILE.slice(0, 6))).toEqual(scores(PLAIN.slice(0, 6)));
      }),
      { numRuns: 40 },
    );
  });

  it('state stays bounded under a flood of new names', () => {
    const flood = Array.from(
      { length: 5_000 },
      (_, n): Call => ({
        wait: n % 50 === 0 ? 60 : 0,
        server: n,
        tool: n + 1,
        session: n % 3,
        principal: n + 2,
        credential: n,
        value: n,
        class: n % 6,
        scope: n % 20,
        outcome: n % 7,
        bytes: n,
        kind: n % 5 < 2 ? 'list' : 'call',
      }),
    );
    // Of lists alone 2,000 names of 400 characters are 0.8 MB: who kept all that comes in some way would be above.
    const names = Array.from({ length: 5_001 }, (_, n) => `${n}-${'x'.repeat(400)}`);
    const { states, sessions } = fold(flood, names, { held: false });
    const kept = [...states].concat(
      [...sessions.values()].flatMap((inner) =>
        [...inner].map(([id, state]): [string, unknown] => [`${id}, session`, state]),
      ),
    );
    const sizes = kept.map(([id, state]): [string, number] => [id, JSON.stringify(state ?? null).length]);
    expect(sizes.filter(([, bytes]) => bytes > 700_000)).toEqual([]);
  });
});
