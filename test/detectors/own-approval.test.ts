import { describe, expect, it } from 'vitest';
import { ownApproval } from '../../detectors/own-approval.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status' | 'user' | 'result'>;
const ann = { email: 'ann@acme.io' };
const call = (tool: string, args: Call['args'], more: Partial<Call> = {}): Call => ({
  server: 'desk',
  tool,
  args,
  user: ann,
  ...more,
});
const asks = (id: string, more: Partial<Call> = {}): Call => call('create_request', { id, what: 'raise limit' }, more);
const approves = (id: string, more: Partial<Call> = {}): Call => call('approve_request', { id }, more);

/** Ten days on which it approves what others ask for, then these calls, an hour between them; what they open. */
function told(calls: readonly Call[], before: readonly Call[] = []) {
  const run = createRun([ownApproval]);
  const send = (one: Call, at: number) => run.news({ at, agent: 'desk-one', ...one });
  for (let n = 0; n < 60; n += 1)
    for (const one of [...before, approves(`APR-1${n}00`)]) send(one, MONDAY + (n * DAY) / 6);
  return calls.flatMap((one, n) => send(one, MONDAY + 10 * DAY + n * HOUR));
}

describe('own-approval', () => {
  it('tells of the first approval of what the agent asked for itself, once', () => {
    const alerts = told([asks('APR-2691'), approves('APR-2691'), asks('APR-2692'), approves('APR-2692')]);
    expect(alerts).toMatchObject([{ severity: 'medium', reason: 'own_approval' }]);
    expect(alerts[0]!.proof.seen).toBe(
      'approved by desk/approve_request what it had asked for itself, 60 minutes before',
    );
    expect(alerts[0]!.proof.expected).toBe('nothing of its own among 60 approvals; no peers are known');
  });

  it.each<[string, Call[]]>([
    [
      'what the server called it',
      [
        call('submit_change', { title: 'x' }, { result: { content: [{ type: 'text', text: '{"id":"CHG-77120"}' }] } }),
        call('approve_change', { change_id: 'CHG-77120' }),
      ],
    ],
    ['a state that it is put to', [asks('APR-2691'), call('update_request', { id: 'APR-2691', status: 'approved' })]],
    [
      'another language',
      [call('create_auszahlung', { id: 'AZ-20991' }), call('auszahlung_freigeben', { auszahlung_id: 'AZ-20991' })],
    ],
    ['an unknown user', [asks('APR-2691', { user: {} }), approves('APR-2691')]],
  ])('knows it by %s', (_, calls) => {
    expect(told(calls)).toMatchObject([{ severity: 'medium' }]);
  });

  it.each<[string, Call[]]>([
    ['what others asked for', [asks('APR-2691'), approves('APR-2692')]],
    [
      'what it asked for in the name of somebody else',
      [asks('APR-2691', { user: { email: 'bob@acme.io' } }), approves('APR-2691')],
    ],
    ['what was refused', [asks('APR-2691', { status: 'denied' }), approves('APR-2691')]],
    [
      'the thing of which only a part was made',
      [call('create_comment', { request_id: 'APR-2691' }), approves('APR-2691')],
    ],
    ['a comment on it', [call('create_comment_on_request', { request_id: 'APR-2691' }), approves('APR-2691')]],
    ['a look at it', [asks('APR-2691'), call('get_approval_status', { id: 'APR-2691' })]],
    ['another state', [asks('APR-2691'), call('update_request', { id: 'APR-2691', status: 'withdrawn' })]],
    ['the same name at another server', [asks('APR-2691'), approves('APR-2691', { server: 'bank' })]],
  ])('is silent about %s', (_, calls) => {
    expect(told(calls)).toEqual([]);
  });

  it('is low where it was refused, or the agent is young, and once where it always does so', () => {
    expect(told([asks('APR-2691'), approves('APR-2691', { status: 'denied' })])).toMatchObject([{ severity: 'low' }]);
    const run = createRun([ownApproval]);
    run.send({ at: MONDAY, ...asks('APR-2691') });
    expect(run.send({ at: MONDAY + HOUR, ...approves('APR-2691') }).alerts).toMatchObject([{ severity: 'low' }]);
    run.send({ at: MONDAY + 2 * HOUR, ...asks('APR-2692') });
    expect(run.send({ at: MONDAY + 3 * HOUR, ...approves('APR-2692') }).alerts).toEqual([]);
  });

  describe('of whom a call names as the one who agreed', () => {
    const publish = (approved_by: string, more: Record<string, string> = {}): Call =>
      call('publish_rule', { plan: 'NL', approved_by, ...more });
    const journal = (preparer: string, approver: string): Call => call('post_journal', { preparer, approver });
    const others = [publish('bob@acme.io')];

    it.each<[string, string, Call]>([
      ['the agent itself', 'the agent', publish('desk-one')],
      ['the agent itself', 'the agent by its mailbox', publish('desk-one@acme.io')],
      ['the agent itself', 'the agent by what it is', publish('Desk One agent')],
      ['whoever prepared it', 'whoever prepared it', journal('carl@acme.io', 'carl@acme.io')],
      ['nobody', 'no one', publish('auto')],
    ])('tells that it is %s: %s', (who, _, one) => {
      const [alert, ...more] = told([one, one], others);
      expect(more).toEqual([]);
      expect(alert).toMatchObject({ severity: 'medium', reason: 'own_approval' });
      expect(alert!.proof.seen).toMatch(`with ${who} named as the one who agreed`);
    });
    it('takes `by` for whom it is of where the tool approves', () => {
      expect(told([call('approve_exception', { limit: 'open', by: 'desk-one' })])).not.toEqual([]);
      expect(told([call('open_exception', { limit: 'open', by: 'desk-one' })])).toEqual([]);
    });
    it.each<[string, Call]>([
      ['somebody else', publish('carl@acme.io')],
      ['whom it acts for', publish('ann@acme.io')],
      ['the agent as who prepared it', journal('desk-one', 'carl@acme.io')],
      ['a name that only begins so', publish('desk-one-owner@acme.io')],
    ])('is silent about %s', (_, one) => {
      expect(told([one], others)).toEqual([]);
    });
    it('is low, and once, where the agent names itself from the first day on', () => {
      const run = createRun([ownApproval]);
      const alerts = Array.from({ length: 60 }, (_, n) =>
        run.send({ at: MONDAY + (n * DAY) / 6, agent: 'desk-one', ...publish('desk-one') }),
      ).flatMap(({ alerts }) => alerts.filter(({ stage }) => stage !== 'close'));
      expect(alerts[0]).toMatchObject({ severity: 'low', stage: 'open' });
      expect(alerts.filter(({ stage, severity }) => stage === 'open' || severity !== 'low')).toHaveLength(1);
    });
  });
});
