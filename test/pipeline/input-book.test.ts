import { expect, it } from 'vitest';
import { createInputBook } from '../../src/pipeline/input-book.ts';
import type { InputVersion } from '../../src/stores/store.ts';

it('contents of versions that are no longer current are read again, and not kept in memory', async () => {
  const stored = new Map<string, InputVersion>();
  const read: string[] = [];
  const book = createInputBook({
    compile: ({ verdicts }) => verdicts!.content,
    read: async (_, version) => {
      read.push(version);
      return stored.get(version) ?? null;
    },
    write: async (input) => void stored.set(input.version, input),
    versionOf: (_, content) => `of ${content}`,
    now: () => 0,
  });
  for (let n = 0; n < 40; n += 1) {
    await book.set('verdicts', String(n));
    expect(await book.rules(book.current)).toBe(String(n));
  }
  read.length = 0;
  // More than are kept compiled ago.
  expect(await book.rules({ verdicts: 'of 0' })).toBe('0');
  expect(await book.rules(book.current)).toBe('39');
  expect(read).toEqual(['of 0']);
});
