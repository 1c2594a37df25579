import { describe, expect, it } from 'vitest';
import { denials } from '../../detectors/denials.ts';
import { at, createRun, opened, type Told } from '../support/run.ts';

/** Three weeks in which every twentieth call is refused. */
function clerk(refused = 20) {
  const run = createRun([denials]);
  for (let n = 0; n < 21 * 20; n += 1)
    run.send({
      at: at(Math.floor(n / 20), 10, n % 20),
      server: 'github',
      tool: 'get_issue',
      args: { repo: 'acme/site', number: n },
      status: n % refused === 7 ? 'denied' : 'ok',
    });
  return run;
}
const call = (over: Partial<Told>, day = 21, minute = 0): Told => ({
  at: at(day, 10, minute),
  server: 'github',
  ...over,
});

describe('denials', () => {
  it('finds a probe: one closed door after the other in a session', () => {
    const run = clerk();
    const tools = ['delete_repo', 'add_collaborator', 'create_token', 'read_secret', 'list_members'];
    const judged = tools.map((tool, minute) => run.send(call({ tool, status: 'denied' }, 21, minute)));
    expect(opened(judged)).toMatchObject([{ reason: 'probe' }]);
    expect(opened(judged)[0]!.event_ids.length).toBeGreaterThanOrEqual(3);
  });

  it('finds a probe that is spread over sessions, of tools that never let it in', () => {
    const tried = (tools: readonly string[], minutes: number) => {
      const run = clerk(400);
      return opened(
        tools.map((tool, n) => run.send(call({ tool, session_id: `p${n}`, status: 'denied' }, 21, n * minutes))),
      ).map(({ reason, severity }) => `${reason} ${severity}`);
    };
    const doors = ['list_members', 'list_teams', 'get_audit', 'list_webhooks', 'get_secrets_page'];
    expect(tried(doors, 25)).toEqual(['probe medium']);
    // Three are one errand, and one a day is none; so is one door tried again and again.
    expect(tried(doors.slice(0, 3), 25)).toEqual([]);
    expect(tried(doors, 24 * 60)).toEqual([]);
    expect(
      tried(
        doors.map(() => 'list_members'),
        25,
      ),
    ).toEqual([]);
  });

  it('takes it for a policy that changed where the doors used to be open, unless they lead to secrets', () => {
    const known = ['get_issue', 'list_issues', 'search_code', 'get_file', 'create_issue'];
    const probe = (args: Record<string, unknown>) => {
      const run = clerk(400);
      for (let day = 21; day < 28; day += 1)
        for (const [minute, tool] of known.entries()) run.send(call({ tool }, day, minute));
      const judged = known.map((tool, minute) => run.send(call({ tool, args, status: 'denied' }, 28, minute)));
      return opened(judged).map(({ reason, severity }) => `${reason} ${severity}`);
    };
    expect(probe({ repo: 'acme/site' })).toEqual(['probe low']);
    expect(probe({ path: '/srv/app/.env' })).toEqual(['probe high']);
  });

  it.each([
    ['delete_repo', 'delete_repository'],
    ['удалить_проект', 'удалитьПроекты'],
  ])('finds the near-twin that passes after a refused call: %s, %s', (refused, twin) => {
    const run = clerk();
    const args = { kind: 1 };
    const judged = [
      run.send(call({ tool: refused, args, status: 'denied' }, 21, 0)),
      run.send(call({ tool: twin, args }, 21, 1)),
    ];
    expect(opened(judged)).toMatchObject([{ reason: 'bypass', severity: 'high' }]);
  });

  it('finds another tool for the same thing', () => {
    const run = clerk();
    const judged = [
      run.send({
        at: at(21),
        server: 'filesystem',
        tool: 'write_file',
        args: { path: '/etc/cron.d/job' },
        status: 'denied',
      }),
      run.send({ at: at(21, 10, 2), server: 'shell', tool: 'run_command', args: { path: '/etc/cron.d/job' } }),
    ];
    expect(opened(judged)).toMatchObject([{ reason: 'bypass' }]);
  });

  it('hardly takes a write for a way around a refused read', () => {
    const severity = (tool: string) => {
      const run = clerk();
      const args = { path: '/srv/plans' };
      const judged = [
        run.send(call({ tool: 'read_file', args, status: 'denied' }, 21, 0)),
        run.send(call({ tool, args }, 21, 1)),
      ];
      return opened(judged).map((alert) => alert.severity);
    };
    expect(severity('append_note')).toEqual(['low']);
    expect(severity('run_script')).toEqual(['high']);
  });

  it('does not take the same call for its own twin, nor other work for one', () => {
    const run = clerk();
    const judged = [
      run.send(call({ tool: 'merge_pull_request', args: { repo: 'acme/site', number: 3 }, status: 'denied' }, 21, 0)),
      run.send(call({ tool: 'merge_pull_request', args: { repo: 'acme/site', number: 3 } }, 21, 9)),
      run.send(call({ tool: 'get_issue', args: { repo: 'acme/site', number: 4 } }, 21, 10)),
      run.send(call({ tool: 'create_issue', args: { repo: 'acme/other' } }, 21, 11)),
    ];
    expect(opened(judged)).toEqual([]);
  });

  it('finds that the share rose, and is silent about a usual share', () => {
    const run = clerk();
    const quiet = Array.from({ length: 40 }, (_, n) =>
      run.send(call({ tool: 'get_issue', args: { number: n }, status: n % 20 === 3 ? 'denied' : 'ok' }, 21, n)),
    );
    expect(opened(quiet)).toEqual([]);
    const loud = Array.from({ length: 40 }, (_, n) =>
      run.send(call({ tool: 'get_issue', args: { number: 1 }, status: n % 2 === 1 ? 'denied' : 'ok' }, 22, n)),
    );
    expect(opened(loud).map(({ reason }) => reason)).toContain('share_rose');
  });

  it('leaves to chance what chance brings to somebody who works all day', () => {
    const refused = (sessions: number, most: number) => {
      const run = createRun([denials]);
      const session = (day: number, n: number, isRefused: (call: number) => boolean) =>
        Array.from({ length: 10 }, (_, call) =>
          run.send({
            at: at(day, 10, n * 50 + call),
            session_id: `${day}-${n}`,
            server: 'github',
            tool: 'get_issue',
            args: { repo: `acme/r${day}-${n}-${call}` },
            status: isRefused(call) ? 'denied' : 'ok',
          }),
        );
      for (let day = 0; day < 21; day += 1)
        for (let n = 0; n < sessions; n += 1) session(day, n, (call) => (day + n) % 4 === 0 && call === 5);
      return opened(session(21, 0, (call) => call % 2 === 1 && call < 2 * most));
    };
    expect(refused(1, 5)).toMatchObject([{ reason: 'probe' }]);
    expect(refused(16, 4)).toEqual([]);
    expect(refused(16, 5)).toMatchObject([{ reason: 'probe' }]);
  });

  it('keeps bounded, plain state', () => {
    const run = createRun([denials]);
    for (let n = 0; n < 2000; n += 1)
      run.send({
        at: at(0, 10, n),
        tool: `tool_${n}`,
        status: n % 3 ? 'ok' : 'denied',
        args: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, `v${n}@example.com`])),
      });
    const state = run.state();
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
  });
});
