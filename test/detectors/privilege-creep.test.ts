import { describe, expect, it } from 'vitest';
import { emptyArrivals, meet } from '../../detectors/creep/arrivals.ts';
import type { Seen } from '../../detectors/detector.ts';
import { privilegeCreep } from '../../detectors/privilege-creep.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { createRun, DAY, HOUR, type Judged, MONDAY, opened } from '../support/run.ts';

type Run = ReturnType<typeof createRun>;

/** Days of work: so many reads and changes, more or less by chance, weekends off. */
function work(
  run: Run,
  from: number,
  to: number,
  writes: (day: number) => number,
  options: { agent?: string; group?: string; busy?: number[]; reads?: number; server?: string } = {},
) {
  const { agent = 'agent', group = 'support', busy = [], reads = 20, server = 'tickets' } = options;
  const random = createRandom(`${agent} ${from}`);
  const judged: Judged[] = [];
  for (let day = from; day < to; day += 1) {
    if (day % 7 > 4) continue;
    const factor = busy.includes(day) ? 3 : 1;
    const calls = [
      ...Array.from({ length: random.poisson(reads * factor) }, () => 'get_ticket'),
      ...Array.from({ length: random.poisson(writes(day) * factor) }, () => 'update_ticket'),
    ];
    for (const [n, tool] of calls.entries())
      judged.push(
        run.send({ at: MONDAY + day * DAY + 9 * HOUR + (n * 8 * HOUR) / calls.length, agent, group, server, tool }),
      );
  }
  return judged;
}
const reasons = (judged: Judged[]): string[] => opened(judged).map(({ reason }) => reason);

