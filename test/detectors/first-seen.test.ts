import { describe, expect, it } from 'vitest';
import { firstSeen } from '../../detectors/first-seen.ts';
import { at, createRun, opened } from '../support/run.ts';

/** Three weeks of reading tickets. */
function readerOf(options: Parameters<typeof createRun>[1] = {}, agents = ['agent']) {
  const run = createRun([firstSeen], options);
  for (let day = 0; day < 21; day += 1)
    for (const agent of agents)
      for (let call = 0; call < 6; call += 1)
        run.send({ at: at(day, 9 + call), agent, group: 'support', tool: call % 2 ? 'get_ticket' : 'list_tickets' });
  return run;
}

describe('first-seen', () => {
  it('tells a new class of privilege once, graded by the class', () => {
    const run = readerOf();
    const first = [run.send({ at: at(21), tool: 'update_ticket' })];
    expect(opened(first)).toMatchObject([{ reason: 'new_class', severity: 'medium', class: 'write' }]);
    const again = [1, 2, 3].map((day) => run.send({ at: at(21 + day), tool: 'update_ticket' }));
    expect(again.flatMap(({ alerts }) => alerts)).toEqual([]);
    const shell = [run.send({ at: at(25), server: 'shell', tool: 'run_command', args: { command: 'ls' } })];
    expect(opened(shell)).toMatchObject([{ reason: 'new_class', severity: 'high', class: 'execute' }]);
  });

  it('says whither a filter of mail sends on what comes', () => {
    const run = readerOf();
    const args = { criteria: { from: 'bank' }, action: { forward: 'lars.archive@proton.example' } };
    const [alert] = opened([run.send({ at: at(21), server: 'gmail', tool: 'create_filter', args })]);
    expect(alert!.title).toContain('gmail/create_filter (forward lars.archive@proton.example)');
  });

  it('finds a further tool and a further server of a class that was told and that nobody cleared', () => {
    const run = readerOf();
    const found = (day: number, server: string, tool: string): number =>
      run.send({ at: at(day), server, tool }).judgement.findings[0]?.score ?? 0;
    const [first, again] = [found(21, 'tickets', 'run_report'), found(22, 'tickets', 'run_report')];
    const [tool, server] = [found(29, 'tickets', 'execute_shell'), found(43, 'web', 'execute_javascript')];
    expect([first > 3, again, tool > 2.5, server > 2.5]).toEqual([true, 0, true, true]);
    expect([found(44, 'web', 'execute_javascript'), found(45, 'tickets', 'execute_shell')]).toEqual([0, 0]);
  });

  it('does not tell a new tool for reading on a known server', () => {
    const run = readerOf();
    expect(opened([run.send({ at: at(21), tool: 'search_tickets' })])).toEqual([]);
  });

  it('is not flooded by an agent that finds new tools every day', () => {
    const run = createRun([firstSeen]);
    const judged = Array.from({ length: 60 }, (_, day) =>
      [0, 1, 2].map((n) => run.send({ at: at(day, 10, n), server: `s${day % 9}`, tool: `get_thing_${day}_${n}` })),
    ).flat();
    expect(opened(judged).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('is quiet about what half of its peers do, and not about what none does', () => {
    const agents = Array.from({ length: 8 }, (_, n) => `a${n}`);
    const run = readerOf({}, agents);
    const write = (agent: string, day: number) =>
      run.send({ at: at(day, 12), agent, group: 'support', tool: 'update_ticket' });
    for (const agent of agents.slice(0, 5)) expect(opened([write(agent, 21)])).toHaveLength(1);
    // What was told was not learned: peers hear of it only from agents that learned it before it was unusual.
    const trained = createRun([firstSeen]);
    for (let day = 0; day < 21; day += 1)
      for (const [n, agent] of agents.entries())
        for (let hour = 9; hour < 15; hour += 1)
          trained.send({
            at: at(day, hour),
            agent,
            group: 'support',
            tool: n < 5 && hour === 9 ? 'update_ticket' : 'get_ticket',
          });
    expect(opened([trained.send({ at: at(21), agent: 'a7', group: 'support', tool: 'update_ticket' })])).toEqual([]);
    const shell = trained.send({ at: at(21, 11), agent: 'a7', group: 'support', server: 'shell', tool: 'run_command' });
    expect(opened([shell])).toHaveLength(1);
  });

  it('takes a new grant for a duty: low, however new the class', () => {
    const grants = {
      grants: [
        { id: 'reads', agents: ['*'], servers: ['tickets'], max_class: 'read' },
        { id: 'deploys', agents: ['*'], servers: ['shell'], valid_from: new Date(at(20)).toISOString() },
      ],
    };
    const run = readerOf({ grants });
    const granted = [run.send({ at: at(21), server: 'shell', tool: 'run_command' })];
    expect(opened(granted)).toMatchObject([{ severity: 'low' }]);
  });

  it('takes a grant that was in force all along, and is used only now, for no duty', () => {
    const grants = {
      grants: [
        { id: 'reads', agents: ['*'], servers: ['tickets'], max_class: 'read', valid_from: '2026-01-01' },
        { id: 'left-over', agents: ['*'], servers: ['shell'], valid_from: '2026-01-01' },
      ],
    };
    const run = readerOf({ grants });
    const woken = [run.send({ at: at(21), server: 'shell', tool: 'run_command' })];
    expect(opened(woken)).toMatchObject([{ severity: 'high', scope: 'in' }]);
  });

  it('takes the later parts of a new duty for the duty too, and reminds of what nobody cleared a step milder', () => {
    const grants = {
      grants: [
        { id: 'reads', agents: ['*'], servers: ['tickets'], max_class: 'read' },
        { id: 'wiki', agents: ['*'], servers: ['wiki'], valid_from: new Date(at(20)).toISOString() },
      ],
    };
    const granted = readerOf({ grants });
    granted.send({ at: at(21), server: 'wiki', tool: 'get_page' });
    const later = granted.send({ at: at(24), server: 'wiki', tool: 'update_page' });
    expect(opened([later]).filter(({ severity }) => severity !== 'low')).toEqual([]);

    const run = readerOf();
    const told = [21, 22, 60].map((day) => opened([run.send({ at: at(day), tool: 'update_ticket' })]));
    expect(told).toMatchObject([[{ severity: 'medium' }], [], [{ severity: 'low' }]]);
    expect(told[2]![0]!.summary).toMatch(/^(?!.*first call).*reported before and still without a verdict/s);
  });

  it('tells a higher class at a server that was told for a lower one', () => {
    const run = createRun([firstSeen]);
    for (let day = 0; day < 90; day += 1)
      for (const tool of ['get_job', 'run_job', 'list_jobs', 'get_log']) run.send({ at: at(day), server: 'ci', tool });
    const wrote = run.send({ at: at(90), server: 'github', tool: 'merge_pull_request' });
    const ran = [91, 92].map((day) => opened([run.send({ at: at(day), server: 'github', tool: 'run_workflow' })]));
    expect(opened([wrote])).toMatchObject([{ severity: 'low', reason: 'new_server' }]);
    expect(ran).toMatchObject([[{ severity: 'medium', reason: 'new_server' }], []]);
  });

  it('tells of what gets in after it was refused', () => {
    const run = readerOf();
    const refused = run.send({ at: at(21), server: 'shell', tool: 'run_command', status: 'denied' });
    const through = run.send({ at: at(21, 11), server: 'shell', tool: 'run_command' });
    expect(opened([refused])).toMatchObject([{ severity: 'low', class: 'execute' }]);
    expect(through.alerts).toMatchObject([{ severity: 'high', class: 'execute' }]);
  });

  it('keeps bounded, plain state', () => {
    const run = createRun([firstSeen]);
    for (let n = 0; n < 3000; n += 1)
      run.send({ at: at(0) + n * 600_000, server: `server-${n % 300}`, tool: `__proto__get_${n}_${'x'.repeat(200)}` });
    const state = run.state();
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(JSON.stringify(state).length).toBeLessThan(200_000);
  });
});
