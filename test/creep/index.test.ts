import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classRank } from '../../schemas/alert.ts';
import type { Catalogue } from '../../schemas/catalogue.ts';
import { DAY } from '../../schemas/durations.ts';
import { EFFECTS, OUTCOMES } from '../../schemas/event.ts';
import { agentsCommand } from '../../src/commands/agents.ts';
import { agentsTable } from '../../src/commands/support/agent-text.ts';
import { ALL, creepIndex, type Privilege, undeclaredIndex } from '../../src/creep/index.ts';
import { type DayOfUse, privilegesAt, readDays, readyGrants } from '../../src/creep/privileges.ts';
import { readReach } from '../../src/creep/reach.ts';
import { inUseByDay, slopesOf, sparkline } from '../../src/creep/series.ts';
import { compileAny } from '../../src/engine/pattern.ts';
import { went } from '../../src/engine/went.ts';
import { oneAgent, portionsOf } from '../../src/grants/agents.ts';
import { readUsage } from '../../src/grants/usage.ts';
import { grants } from '../scope/support.ts';
import { judged, LIMITS, migratedStore, NOW as STORED } from '../stores/support.ts';

const NOW = Date.parse('2026-10-20T00:00:00Z');
const privilege = (over: Partial<Privilege> = {}): Privilege => ({
  name: 's/t',
  class: 'execute',
  reach: ALL,
  since: NOW - 200 * DAY,
  last: 0,
  granted: true,
  declared: true,
  ...over,
});
const use = (over: Partial<DayOfUse> = {}): DayOfUse => ({
  agent: 'a',
  server: 'tickets',
  method: 'tools/call',
  target: 'get_ticket',
  class: 'read',
  day: NOW - 30 * DAY,
  calls: 5,
  resources: 3,
  ...over,
});

describe('creep index', () => {
  it('answers its worked example', () => {
    expect(creepIndex([privilege()], NOW).index).toBeCloseTo(30);
  });

  it('has a grant in it until the day it ends with is over', () => {
    const ready = readyGrants(grants({ targets: ['x'], valid_to: new Date(NOW).toISOString().slice(0, 10) }));
    expect(privilegesAt('a', [], ready, NOW + DAY - 1)).toHaveLength(1);
    expect(privilegesAt('a', [], ready, NOW + DAY)).toHaveLength(0);
  });

  it("counts a grant that is used under the gateway's own name of the tool as used", () => {
    const ready = readyGrants(grants({ targets: ['tickets_close_ticket'] }));
    const days = [use({ target: 'close_ticket', rawTarget: 'tickets_close_ticket' })];
    expect(privilegesAt('a', days, ready, NOW)).toMatchObject([{ name: 'tickets/close_ticket', granted: true }]);
  });

  it('falls with use, leaves out what is too new, and names the largest terms', () => {
    expect(creepIndex([privilege({ last: NOW })], NOW).index).toBe(0);
    const mixed = [privilege(), privilege({ name: 'new', since: NOW - DAY }), privilege({ name: 'w', class: 'write' })];
    const index = creepIndex(mixed, NOW);
    expect(index).toMatchObject({ counted: 2, tooNew: 1 });
    expect(index.terms.map(({ name }) => name)).toEqual(['s/t', 'w']);
    expect(index.index).toBeCloseTo(100 * (1 - 0.7 * 0.9));
  });

  it('lies between 0 and 100 and grows with every privilege', () => {
    const any = fc.record({
      class: fc.constantFrom('read', 'write', 'execute', 'secret', 'identity') as fc.Arbitrary<Privilege['class']>,
      reach: fc.integer({ min: 0, max: 5000 }),
      last: fc.integer({ min: 0, max: 100 }).map((days) => NOW - days * DAY),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), any, (many, one) => {
        const before = creepIndex(many.map(privilege), NOW).index;
        const after = creepIndex([...many, one].map(privilege), NOW).index;
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(100);
        expect(after).toBeGreaterThanOrEqual(before - 1e-9);
      }),
    );
  });

  it('says the same of what is used and not declared', () => {
    expect(undeclaredIndex([privilege({ last: NOW, declared: false })], NOW).index).toBeCloseTo(30);
    expect(undeclaredIndex([privilege({ last: NOW })], NOW).index).toBe(0);
  });
});

