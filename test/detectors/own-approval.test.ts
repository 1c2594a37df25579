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
  const send = (one: Call, at: number) => run.send({ at, ...one }).alerts.filter(({ stage }) => stage !== 'close');
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
});
