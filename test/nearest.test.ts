import { expect, it } from 'vitest';
import { nearest } from '../src/nearest.ts';

const KEYS = ['http', 'host', 'port', 'grants', 'catalogue', 'retention', 'min_severity'];

it.each([
  ['htpp', 'http'],
  ['prot', 'port'],
  ['grant', 'grants'],
  ['retension', 'retention'],
  ['catalog', 'catalogue'],
  ['minSeverity', 'min_severity'],
])('%s was meant to be %s', (written, meant) => {
  expect(nearest(written, KEYS)).toBe(meant);
});

it.each(['nonsense', 'zz', ''])('%s is near to nothing', (written) => {
  expect(nearest(written, KEYS)).toBeUndefined();
});