describe('privileges as of a time', () => {
  const file = grants(
    { agents: ['a'], servers: ['tickets'], max_class: 'write' },
    { agents: ['a'], servers: ['vault'], targets: ['read_secret'] },
  );
  const ready = readyGrants(file);

  it('are what was used, and what grants name beside it at its class', () => {
    const found = privilegesAt('a', [use(), use({ day: NOW - 2 * DAY, resources: 9 })], ready, NOW);
    expect(found).toMatchObject([
      { name: 'tickets/get_ticket', class: 'read', reach: 9, last: NOW - 2 * DAY, granted: true },
      { name: 'tickets/*', class: 'write', reach: ALL, last: 0 },
      { name: 'vault/read_secret', class: 'secret', reach: 1, last: 0 },
    ]);
    expect(privilegesAt('a', [use()], ready, NOW - 60 * DAY).every(({ last }) => last === 0)).toBe(true);
  });

  it('counts a grant without a date from when it was first loaded as it is, and has none of it before', () => {
    const earlier = {
      file: grants({ agents: ['a'], servers: ['tickets'], max_class: 'write' }),
      loadedAt: NOW - 90 * DAY,
    };
    const dated = readyGrants(file, { versions: [earlier, { file, loadedAt: NOW - DAY }] });
    const days = [use({ day: NOW - 100 * DAY })];
    expect(privilegesAt('a', days, dated, NOW)).toMatchObject([
      { name: 'tickets/get_ticket' },
      { name: 'tickets/*', since: NOW - 90 * DAY },
      { name: 'vault/read_secret', since: NOW - DAY },
    ]);
    expect(creepIndex(privilegesAt('a', days, dated, NOW), NOW).tooNew).toBe(1);
    expect(privilegesAt('a', days, dated, NOW - 2 * DAY).map(({ name }) => name)).not.toContain('vault/read_secret');
  });

  it("knows tools by the operator's catalogue, as calls are judged by", () => {
    const catalogue: Catalogue = { privileges: [{ servers: ['vault'], tools: ['read_secret'], class: 'identity' }] };
    const known = readyGrants(file, { catalogues: [catalogue] });
    expect(privilegesAt('a', [use()], known, NOW).at(-1)).toMatchObject({
      name: 'vault/read_secret',
      class: 'identity',
    });
  });

  it('tell what is used without a grant', () => {
    const found = privilegesAt('a', [use({ server: 'shell', target: 'run_command', class: 'execute' })], ready, NOW);
    expect(found[0]).toMatchObject({ name: 'shell/run_command', granted: false });
  });
});

describe('grants made ready', () => {
  it('are those whose patterns fit the agent, in their order', () => {
    const pattern = fc.constantFrom('a', 'b', 'B', 'a*', '*', 'team-?', 'team-1', { regex: '^[ab]$' });
    const grant = fc.record({
      agents: fc.array(pattern, { minLength: 1, maxLength: 3 }),
      effect: fc.constantFrom('allow' as const, 'deny' as const),
    });
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 8 }), (many) => {
        const file = grants(...many);
        const ready = readyGrants(file);
        for (const agent of ['a', 'b', 'B', 'team-1', 'team-12', 'a\u200b', '__proto__'])
          expect(ready.of(agent)).toEqual(
            file.grants.filter((one) => one.effect === 'allow' && compileAny(one.agents)(agent)),
          );
      }),
    );
  });
});

describe('agents in portions', () => {
  it('are all of them, each once and whole', async () => {
    const { store, remove } = await migratedStore();
    try {
      const ids = Array.from({ length: 230 }, (_, n) => `agent-${n}`);
      const rows = ids.flatMap((id, n) =>
        [0, 1].map((k) => judged(2 * n + k, { body: { agent: { id, id_basis: 'subject' } } })),
      );
      await store.writeEvents(store.pack(rows));
      const port = {
        query: async (sql: string, params: Record<string, unknown>) => (await store.query(sql, LIMITS, params)).rows,
      };
      const seen: [string, number][] = [];
      for await (const agents of portionsOf(port, 0, Date.UTC(2100, 0, 1)))
        for (const [agent, days] of await readDays(port, agents, 0, Date.UTC(2100, 0, 1)))
          seen.push([agent, days.reduce((sum, { calls }) => sum + calls, 0)]);
      expect(seen).toEqual(ids.sort().map((id) => [id, 2]));
    } finally {
      await remove();
    }
  });
});

