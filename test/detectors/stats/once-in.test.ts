import { expect, it } from 'vitest';
import { few } from '../../../detectors/stats/few.ts';
import { inField } from '../../../detectors/stats/in-field.ts';
import { onceIn } from '../../../detectors/stats/once-in.ts';

it.each([
  [2, 'one grant a day or more'],
  [0.5, 'one grant in about 2 days'],
  [1 / 30, 'one grant in about 4 weeks'],
  [0.08 / 35, 'one grant in about 14 months'],
  [1 / 1_000, 'one grant in more than 2 years'],
])('says %d a day as %s', (perDay, said) => expect(onceIn(perDay, 'grant')).toBe(said));

it('does not say twice what a field holds', () => {
  expect(inField('email', 'to')).toBe('email in to');
  expect(inField('iban', 'payment.iban')).toBe('payment.iban');
  expect(inField('email', 'toEmails[]')).toBe('toEmails[]');
  expect(inField('iban', 'iban.note')).toBe('iban in iban.note');
});

it('says of how many to expect no more than is worth saying', () => {
  expect([0.05, 0.42, 3, 41.7].map(few)).toEqual(['hardly any', '0.4', '3', '42']);
});
