import { describe, expect, it } from 'vitest';
import { adminRight } from '../../detectors/admin-right.ts';
import { createRun, DAY, MONDAY } from '../support/run.ts';

type Args = Record<string, unknown>;

/** Ten days of four calls each with other rights; then one call more. Answers what that one opens. */
function oneMore(tool: string, usual: readonly Args[], last: Args, over: object = {}, days = 10) {
  const run = createRun([adminRight]);
  const call = (at: number, args: Args, more: object = {}) =>
    run.send({ at, server: 'iam', tool, args: { user: `admin-${at}`, ...args }, ...more }).alerts;
  for (let i = 0; i < 4 * days; i += 1) expect(call(MONDAY + (i * DAY) / 4, usual[i % usual.length]!)).toEqual([]);
  return call(MONDAY + (days + 1) * DAY, last, over);
}
const groups = Array.from({ length: 30 }, (_, n) => ({ group: `grp-app-${n}` }));

describe('admin-right', () => {
  it.each<[string, readonly Args[], Args]>([
    ['add_group_member', groups, { group: 'grp-domain-admins' }],
    ['add_group_member', groups, { group: ['grp-app-1', 'okta-super-admins'] }],
    ['assign_role', [{ role: 'Reader' }, { role: 'Contributor' }], { role: 'GlobalAdministrator' }],
    [
      'attach_policy',
      [{ policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    ['create_user', [{ options: { is_admin: false } }], { options: { is_admin: true } }],
    ['grant_access', [{ scopes: ['tickets:read'] }], { scopes: ['*'] }],
  ])('tells by %s what gives administration first', (tool, usual, last) => {
    const [alert, ...more] = oneMore(tool, usual, last);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ stage: 'open', detector: 'admin-right', reason: 'first_admin', severity: 'high' });
  });

  it('names the field and the value', () => {
    const [alert] = oneMore('add_group_member', groups, { group: 'grp-domain-admins' });
    expect(alert!.proof).toMatchObject({
      seen: 'called iam/add_group_member (class identity), which gives administration: group grp-domain-admins',
      expected:
        'other rights, as in 40 calls of it by this agent and its peers, those of a day counted up to 20; 0 peers give administration by it',
    });
  });

  it('is quiet about other rights, whoever gets them, about what a tool gives anyway, and about the first calls', () => {
    expect(oneMore('add_group_member', groups, { group: 'grp-app-99' })).toEqual([]);
    expect(oneMore('add_group_member', groups, { group: 'grp-app-1', user: 'administrator' })).toEqual([]);
    expect(oneMore('add_group_member', groups, { group: 'badminton' })).toEqual([]);
    expect(oneMore('add_group_member', groups, { group: 'vpn', note: 'asked by the admins' })).toEqual([]);
    expect(oneMore('add_group_member', groups, { group: 'grp-domain-admins' }, {}, 2)).toEqual([]);
    const run = createRun([adminRight]);
    for (let i = 0; i < 60; i += 1) {
      const group = i % 7 === 3 ? 'db-admins' : 'vpn';
      expect(
        run.send({ at: MONDAY + (i * DAY) / 4, server: 'iam', tool: 'add_group_member', args: { group } }).alerts,
      ).toEqual([]);
    }
  });

  it('goes by what a team gives together', () => {
    const run = createRun([adminRight]);
    const give = (agent: string, day: number, group: string) =>
      run.send({
        at: MONDAY + day * DAY,
        agent,
        group: 'it-desk',
        server: 'iam',
        tool: 'add_group_member',
        args: { group },
      }).alerts;
    for (let day = 0; day < 12; day += 1)
      for (const agent of ['a', 'b', 'c', 'd', 'e']) expect(give(agent, day, `grp-app-${day % 3}`)).toEqual([]);
    expect(give('a', 12, 'grp-domain-admins')).toMatchObject([{ reason: 'first_admin' }]);
  });

  it('takes what is given again for no habit, of its own or of its team, as long as nobody cleared it', () => {
    const run = createRun([adminRight]);
    const give = (agent: string, day: number, group: string) =>
      run.send({ at: MONDAY + day * DAY, agent, group: 'it-desk', server: 'iam', tool: 'add_member', args: { group } })
        .alerts;
    for (let i = 0; i < 40; i += 1)
      for (const agent of ['a', 'b']) expect(give(agent, i / 4, `grp-app-${i}`)).toEqual([]);
    expect(give('a', 11, 'domain-admins')).toMatchObject([{ severity: 'high' }]);
    for (const day of [12, 13]) expect(give('a', day, 'domain-admins')).toEqual([]);
    expect(give('b', 16, 'domain-admins')).toMatchObject([{ severity: 'high' }]);
    expect(give('a', 42, 'domain-admins').filter(({ stage }) => stage !== 'close')).toMatchObject([
      { severity: 'low', proof: { seen: expect.stringContaining('reported before') } },
    ]);
  });

  it('tells a refused one as low', () => {
    const over = { status: 'denied' };
    expect(oneMore('add_group_member', groups, { group: 'domain-admins' }, over)).toMatchObject([{ severity: 'low' }]);
  });
});
