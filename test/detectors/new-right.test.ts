import { describe, expect, it } from 'vitest';
import { newRight } from '../../detectors/new-right.ts';
import { createRun, DAY, MONDAY } from '../support/run.ts';

/** Thirty days of eight calls each, with values in turn; then one call more. Answers what that one opens. */
function oneMore(field: string, values: readonly unknown[], last: unknown, over: object = {}, calls = 8) {
  const run = createRun([newRight]);
  const call = (at: number, value: unknown, more: object = {}) =>
    run.send({
      at,
      server: 'iam',
      tool: 'add_group_member',
      args: { user: `u-${at}`, [field]: value },
      ...more,
    }).alerts;
  const told = [];
  for (let i = 0; i < 30 * calls; i += 1) told.push(...call(MONDAY + (i * DAY) / calls, values[i % values.length]));
  expect(told).toEqual([]);
  return call(MONDAY + 31 * DAY, last, over);
}

const groups = ['vpn', 'printers', 'staff'];

describe('new-right', () => {
  it('tells a value that a field which decides who may do what never had', () => {
    const [alert, ...more] = oneMore('group', groups, 'domain-admins');
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ stage: 'open', detector: 'new-right', reason: 'new_value', severity: 'medium' });
    expect(alert!.proof.seen).toMatch(/^called iam\/add_group_member .* a value of group that it never had$/);
    expect(alert!.proof.expected).toMatch(/^one of the 3 values that it had in 240 calls/);
  });
  it('is told of any call that changes something, of a flag and of lists', () => {
    const project = (field: string, known: readonly unknown[], last: unknown) => {
      const run = createRun([newRight]);
      const call = (at: number, value: unknown) =>
        run.send({ at, server: 'git', tool: 'update_project', args: { name: `p${at}`, options: { [field]: value } } })
          .alerts;
      for (let i = 0; i < 150; i += 1) call(MONDAY + (i * DAY) / 8, known[i % known.length]);
      return call(MONDAY + 31 * DAY, last).length;
    };
    expect(project('visibility', ['private', 'internal'], 'public')).toBe(1);
    expect(project('isPublic', [false], true)).toBe(1);
    expect(project('access_level', [10, 20], 50)).toBe(1);
    expect(project('roles', [['reader'], ['reader', 'editor']], ['reader', 'owner'])).toBe(1);
    expect(project('title', ['a', 'b'], 'c')).toBe(0);
    expect(project('visibility', ['private', 'internal'], 'internal')).toBe(0);
  });
  it('is silent where values are many, new ones come now and then, calls are few, or it only reads', () => {
    expect(oneMore('group', ['a', 'b', 'c', 'd', 'e', 'f'], 'g')).toEqual([]);
    expect(oneMore('group', groups, 'domain-admins', {}, 3)).toEqual([]);
    expect(oneMore('group', groups, 'domain-admins', { tool: 'list_groups' })).toEqual([]);
    expect(oneMore('group', groups, 'domain-admins', { tool: 'remove_group_member' })).toEqual([]);
  });
  it('counts a loop for one decision, and tells once: milder where it was refused', () => {
    const run = createRun([newRight]);
    const call = (at: number, group: string, more: object = {}) =>
      run.send({ at, server: 'iam', tool: 'add_group_member', args: { user: `u-${at}`, group }, ...more }).alerts;
    for (let i = 0; i < 900; i += 1) call(MONDAY + Math.floor(i / 300) * DAY + i * 1000, groups[i % 3]!);
    expect(call(MONDAY + 20 * DAY, 'domain-admins')).toEqual([]);
    const daily = createRun([newRight]);
    const add = (day: number, group: string, more: object = {}) =>
      daily.send({ at: MONDAY + day * DAY, server: 'iam', tool: 'add_group_member', args: { group }, ...more }).alerts;
    for (let day = 0; day < 120; day += 1) add(day, groups[day % 3]!);
    expect(add(120, 'admins', { status: 'denied' })).toMatchObject([{ severity: 'low' }]);
    expect(add(121, 'admins')).toMatchObject([{ severity: 'medium' }]);
    expect(add(122, 'admins')).toEqual([]);
    expect(add(123, 'vpn')).toEqual([]);
  });
});
