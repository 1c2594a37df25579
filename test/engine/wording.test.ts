import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/engine/wording.ts';

describe('a sentence', () => {
  it.each([
    ['called vault/read_secret', '', 'Called vault/read_secret.'],
    ['github/create_dir, not used for 31 days', 'github', 'github/create_dir, not used for 31 days.'],
    ['github added merge_all', 'github', 'github added merge_all.'],
    ['30 calls in an hour', '', '30 calls in an hour.'],
    ['get_ticket was changed', '', 'get_ticket was changed.'],
    ['ci-runner: twice', '', 'ci-runner: twice.'],
    ['silence', '', 'Silence.'],
    ['ends here…', '', 'Ends here…'],
  ])('%s', (text, server, said) => {
    expect(sentence(text, server)).toBe(said);
  });
});
