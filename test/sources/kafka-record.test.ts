import { expect, it } from 'vitest';
import { toRecord } from '../../src/sources/kafka-record.ts';

const at = (timestamp: string): number =>
  toRecord({ key: null, value: null, offset: '7', attributes: 0, timestamp, headers: {} }).receivedAt;

it.each([
  ['milliseconds', '1791188043684', 1_791_188_043_684],
  ['microseconds', '1791188043684128', 1_791_188_043_684],
  ['nanoseconds', '1791188043684128999', 1_791_188_043_684],
  ['the largest number', '9223372036854775807', 9_223_372_036_854],
  ['none', '-1', -1],
  ['the smallest number', '-9223372036854775808', -1],
])('reads the time of a message, which its producer wrote, in %s', (_, timestamp, meant) => {
  expect(at(timestamp)).toBe(meant);
});
