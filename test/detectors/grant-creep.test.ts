import { describe, expect, it } from 'vitest';
import { privilegeCreep } from '../../detectors/privilege-creep.ts';
import { createRun, DAY, HOUR, type Judged, MONDAY, opened } from '../support/run.ts';

type Grant = Record<string, unknown>;

const team = Array.from({ length: 8 }, (_, n) => `a${n}`);
const BASE: Grant = { id: 'work', agents: ['*'], servers: ['tickets'], max_class: 'write' };
const from = (day: number): string => new Date(MONDAY + day * DAY).toISOString();
const grant = (id: string, server: string, day: number, more: Grant = {}): Grant => ({
  id,
  agents: ['a0'],
  servers: [server],
  valid_from: from(day),
  ...more,
});

/** A team that reads tickets on workdays and uses nothing else, whatever is granted to it. */
function read(grants: Grant[], options: { days?: number; agents?: string[]; rest?: Grant } = {}) {
  const { days = 80, agents = team, rest = {} } = options;
  const run = createRun([privilegeCreep], { grants: { grants: [BASE, ...grants], ...rest } });
  const judged: Judged[] = [];
  for (let day = 0; day < days; day += 1)
    for (const agent of agents)
      if (day % 7 < 5)
        for (const hour of [9, 11, 15])
          judged.push(run.send({ at: MONDAY + day * DAY + hour * HOUR, agent, group: 'support' }));
  return { judged, run };
}
const told = (grants: Grant[], options: Parameters<typeof read>[1] = {}): string[] =>
  opened(read(grants, options).judged).map(({ agent, reason, severity }) => `${agent.id} ${reason} ${severity}`);