describe('what a gateway refused', () => {
  it('is what the fold takes for refused, whoever says what', async () => {
    const { store, remove } = await migratedStore();
    try {
      const cases = OUTCOMES.flatMap((status) => [undefined, ...EFFECTS].map((effect) => ({ status, effect })));
      const rows = cases.map(({ status, effect }, n) =>
        judged(n, {
          body: {
            agent: { id: 'a', id_basis: 'subject' },
            target: { type: 'tool', name: `${status} ${effect ?? ''}` },
            outcome: { status },
            ...(effect && { decision: { effect } }),
          },
        }),
      );
      await store.writeEvents(store.pack(rows));
      const port = {
        query: async (sql: string, params: object) => (await store.query(sql, LIMITS, { ...params })).rows,
      };
      const usage = new Map((await readUsage(port, { agent: 'a', since: 0 })).map((one) => [one.target, one]));
      for (const { event } of rows) {
        const { used, failed } = went(event.body);
        const name = event.body.target.name ?? '';
        const expected = { used: used ? 1 : 0, worked: used && !failed ? 1 : 0, denied: used ? 0 : 1 };
        expect(usage.get(name), name).toMatchObject(expected);
      }
    } finally {
      await remove();
    }
  });

  it('is no use, whether it tells an outcome or its decision alone', async () => {
    const { store, remove } = await migratedStore();
    try {
      const denied = { outcome: { status: 'unknown' }, decision: { effect: 'deny' } } as const;
      const agent = { id: 'a', id_basis: 'subject' } as const;
      await store.writeEvents(
        store.pack([
          judged(1, { body: { agent }, judgement: { class: 'execute' } }),
          judged(2, { body: { agent, ...denied }, judgement: { class: 'execute' } }),
          judged(3, { body: { agent, outcome: { status: 'denied' } }, judgement: { class: 'secret' } }),
          judged(4, {
            body: { agent, target: { type: 'tool', name: 'never', raw_name: 'x_never' }, ...denied },
            judgement: { class: 'write' },
          }),
        ]),
      );
      const port = {
        query: async (sql: string, params: Record<string, unknown>) => (await store.query(sql, LIMITS, params)).rows,
      };
      const until = Date.UTC(2100, 0, 1);
      // What it tried and did not get says nothing of what it needs: neither its class, nor a session, nor when.
      const at = (offset: number): number => STORED + 1000 * offset;
      expect(await readUsage(port, { agent: 'a', since: 0 })).toMatchObject([
        { used: 1, denied: 2, class: 'execute', sessions: 1, first: at(1), last: at(1) },
        { used: 0, denied: 1, class: 'write', sessions: 0, first: at(4), last: at(4), rawTarget: 'x_never' },
      ]);
      const days = await readDays(port, oneAgent('a'), 0, until);
      expect(days.get('a')).toMatchObject([{ calls: 1 }]);
      expect((await readReach(port, oneAgent('a'), 0, until)).get('a')).toMatchObject([{ calls: 1 }]);
    } finally {
      await remove();
    }
  });
});

