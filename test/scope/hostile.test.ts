import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../schemas/words.ts';
import { compileConstraint, type Reading } from '../../src/engine/constraint.ts';
import { cpuMs } from '../support/cpu-time.ts';

/** The fold is synchronous: a value of which every part is looked at again from each of its characters stops it for minutes. */
const LENGTH = 100_000;

const spun = (before: string, unit: string, after: string): string =>
  before + unit.repeat(LENGTH / unit.length) + after;

const inTime = (what: () => unknown): void => expect(cpuMs(what)).toBeLessThan(3_000);

const BLANKS = spun('x', ' ', 'y');
const texts = {
  'blanks in the middle': BLANKS,
  dots: spun('', '.', ''),
  'names with dots': spun('', 'a.', ''),
  'open braces': spun('', '{', '/'),
  'one long word behind a mailbox': spun('a@', 'a', ''),
  'signs of mail': spun('', 'a@', ''),
  'paths that climb': spun('/', '../', 'x'),
  'a name in quotes': spun('"', 'a', '" x'),
  'open brackets': spun('', '[', ''),
  'dots and blanks': spun('a', '. ', '/b'),
  'encoded again and again': spun('', '%25', '2e'),
};

const constraints: [string, Reading, string][] = [
  ['url', 'allow', 'https://x.example/*'],
  ['url', 'deny', 'https://evil.example'],
  ['host', 'allow', '*.acme.example'],
  ['host', 'deny', 'evil.example'],
  ['to', 'allow', '*@acme.example'],
  ['to', 'deny', '*@evil.example'],
  ['repo', 'allow', 'acme/*'],
  ['repo', 'deny', 'acme/site'],
  ['path', 'allow', '/srv/*'],
  ['path', 'deny', '/etc'],
  ['note', 'allow', 'team-*'],
  ['note', 'deny', 'secret-*'],
];

describe.each(constraints)('%s of a rule that says %s %s', (key, reading, pattern) => {
  const holds = compileConstraint(key, [pattern], reading);
  it.each(Object.entries(texts))('is held against %s in time', (_, text) => inTime(() => holds(text)));
});

it('parts a name of capitals in time', () => inTime(() => wordsOf(spun('', 'A', ''))));

it('holds one event that is full of hostile addresses against a rule that forbids, in time', () => {
  const holds = compileConstraint('urls', ['https://evil.example'], 'deny');
  inTime(() => holds(Array.from({ length: 60 }, (_, i) => '.'.repeat(16_000 + i))));
});
