import { expect, it } from 'vitest';
import { lasting } from '../schemas/lasting.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

it.each([
  [0, '1 second'],
  [40 * SECOND, '40 seconds'],
  [89 * SECOND, '89 seconds'],
  [90 * SECOND, '2 minutes'],
  [50 * MINUTE, '50 minutes'],
  [3 * HOUR, '3 hours'],
  [47 * HOUR, '47 hours'],
  [48 * HOUR, '2 days'],
  [9 * DAY, '9 days'],
])('%i ms are %s', (ms, said) => {
  expect(lasting(ms)).toBe(said);
});
