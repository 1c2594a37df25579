import { expect, it } from 'vitest';
import { ownStep } from '../../src/commands/support/alert-context.ts';
import { alertOf } from '../alerts/support.ts';

it('what to do first of a right that changed is not to rotate a secret', () => {
  const step = (name: 'secret' | 'identity', detector = 'secret-reach') => ownStep(alertOf({ detector, class: name }));
  expect(step('secret')).toContain('rotate');
  expect(step('identity')).toMatch(/take back the right/);
  expect(step('identity')).not.toContain('rotate');
  expect(step('identity', 'grave-act')).toBe(step('secret', 'grave-act'));
});