describe('history', () => {
  it('shows a rise', () => {
    const days = Array.from({ length: 40 }, (_, n) =>
      use({ day: NOW - (40 - n) * DAY, class: 'write', calls: 1 + n, target: 'update_ticket' }),
    );
    const inUse = inUseByDay(days, NOW - 40 * DAY, NOW - DAY);
    const slope = slopesOf(inUse).find((one) => one.days === 30)!;
    expect(slope.slope).toBeGreaterThan(0);
    expect(slope.score).toBeGreaterThan(4);
    expect(sparkline(inUse, 10)).toMatch(/^[▁▂▃▄▅▆▇█]{10}$/);
    expect(sparkline([0, 1], 10)).toBe(' █');
  });

  it('calls nothing steady that is only not sure, nor of too few days', () => {
    const shown = (inUse: number[]): string => {
      const [creep, undeclared] = [creepIndex([], NOW), undeclaredIndex([], NOW)];
      const one = { agent: 'a', owner: '', calls: 1, first: NOW, last: NOW, strongest: 'write', creep, undeclared };
      const rest = { purposes: [], reviewers: [], reach: [], about: undefined };
      return agentsTable([{ ...one, ...rest, inUse, slopes: slopesOf(inUse) }]);
    };
    const month = (value: (day: number) => number): number[] => Array.from({ length: 30 }, (_, day) => value(day));
    expect(shown(month((day) => (day === 0 || day === 29 ? day + 1 : 0)))).toContain('too few days of use');
    expect(shown(month((day) => 5 + (day % 3)))).toContain('no sure rise');
    expect(shown(month((day) => 5 + day))).toMatch(/\+1\.000 \(1 in 10\^\d+\)/);
    expect(shown([1, 2])).toContain('too new');
    expect(shown([1, 2])).toContain('told of the 0 agents seen last: of another, `overreach agent ID` tells them');
  });
});

describe('overreach agents', () => {
  it('lists agents and shows one in full, escaped', async () => {
    const evil = 'agent\u001b[31m';
    const rows = Array.from({ length: 40 }, (_, n) => ({
      agent: evil,
      server: 'shell',
      method: 'tools/call',
      target: 'run_command',
      class: 'execute',
      day: (NOW - (40 - n) * DAY) / 1000,
      calls: 1 + n,
      resources: 4,
    }));
    const at = { since: (NOW - 9 * DAY) / 1000, last: (NOW - DAY) / 1000 };
    const reached = {
      agent: evil,
      class: 'secret',
      through: 'files/read_file',
      store: '.ssh',
      calls: 3,
      resources: 2,
      ...at,
    };
    const learning = { seen: 1, of: 2, share: 0.5 };
    const said: string[] = [];
    const command = () =>
      agentsCommand({
        open: async () => ({
          query: async (sql: string) =>
            sql.includes(' AS store') ? [reached] : /adoptions|FROM inputs/.test(sql) ? [] : rows,
          about: async () => new Map([[evil, { agent_id: evil, classes: [evil], out_of_scope: 7, learning }]]),
          close: async () => {},
        }),
        write: (text) => said.push(text),
        now: () => NOW,
      });
    await command().parseAsync([], { from: 'user' });
    const folder = await mkdtemp(join(tmpdir(), 'overreach-charter-'));
    const file = join(folder, 'grants.yaml');
    const charter = '{ agents: ["*"], purpose: "runs \\e[31mjobs", reviewers: [soc@acme.example] }';
    await writeFile(file, `charters:\n  - ${charter}\n`);
    await command().parseAsync([evil, '--grants', file], { from: 'user' });
    await rm(folder, { recursive: true });
    await command().parseAsync(['--json'], { from: 'user' });
    const [list, full, json] = said as [string, string, string];
    expect(list).toContain('privilege in use');
    // Without those that were refused, which `status` counts: each heading says which.
    expect(list).toContain('  calls done  ');
    expect(full).toMatch(/ \d+ calls done from /);
    expect(full).toContain('creep index');
    expect(full).toMatch(/\nfor: runs .*jobs\nreviewed by soc@acme.example\n/);
    expect(full).toContain('7 calls out of scope, 0 denied; learned 50 %');
    expect(full).toContain('shell/run_command');
    expect(full).toMatch(/secret +files\/read_file +\.ssh +3 +2 +2026-10-11 +2026-10-19/);
    expect(`${list}${full}`).not.toContain('\u001b');
    expect(JSON.parse(json)).toMatchObject({ agent: evil, strongest: 'execute', creep: { index: expect.any(Number) } });
    expect(JSON.parse(json).reach).toMatchObject([{ class: 'secret', since: '2026-10-11T00:00:00.000Z' }]);
    expect(classRank(JSON.parse(json).strongest)).toBe(3);
  });
});