describe('grant creep that is not used', () => {
  const growing = [
    grant('more-1', 'wiki', 35, { max_class: 'write' }),
    grant('more-2', 'kubernetes', 42, { max_class: 'execute' }),
    grant('more-3', 'vault', 49, { max_class: 'secret' }),
  ];

  it('is one story that opens, updates and closes, with its proof', () => {
    const { judged, run } = read(growing, { days: 78 });
    const story = judged.flatMap(({ alerts }) => alerts);
    expect(opened(judged)).toHaveLength(1);
    expect(story.map(({ stage }) => stage)).toEqual(['open', 'update', 'close']);
    const [first, second] = story;
    expect(first).toMatchObject({ reason: 'grant_creep', severity: 'high', class: 'execute', grant_id: 'more-2' });
    expect(first!.proof.seen).toContain('wiki up to class write by more-1 since 2026-11-09');
    expect(first!.proof.seen).toContain('kubernetes up to class execute by more-2 since 2026-11-16');
    expect(first!.proof.expected).toMatch(/^one grant to write in about \d+ (?:weeks|months), by its own past/);
    expect(second).toMatchObject({ class: 'secret', grant_id: 'more-3' });
    const grew = second!.proof.contributors.filter(({ name }) => name.startsWith('granted privilege'));
    expect(grew.map(({ name }) => name.replace(/.* in /, ''))).toEqual(['7 d', '30 d', '90 d']);
    expect(grew[0]!.value).toBeLessThan(grew[1]!.value);
    expect(run.due(MONDAY + 100 * DAY)).toEqual([]);
  });

  it('is told before use that grew as well, which the next call is told of', () => {
    const grew = { window: 10, count: 60, expected: 20, before: 2, now: 6, pastDays: 30, dispersion: 1, more: 8 };
    const found = { score: 8, spell: false, from: 1, since: 0, ...grew };
    const state = { ...(privilegeCreep.initial() as object), volume: { found } };
    const seen = { day: 50, class: 'write', counted: true, kind: null, habit: 0, breach: null };
    const granted = { score: 2, reason: 'grant_creep', severity: 'high', seen: '', expected: '', contributors: [] };
    const scored = (one: unknown) =>
      privilegeCreep.score(state, { ...seen, granted: one }, privilegeCreep.config.parse({}))?.reason;
    expect([scored(null), scored(granted)]).toEqual(['use_creep', 'grant_creep']);
  });

  it('is told of one grant where it is for strong calls that the charter does not name, and not where it names them', () => {
    const one = [grant('more', 'kubernetes', 35, { max_class: 'execute' })];
    const charter = (servers: string[]) => ({ charters: [{ agents: ['a0'], servers, max_class: 'execute' }] });
    expect(told(one, { rest: charter(['tickets']) })).toEqual(['a0 grant_creep high']);
    expect(told(one, { rest: charter(['tickets', 'kubernetes']) })).toEqual([]);
    expect(told(one)).toEqual([]);
  });

  it('is low where a grant or two name no class, so that execute is only assumed, and not where one or the server does', () => {
    const open = (server: string, day: number) => grant(server, server, day);
    const charter = { charters: [{ agents: ['a0'], servers: ['tickets'], max_class: 'execute' }] };
    const duty = [open('argocd', 35), open('bigquery', 35)];
    expect(told(duty, { rest: charter })).toEqual(['a0 grant_creep low']);
    expect(told([...duty, open('serena', 45)], { rest: charter })).toEqual(['a0 grant_creep low']);
    const said = read(duty, { rest: charter }).judged.flatMap(({ alerts }) => alerts)[0]!.proof.seen;
    expect(said).toContain('argocd up to class execute (it names none) by argocd since');
    const three = [...duty, open('serena', 42), open('figma', 49)];
    expect(
      read(three, { rest: charter })
        .judged.flatMap(({ alerts }) => alerts)
        .map((one) => one.severity),
    ).toContain('high');
    expect(told([open('vault', 35)], { rest: charter })).toEqual(['a0 grant_creep high']);
    expect(told([...duty, grant('k', 'kubernetes', 35, { max_class: 'execute' })], { rest: charter })).toEqual([
      'a0 grant_creep high',
    ]);
  });

  it('is no release to the team, by one grant or by one for each', () => {
    const steps = [
      ['wiki', 35],
      ['kubernetes', 42],
    ] as const;
    expect(told(steps.map(([server, day]) => grant(server, server, day, { agents: ['a*'] })))).toEqual([]);
    const each = steps.flatMap(([server, day]) =>
      team.map((a) => grant(`${server}-${a}`, server, day, { agents: [a] })),
    );
    expect(told(each)).toEqual([]);
  });

  it('is not what peers have all along', () => {
    const theirs = ['wiki', 'kubernetes'].map((server) => grant(server, server, -9, { agents: team.slice(1) }));
    expect(told([...theirs, grant('b', 'wiki', 35), grant('c', 'kubernetes', 42)])).toEqual([]);
  });

  it('is no announced change', () => {
    const changes = [{ agents: ['a0'], from: from(34), to: from(50), reason: 'new project' }];
    expect(told(growing, { rest: { changes } })).toEqual([]);
  });

  it('is not the same grant written anew: split, joined, renamed, by name for a pattern', () => {
    const old = (id: string, more: Grant) =>
      grant(id, 'kubernetes', -9, { max_class: 'execute', valid_to: from(40), ...more });
    const anew = (id: string, day: number, more: Grant) =>
      grant(id, 'kubernetes', day, { max_class: 'execute', ...more });
    expect(
      told([old('a', {}), anew('b', 39, { targets: ['kubectl_get'] }), anew('c', 44, { targets: ['kubectl_apply'] })]),
    ).toEqual([]);
    expect(
      told([old('a', { servers: ['kube*', 'shell'] }), anew('b', 39, {}), anew('c', 44, { servers: ['shell'] })]),
    ).toEqual([]);
    const everywhere = { servers: ['*'] };
    expect(told([old('a', everywhere), anew('b', 39, {}), anew('c', 44, { servers: ['shell'] })])).toEqual([]);
  });

  it('is not the first grants of a new agent', () => {
    const first = [grant('one', 'wiki', 1), grant('two', 'kubernetes', 8, { max_class: 'execute' })];
    expect(told(first)).toEqual([]);
  });

  it('is decided for one agent alone twice within weeks, if only for reading, where that seldom is', () => {
    const reads = (agents: string[]) =>
      ['wiki', 'kubernetes', 'grafana', 'crm', 'sentry'].map((server, n) =>
        grant(server, server, 35 + 5 * n, { max_class: 'read', agents }),
      );
    expect(told(reads(['a0']))).toEqual(['a0 grant_creep medium']);
    const often = team.flatMap((agent, i) =>
      [15, 23, 31, 39, 47].map((day, n) => grant(`${agent}-${n}`, `srv-${i}-${n}`, day, { agents: [agent] })),
    );
    expect(told([...often, ...reads(['a0']).slice(0, 2)]).filter((one) => one.startsWith('a0'))).toEqual([]);
    expect(told(reads(['a0', 'b9'])).filter((one) => !one.endsWith('low'))).toEqual([]);
  });

  it('is low where all that came is for others too', () => {
    const ofTwo = growing.map((one) => ({ ...one, agents: ['a0', 'b9'] }));
    expect(told(ofTwo)).toEqual(['a0 grant_creep low']);
  });

  it('is found of an agent without peers, and each replay is equal', () => {
    const run = () => JSON.stringify(read(growing).judged.map(({ alerts }) => alerts));
    expect(run()).toBe(run());
    expect(told(growing, { agents: ['a0'] })).toEqual(['a0 grant_creep high']);
  });

  it('keeps bounded, plain state, and sees what comes to an agent that has very much', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      grant(`${'g'.repeat(90)}${n}`, `${n}${'s'.repeat(90)}`, n < 100 ? -9 : (n - 60) / 3),
    );
    const { run } = read(many, { agents: ['a0'] });
    const state = run.state('a0');
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(JSON.stringify((state as { granted: unknown }).granted).length).toBeLessThan(25_000);
    const some = many.slice(0, 100);
    expect(told(some, { agents: ['a0'] })).toEqual([]);
    expect(told([...some, ...growing], { agents: ['a0'] })).toEqual(['a0 grant_creep high']);
  });
});
