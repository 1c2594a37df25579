import { describe, expect, it } from 'vitest';
import { groupOf } from '../../src/engine/group.ts';

describe('the peer group of an agent', () => {
  it.each<[string, string | undefined, string]>([
    ['reviewer-05', 'reviewer', 'reviewer'],
    ['reviewer-05', undefined, 'reviewer'],
    ['reviewer-05', 'reviewer-05', 'reviewer'],
    ['team-apac_chat.12', undefined, 'team-apac_chat'],
    ['7f-bot#3', undefined, '7f-bot'],
    ['triage', undefined, ''],
    ['triage', 'triage', 'triage'],
    ['10.0.0.12', undefined, ''],
    ['v2', undefined, ''],
    ['person-20261128', undefined, ''],
    ['a-1', undefined, ''],
    [`${'x'.repeat(300)}-1`, undefined, ''],
  ])('%s called %s: %s', (id, name, group) => expect(groupOf({ id, name })).toBe(group));
});
