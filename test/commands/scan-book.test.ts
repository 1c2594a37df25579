import { expect, it } from 'vitest';
import { createScanBook } from '../../src/commands/support/scan-book.ts';

it('the summary of a scan names a detector that ended with an error, how often, and what it said first', () => {
  const book = createScanBook({});
  const judgement = { class: 'read', scope: 'in', grantId: '', score: 0, findings: [] } as never;
  for (const [eventId, failed] of [
    ['a', ['rate: no \u001b[31mday']],
    ['b', ['rate: no night', 'dormant: no end']],
    ['c', []],
  ] as const)
    book.take({
      kind: 'folded',
      eventId,
      agentId: 'x',
      judgement,
      session: 's',
      sessionScore: 0,
      explained: 0,
      failed: failed as readonly string[],
    });
  const [first, ...more] = book.summary(1, '0 alerts').split('\n');
  expect(first).toContain('3 events of 1 agents in 1 sessions');
  expect(more).toEqual([
    'A detector ended with an error on 2 events and said nothing of them, please report it: rate: no \\u{1b}[31mday',
    'A detector ended with an error on 1 event and said nothing of them, please report it: dormant: no end',
  ]);
});