describe('privilege-creep', () => {
  it('finds use that grows by a few per cent a day, as one story that opens and updates', () => {
    const run = createRun([privilegeCreep]);
    expect(opened(work(run, 0, 42, () => 6))).toEqual([]);
    const creeping = work(run, 42, 77, (day) => 6 * 1.05 ** (day - 42));
    expect(reasons(creeping)).toEqual(['use_creep']);
    const story = creeping.flatMap(({ alerts }) => alerts);
    expect(new Set(story.map(({ alert_id }) => alert_id)).size).toBe(1);
    expect(story.length).toBeLessThan(5);
    // On few days it may be a spell.
    expect(story.map(({ severity }) => severity)).toEqual(['low', 'medium', 'medium', 'medium']);
    expect(story[0]!.proof.seen).toMatch(/ since 2026-11-\d\d, on \d days so far$/);
    // What grew, to what, since when, and from what.
    expect(story[1]!.proof.seen).toMatch(
      /^\d+\.\d calls of class write and above on an ordinary day, \d\.\d times what it was, rising since 2026-1[01]-\d\d$/,
    );
    expect(story[0]!.proof.expected).toMatch(/^[56]\.\d such calls on an ordinary day/);
    expect(story[0]!.proof.contributors.map(({ name }) => name).join()).toContain('slope over 30 d');
  });

  it('takes a few heavy days for a spell, told low, and grades it when it stays', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    const spell = [...work(run, 42, 47, () => 40, { reads: 60 }), ...work(run, 49, 70, () => 6)];
    expect(opened(spell).map(({ severity }) => severity)).toEqual(['low']);
    const other = createRun([privilegeCreep]);
    work(other, 0, 42, () => 6);
    const stays = work(other, 42, 56, () => 40, { reads: 60 }).flatMap(({ alerts }) => alerts);
    expect(stays.map(({ severity }) => severity)).toEqual(expect.arrayContaining(['low', 'high']));
    expect(new Set(stays.map(({ alert_id }) => alert_id)).size).toBe(1);
  });

  it('takes use that stays what it was for no growth where all other work became less', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 10);
    expect(reasons(work(run, 42, 77, () => 10, { reads: 7 }))).toEqual([]);
  });

  it('finds use that grows after it moved to another server, under another grant', () => {
    const grants = ['tickets', 'tickets-cloud'].map((server) => ({ id: server, agents: ['*'], servers: [server] }));
    const run = createRun([privilegeCreep], { grants: { grants } });
    work(run, 0, 42, () => 6);
    expect(opened(work(run, 42, 63, () => 6, { server: 'tickets-cloud' }))).toEqual([]);
    const creeping = work(run, 63, 98, (day) => 6 * 1.05 ** (day - 63), { server: 'tickets-cloud' });
    expect(reasons(creeping)).toEqual(['use_creep']);
  });

  it('takes a tool of a name that goes on elsewhere for a new one, whose use grows from nothing', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    const days = Array.from({ length: 35 }, (_, n) => 42 + n);
    const beside = days.flatMap((day) => [
      ...work(run, day, day + 1, () => 6),
      ...work(run, day, day + 1, () => 6, { server: 'tickets-south', reads: 0 }),
    ]);
    expect(reasons(beside)).toEqual([]);
  });

  it('takes a tool that came months ago, and is used as ever since, for no growth once it counts', () => {
    const run = createRun([privilegeCreep]);
    const judged = [...work(run, 0, 40, () => 6)];
    // Half as many calls again by another tool, week by week in turns with the first.
    for (let day = 40; day < 240; day += 7)
      judged.push(
        ...work(run, day, day + 7, () => 6),
        ...work(run, day, day + 7, () => 6, { server: 'crm', reads: 0 }),
      );
    expect(reasons(judged)).toEqual([]);
  });

  it('finds that a tool which came months ago is used ever more', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 40, () => 6);
    for (let day = 40; day < 240; day += 7) {
      work(run, day, day + 7, () => 6);
      work(run, day, day + 7, () => 6, { server: 'crm', reads: 0 });
    }
    const growing = (day: number): number => 6 * 1.05 ** (day - 240);
    const judged: Judged[] = [];
    for (let day = 240; day < 275; day += 7)
      judged.push(
        ...work(run, day, day + 7, () => 6),
        ...work(run, day, day + 7, growing, { server: 'crm', reads: 0 }),
      );
    expect(reasons(judged)).toEqual(['use_creep']);
  });

  it('does not teach itself normal: what was flagged stays unusual', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    work(run, 42, 77, (day) => 6 * 1.05 ** (day - 42));
    const later = work(run, 77, 98, () => 30);
    const last = later.filter(({ judgement }) => judgement.class === 'write').at(-1)!;
    expect(last.judgement.findings.find(({ detector }) => detector === 'privilege-creep')!.score).toBeGreaterThan(2.4);
  });

  it('raises few false alerts about steady work with busy days, weekends and a vacation', () => {
    const run = createRun([privilegeCreep]);
    const agents = Array.from({ length: 20 }, (_, n) => `steady ${n}`);
    const alerts = agents.flatMap((agent) => [
      ...opened(work(run, 0, 50, () => 6, { agent, busy: [16, 29, 30, 44] })),
      ...opened(work(run, 64, 100, () => 6, { agent, busy: [71, 85] })),
    ]);
    const weeks = (agents.length * 86) / 7;
    expect(alerts.length / weeks).toBeLessThan(0.03);
  });

  it('says little where all of the team grew alike, and what it says of each where there is no team', () => {
    const alerts = (group: (agent: string) => string) => {
      const run = createRun([privilegeCreep]);
      const judged: Judged[] = [];
      for (let day = 0; day < 70; day += 1)
        for (const agent of Array.from({ length: 8 }, (_, n) => `a${n}`))
          judged.push(...work(run, day, day + 1, () => (day < 42 ? 6 : 10), { agent, group: group(agent) }));
      return opened(judged).length;
    };
    expect(alerts((agent) => `alone ${agent}`)).toBeGreaterThanOrEqual(5);
    expect(alerts(() => 'support')).toBeLessThanOrEqual(2);
  });

  it('finds a ladder of new privileged tools, and not a single one', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    const step = (day: number, server: string, tool: string) =>
      run.send({ at: MONDAY + day * DAY + 11 * HOUR, server, tool });
    expect(opened([step(42, 'wiki', 'update_page'), step(43, 'wiki', 'update_page')])).toEqual([]);
    const alerts = opened([step(49, 'shell', 'run_command'), step(56, 'vault', 'read_secret')]);
    expect(alerts).toMatchObject([{ reason: 'use_creep', severity: 'high' }]);
  });

  it('takes a tool for reading that is given the path of a secret for no new tool: that is told as a secret', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    const step = (day: number, server: string, tool: string, path = '/srv/shop/README.md') =>
      run.send({ at: MONDAY + day * DAY + 11 * HOUR, server, tool, args: { path } });
    const reads = [step(42, 'files', 'read_file', '~/.ssh/id_rsa'), step(50, 'disk', 'read_file', '/srv/shop/.env')];
    expect(reads.map(({ judgement }) => judgement.class)).toEqual(['secret', 'secret']);
    expect(opened([...reads, step(56, 'wiki', 'update_page')])).toEqual([]);
    expect(reasons([step(60, 'shell', 'run_command'), step(64, 'vault', 'read_secret')])).toEqual(['use_creep']);
  });

  it('finds new tools under a grant by which it only read for weeks', () => {
    const run = createRun([privilegeCreep], { grants: { grants: [{ id: 'all', agents: ['*'], servers: ['*'] }] } });
    work(run, 0, 42, () => 0);
    const step = (day: number, tool: string) =>
      run.send({ at: MONDAY + day * DAY + 11 * HOUR, server: 'tickets', tool });
    const alerts = opened([step(42, 'update_ticket'), step(46, 'close_ticket'), step(50, 'run_script')]);
    expect(alerts.map(({ reason }) => reason)).toEqual(['use_creep']);
  });

  it('tells of new tools beside growth that was told, and goes on', () => {
    const run = createRun([privilegeCreep]);
    work(run, 0, 42, () => 6);
    const grown = work(run, 42, 77, (day) => 6 * 1.05 ** (day - 42));
    const step = (day: number, server: string, tool: string) =>
      run.send({ at: MONDAY + day * DAY + 18 * HOUR, server, tool });
    const steps = [
      step(77, 'shell', 'run_command'),
      ...work(run, 78, 79, () => 30),
      step(79, 'shell', 'run_script'),
      step(80, 'directory', 'assign_role'),
    ];
    expect(reasons(grown)).toEqual(['use_creep']);
    expect(opened(steps).map(({ proof }) => proof.seen)).toEqual([
      expect.stringContaining('new privileged tools in use'),
    ]);
  });

  it('finds grants that come one after the other, and takes one for a duty', () => {
    const more = ['wiki/update_page', 'shell/run_command', 'vault/read_secret'].map((tool, n) => ({
      id: `more-${n}`,
      agents: ['*'],
      servers: [tool.split('/')[0]],
      targets: [tool.split('/')[1]],
      valid_from: new Date(MONDAY + (42 + 6 * n) * DAY).toISOString(),
    }));
    const run = createRun([privilegeCreep], {
      grants: { grants: [{ id: 'work', agents: ['*'], servers: ['tickets'] }, ...more] },
    });
    work(run, 0, 42, () => 6);
    const step = (day: number, server: string, tool: string) =>
      run.send({ at: MONDAY + day * DAY + 11 * HOUR, server, tool });
    expect(opened([step(42, 'wiki', 'update_page')])).toEqual([]);
    const alerts = opened([step(48, 'shell', 'run_command'), step(54, 'vault', 'read_secret')]);
    expect(alerts.map(({ reason }) => reason)).toEqual(['grant_creep']);
  });

  it('takes a grant that is given anew for what was done before for no growth, until something new is done under it', () => {
    const date = (day: number) => new Date(MONDAY + day * DAY).toISOString();
    const hours = [42, 48, 54].map((day, n) => ({
      id: `hours-${n}`,
      agents: ['*'],
      servers: ['vault', 'shell'],
      valid_from: date(day),
      valid_to: date(day + 1),
    }));
    const before = { id: 'before', agents: ['*'], servers: ['vault', 'shell'], valid_to: date(42) };
    const grown = (tools: readonly string[]) => {
      const run = createRun([privilegeCreep], {
        grants: { grants: [{ id: 'work', agents: ['*'], servers: ['tickets'] }, before, ...hours] },
      });
      work(run, 0, 42, () => 6);
      const step = (day: number, tool: string) =>
        run.send({ at: MONDAY + day * DAY + 11 * HOUR, server: tool.split('/')[0]!, tool: tool.split('/')[1]! });
      step(3, 'vault/read_secret');
      return opened(tools.flatMap((tool, n) => [step(42 + 6 * n, 'vault/read_secret'), step(42 + 6 * n, tool)]));
    };
    expect(grown(['vault/read_secret', 'vault/read_secret', 'vault/read_secret'])).toEqual([]);
    expect(grown(['shell/run_command', 'shell/run_script', 'vault/delete_secret'])).toMatchObject([
      { reason: 'grant_creep' },
    ]);
  });

  it('finds that an agent leaves its charter, and takes one call for a slip', () => {
    const charters = [
      { agents: ['*'], servers: ['tickets'], purpose: 'answers tickets', reviewers: ['soc@acme.example'] },
    ];
    const run = createRun([privilegeCreep], { grants: { charters } });
    work(run, 0, 42, () => 6);
    const slip = (day: number, n: number) =>
      run.send({ at: MONDAY + day * DAY + (9 + n) * HOUR, server: 'hr', tool: 'get_employee' });
    expect(opened([slip(42, 0)])).toEqual([]);
    const alerts = opened([slip(43, 0), slip(43, 1), slip(44, 0), slip(44, 1)]);
    expect(alerts).toMatchObject([{ reason: 'charter_drift', severity: 'medium' }]);
    expect(alerts[0]!.summary).toContain('(it is for: answers tickets; to be reviewed by soc@acme.example)');
    expect(alerts[0]!.summary).toContain('server hr is not among tickets');
  });

  it('takes what a grant lately gave by name for a charter that lags behind, and tells which document to mend', () => {
    const leave = (grant: object, tool = 'get_page', server = 'wiki') => {
      const grants = [
        { id: 'work', agents: ['*'], servers: ['tickets'] },
        { id: 'more', ...grant },
      ];
      const run = createRun([privilegeCreep], {
        grants: { grants, charters: [{ agents: ['*'], servers: ['tickets'] }] },
      });
      work(run, 0, 42, () => 6);
      return opened([43, 44, 45].map((day) => run.send({ at: MONDAY + day * DAY + 20 * HOUR, server, tool }))).filter(
        ({ reason }) => reason === 'charter_drift',
      );
    };
    const since = (day: number) => ({ valid_from: new Date(MONDAY + day * DAY).toISOString() });
    const given = { agents: ['agent'], servers: ['wiki'], ...since(40) };
    for (const tool of ['get_page', 'update_page']) {
      const [alert, ...others] = leave(given, tool);
      expect(others).toEqual([]);
      expect(alert).toMatchObject({ severity: 'low' });
      expect(alert!.summary).toContain(
        'Grant more gave it this lately: name it in the charter as well, or end the grant',
      );
    }
    // Wide, old, or there from the beginning: it happens to cover it. And a secret is no duty by the way.
    const secret = { ...given, servers: ['vault'] };
    for (const [grant, ...call] of [
      [{ ...given, servers: ['*'] }],
      [{ ...given, agents: ['*'] }],
      [{ ...given, ...since(2) }],
      [{ ...given, valid_from: undefined }],
      [secret, 'read_secret', 'vault'],
    ] as [object, string?, string?][]) {
      const [alert] = leave(grant, ...call);
      expect(['medium', 'high'], JSON.stringify(grant)).toContain(alert?.severity);
    }
  });

  it('takes the third such grant at a server that the agent is not for as drift, and no lag', () => {
    const drift = (days: readonly number[]) => {
      const given = days.map((day, n) => ({
        id: `more-${n}`,
        agents: ['agent'],
        servers: [`wiki-${n}`],
        targets: ['get_page'],
        valid_from: new Date(MONDAY + day * DAY).toISOString(),
      }));
      const run = createRun([privilegeCreep], {
        grants: {
          grants: [{ id: 'work', agents: ['*'], servers: ['tickets'] }, ...given],
          charters: [{ agents: ['*'], servers: ['tickets'] }],
        },
      });
      work(run, 0, 50, () => 6);
      const calls = [51, 52, 53, 54].flatMap((day) =>
        given.map(({ servers }) =>
          run.send({ at: MONDAY + day * DAY + 20 * HOUR, server: servers[0]!, tool: 'get_page' }),
        ),
      );
      return opened(calls)
        .filter(({ reason }) => reason === 'charter_drift')
        .map(({ severity }) => severity);
    };
    expect(drift([36, 42, 48])).toEqual(['medium']);
    expect(new Set(drift([42, 48]))).toEqual(new Set(['low']));
    // Of one decision, and long ago.
    expect(new Set(drift([48, 48, 49]))).toEqual(new Set(['low']));
    expect(drift([2, 8, 48])).toContain('low');
  });

  it('leaves what no grant covers to the detector of that: one call is not told twice', () => {
    const run = createRun([privilegeCreep], {
      grants: {
        grants: [{ id: 'work', agents: ['*'], servers: ['tickets'] }],
        charters: [{ agents: ['*'], servers: ['tickets'] }],
      },
    });
    work(run, 0, 42, () => 6);
    const left = [43, 44, 45].map((day) =>
      run.send({ at: MONDAY + day * DAY + 20 * HOUR, server: 'hr', tool: 'get_x' }),
    );
    expect(opened(left)).toEqual([]);
  });

  it('finds one that after a silence does nothing but leave its charter, with a tool that is new to it', () => {
    const run = createRun([privilegeCreep], { grants: { charters: [{ agents: ['*'], servers: ['tickets'] }] } });
    work(run, 0, 42, () => 6);
    const left = Array.from({ length: 40 }, (_, n) =>
      run.send({ at: MONDAY + 51 * DAY + 9 * HOUR + n * 60_000, server: 'hr', tool: 'update_employee' }),
    );
    expect(reasons(left)).toContain('charter_drift');
  });

  it('tells what an agent alone does outside of its charter, though all of its team leaves it elsewhere', () => {
    const team = Array.from({ length: 8 }, (_, n) => `a${n}`);
    const run = createRun([privilegeCreep], { grants: { charters: [{ agents: ['*'], servers: ['tickets'] }] } });
    for (const agent of team) work(run, 0, 35, () => 6, { agent });
    const leave = (day: number, hour: number, agent: string, server: string) =>
      run.send({ at: MONDAY + day * DAY + hour * HOUR, agent, group: 'support', server, tool: 'get_page' });
    const together = [35, 36, 37, 38, 39].flatMap((day) =>
      team.flatMap((agent) => [9, 10, 11].map((hour) => leave(day, hour, agent, 'wiki'))),
    );
    const ofOne = opened(together).filter(({ agent }) => agent.id === 'a7');
    expect(ofOne.map(({ severity }) => severity)).toEqual(['medium', 'low']);
    const later = [56, 57, 58].flatMap((day) =>
      team.flatMap((agent) => [9, 10, 11].map((hour) => leave(day, hour, agent, 'wiki'))),
    );
    const alone = [12, 13, 14].map((hour) => leave(58, hour, 'a7', 'payroll'));
    expect(opened(later).every(({ severity }) => severity === 'low')).toBe(true);
    expect(opened(alone)).toMatchObject([{ reason: 'charter_drift', severity: 'medium' }]);
  });

  it('keeps bounded, plain state', () => {
    const run = createRun([privilegeCreep], { grants: { charters: [{ agents: ['*'], servers: ['x'] }] } });
    for (let day = 0; day < 400; day += 1)
      for (let n = 0; n < 4; n += 1)
        run.send({
          at: MONDAY + day * DAY + n * HOUR,
          server: `server-${day % 90}`,
          tool: `create_${day}_${n}_${'x'.repeat(150)}`,
        });
    const state = run.state();
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
  });
});

describe('a call that comes late', () => {
  it('does not make its tool new to today once more', () => {
    const arrivals = emptyArrivals();
    const seen = {
      class: 'write',
      scope: 'ungoverned',
      grantId: '',
      stores: [] as Seen['stores'],
      event: { key: 'k', body: { server: { id: 's' } } },
    } as Seen;
    const days = [5, 5, 4, 5, 6];
    const first = days.map((day) => meet(arrivals, day, seen, 's/update', () => 0).firstToday);
    expect(first).toEqual([true, false, false, false, true]);
  });
});
