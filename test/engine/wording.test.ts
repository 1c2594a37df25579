import { describe, expect, it } from 'vitest';
import { outOfScope } from '../../detectors/out-of-scope.ts';
import { sentence } from '../../src/engine/wording.ts';
import { createRun, MONDAY, opened } from '../support/run.ts';

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

it('an alert about a long name has no half of a character in it', () => {
  for (const pad of ['', 'x']) {
    const agent = pad + '😀'.repeat(120);
    const run = createRun([outOfScope], { grants: { grants: [{ id: 'g', agents: [agent], servers: ['docs'] }] } });
    const [alert] = opened([run.send({ at: MONDAY, agent, server: 'mail', tool: 'send_mail' })]);
    expect(alert?.title.endsWith('…')).toBe(true);
    expect(alert?.title.isWellFormed()).toBe(true);
  }
});
