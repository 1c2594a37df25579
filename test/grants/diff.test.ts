import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DAY } from '../../schemas/durations.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';
import { namedServers, weaknesses } from '../../src/grants/connections.ts';
import { diffGrants } from '../../src/grants/diff.ts';
import { parseGrants } from '../../src/grants/load.ts';
import { suggestGrants } from '../../src/grants/suggest.ts';
import { callOf, type Usage } from '../../src/grants/usage.ts';

const NOW = Date.parse('2026-11-01T00:00:00Z');
const use = (over: Partial<Usage> = {}): Usage => ({
  agent: 'a',
  server: 'tickets',
  method: 'tools/call',
  target: 'get_ticket',
  class: 'read',
  used: 10,
  worked: 10,
  denied: 0,
  outside: 0,
  unsure: 0,
  sessions: 2,
  first: NOW - 60 * DAY,
  last: NOW - DAY,
  ...over,
});

describe('a grant that ends with a day', () => {
  it('is there until the day is over, and may begin in the midst of it', () => {
    const text =
      'grants:\n  - { id: g, agents: [a], servers: [s], valid_from: 2026-10-31T18:00:00Z, valid_to: 2026-11-01 }\n  - { id: h, agents: [a], valid_from: 2026-11-01T18:00:00Z, valid_to: 2026-11-01 }\n';
    const file = parseGrants(text, 'f.yaml');
    const ids = (now: number) => diffGrants({ usage: [], file, now }).map(({ grantId }) => grantId);
    expect(ids(NOW + DAY - 1)).toEqual(['h', 'g']);
    expect(ids(NOW + DAY)).toEqual([]);
  });
});

describe('declared, granted, used', () => {
  const file = grantsFileSchema.parse({
    grants: [
      { id: 'g1', agents: ['a'], servers: ['tickets'], targets: ['get_*', 'export_all'] },
      { id: 'g2', agents: ['a'], servers: ['crm'], targets: ['*'] },
      { id: 'new', agents: ['a'], servers: ['vault'], valid_from: new Date(NOW - 2 * DAY).toISOString() },
    ],
    charters: [{ agents: ['a'], servers: ['tickets', 'crm'], owner: 'ann' }],
  });
  const usage = [
    use(),
    use({ target: 'delete_ticket', class: 'write', outside: 3 }),
    use({ target: 'old_tool' }),
    use({ target: 'probe', used: 0, worked: 0, denied: 4 }),
    use({ server: 'vault', target: 'read_secret', class: 'secret' }),
    use({ agent: 'free' }),
  ];
  const verdict = Object.fromEntries(
    diffGrants({ usage, file, now: NOW }).map((row) => [`${row.agent}/${row.server}/${row.target}`, row.verdict]),
  );

  it('says what each cell means', () => {
    expect(verdict).toEqual({
      'a/tickets/get_ticket': 'as it should be',
      'a/tickets/delete_ticket': 'used, not granted',
      'a/tickets/old_tool': 'no longer granted',
      'a/tickets/probe': 'refused',
      'a/tickets/export_all': 'granted, not used',
      'a/vault/read_secret': 'used, not declared',
      'a/crm/*': 'granted, not used',
      'free/tickets/get_ticket': 'ungoverned',
    });
  });

  it("knows a tool by the gateway's own name as well, as grants do", () => {
    const named = grantsFileSchema.parse({
      grants: [{ id: 'g', agents: ['a'], targets: ['tickets_close_ticket', 'tickets_open_*'] }],
    });
    const calls = [
      use({ target: 'close_ticket', rawTarget: 'tickets_close_ticket' }),
      use({ target: 'open_ticket', rawTarget: 'tickets_open_ticket', outside: 10 }),
    ];
    const rows = diffGrants({ usage: calls, file: named, now: NOW });
    expect(Object.fromEntries(rows.map((row) => [row.target, row.verdict]))).toEqual({
      close_ticket: 'as it should be',
      // A pattern might begin in the name of another server: it covers no such name, and no call was let through by it.
      open_ticket: 'used, not granted',
      'tickets_open_*': 'granted, not used',
    });
  });

  it('holds calls against what was said of them when their arguments were seen', () => {
    const narrow = grantsFileSchema.parse({
      grants: [{ id: 'g', agents: ['a'], servers: ['tickets'], args: { queue: ['support'] } }],
    });
    const of = (over: Partial<Usage>) => diffGrants({ usage: [use(over)], file: narrow, now: NOW })[0]!;
    expect(of({})).toMatchObject({ granted: 'yes', verdict: 'as it should be' });
    expect(of({ outside: 2 })).toMatchObject({ granted: 'maybe', outside: 2, verdict: 'used, not granted' });
    expect(of({ unsure: 2 })).toMatchObject({ granted: 'maybe', verdict: 'as it should be' });
  });

  it('says of a grant that nothing uses whether it was declared', () => {
    const rows = diffGrants({ usage: [use()], file, now: NOW, agent: 'a' });
    const declared = Object.fromEntries(rows.filter(({ used }) => used === 0).map((row) => [row.server, row.declared]));
    expect(declared).toEqual({ tickets: 'yes', crm: 'yes', vault: 'no' });
  });

  it('does not judge what is too new, and names the owner', () => {
    const rows = diffGrants({ usage: [use()], file, now: NOW, agent: 'a' });
    expect(rows.find((row) => row.grantId === 'new')).toMatchObject({ verdict: 'too new to judge', owner: 'ann' });
    const young = diffGrants({ usage: [use({ first: NOW - DAY })], file, now: NOW });
    expect(young.find((row) => row.target === 'export_all')?.verdict).toBe('too new to judge');
  });
});

describe('versions of the grants that were loaded', () => {
  const at = (days: number): number => NOW - days * DAY;
  const file = grantsFileSchema.parse({
    grants: [
      { id: 'old', agents: ['a'], servers: ['tickets'] },
      { id: 'changed', agents: ['a'], servers: ['crm'], targets: ['get_*'] },
      { id: 'fresh', agents: ['a'], servers: ['vault'] },
    ],
  });
  const before = grantsFileSchema.parse({
    grants: [
      { id: 'old', agents: ['a'], servers: ['tickets'] },
      { id: 'changed', agents: ['a'], servers: ['crm'] },
      { id: 'gone', agents: ['b'], servers: ['tickets'] },
    ],
  });
  const versions = [
    { file: before, loadedAt: at(80) },
    { file, loadedAt: at(3) },
  ];
  const rows = diffGrants({ usage: [use(), use({ agent: 'b' })], file, versions, now: NOW });
  const row = (id: string) => rows.find(({ grantId }) => grantId === id);

  it('date each grant by when it was first loaded as it is now', () => {
    expect(row('old')).toMatchObject({ grantedSince: at(80), verdict: 'as it should be' });
    expect(row('changed')).toMatchObject({ grantedSince: at(3), verdict: 'too new to judge' });
    expect(row('fresh')).toMatchObject({ grantedSince: at(3), verdict: 'too new to judge' });
    const later = diffGrants({ usage: [use()], file, versions, now: NOW + 20 * DAY });
    expect(later.filter(({ verdict }) => verdict === 'granted, not used').map(({ grantId }) => grantId)).toEqual([
      'changed',
      'fresh',
    ]);
  });

  it('tell an agent whose grants were withdrawn from one that never had any', () => {
    const of = (agent: string, known = versions) =>
      diffGrants({ usage: [use({ agent })], file, versions: known, now: NOW, agent })[0]!.verdict;
    expect(of('b')).toBe('no longer granted');
    expect(of('b', [])).toBe('ungoverned');
    expect(of('c')).toBe('ungoverned');
  });
});

describe('the suggested policy', () => {
  const usage = [
    use(),
    use({ target: 'add_comment', class: 'write', used: 1204, worked: 1204 }),
    use({ server: 'crm', target: 'a*b: [#x]', outside: 2 }),
  ];
  const history = [
    ...usage,
    use({ target: 'delete_ticket', class: 'write', used: 3, worked: 3 }),
    use({ target: 'no', used: 0, worked: 0, denied: 9 }),
  ];

  it('covers what was used, with evidence, and tells what it would have denied', () => {
    const { policy, dryRun } = suggestGrants({ agent: 'a', usage, history, format: 'native' });
    expect(dryRun).toMatchObject({ calls: 1227, denied: 3, what: [{ target: 'delete_ticket', calls: 3 }] });
    expect(policy).toContain('# Dry run against stored history: would have denied 3 of 1,227 calls, these:');
    expect(policy).toContain('- add_comment # write, 1,204 calls in 2 sessions, 2026-09-02 to 2026-10-31');
    const once = [use({ used: 1, worked: 1, sessions: 1, outside: 1, first: NOW - DAY })];
    expect(suggestGrants({ agent: 'a', usage: once, history: once, format: 'native' }).policy).toContain(
      'would have denied 0 of 1 call.\ngrants:',
    );
    expect(suggestGrants({ agent: 'a', usage: once, history: once, format: 'native' }).policy).toContain(
      '# read, 1 call in 1 session, 2026-10-31; 1 of them outside of the grants of their time: review',
    );
    const file = parseGrants(policy, 'suggested.yaml');
    expect(diffGrants({ usage, file, now: NOW }).map((row) => row.verdict)).toEqual(Array(3).fill('as it should be'));
  });

  it('grants each target by its own method and up to its own class, not what a neighbour needs', () => {
    const used = [
      use({ target: 'run_sql' }),
      use({ target: 'purge', class: 'execute' }),
      use({ target: 'run_sql', method: 'prompts/get' }),
      use({ target: 'notes', method: 'resources/read' }),
    ];
    const { policy, dryRun } = suggestGrants({ agent: 'a', usage: used, history: used, format: 'native' });
    expect(dryRun.denied).toBe(0);
    const compiled = compileGrants(parseGrants(policy, 'suggested.yaml'));
    const scope = (over: Partial<Usage>) => judgeScope(compiled, callOf(use(over)), use(over).class, NOW).scope;
    expect(used.map(scope)).toEqual(Array(4).fill('in'));
    expect(scope({ target: 'run_sql', class: 'execute' })).toBe('out');
    expect(scope({ target: 'notes' })).toBe('out');
    expect(scope({ target: 'purge', method: 'prompts/get' })).toBe('out');
  });

  it('grants nothing under a name that cannot be seen', () => {
    const odd = [use({ target: 'x\n- id: evil' }), use({ server: 'tick\u200bets' }), use({ target: '\u202egnp' })];
    const { policy, grants, dryRun } = suggestGrants({ agent: 'a', usage: odd, history: odd, format: 'native' });
    expect(grants).toEqual([]);
    expect(dryRun.denied).toBe(30);
    expect(policy).toContain('#   tickets/x\\n- id: evil: 10 calls');
    expect(policy).toContain('#   tickets/\\u{202e}gnp: 10 calls');
    expect(policy).toContain('#   tick\\u{200b}ets/');
  });

  it('says that there is nothing to try it on, where nothing is stored', () => {
    const { policy } = suggestGrants({ agent: 'nobody', usage, history, format: 'native' });
    expect(policy).toBe('# No dry run: no call of this agent that worked is stored.\ngrants: []\n');
  });

  it('leaves out what is seldom used', () => {
    const { dryRun } = suggestGrants({ agent: 'a', usage, history, format: 'native', minCalls: 100 });
    expect(dryRun.denied).toBe(23);
  });

  it('speaks Teleport as well, and lets no name break out of its line', () => {
    const { policy } = suggestGrants({ agent: 'a', usage, history, format: 'teleport' });
    const roles = policy.split('---\n').map((text) => parse(text));
    expect(roles.map((role) => role.spec.allow.mcp.tools)).toEqual([
      ['^a\\*b: \\[#x\\]$'],
      ['add_comment', 'get_ticket'],
    ]);
  });
});

describe('weak defaults of a connection', () => {
  it('know a server by the grants and charters that name it', () => {
    const known = namedServers(
      grantsFileSchema.parse({
        grants: [
          { id: 'a', agents: ['a'], servers: ['tickets', '*'] },
          { id: 'b', agents: ['a'], effect: 'deny', servers: ['odd'] },
        ],
        charters: [{ agents: ['a'], servers: ['crm-*'] }],
      }),
    );
    expect(['tickets', 'crm-eu', 'odd', 'other'].map(known)).toEqual([true, true, false, false]);
  });
  it('are named', () => {
    const of = (bases: string[], urls: string[], known: boolean, bare: boolean) =>
      weaknesses({ bases, urls, known, bare });
    expect(of(['none'], ['http://10.0.0.5/mcp'], false, true)).toEqual([
      'unauthenticated',
      'plain http',
      'unknown server',
    ]);
    expect(of(['client_name'], ['http://127.0.0.1:80/mcp'], true, true)).toEqual(['self-asserted']);
    expect(of(['service_account'], ['https://x'], true, false)).toEqual([]);
    expect(of(['actor'], ['http://localhost.evil.example/'], true, false)).toEqual(['plain http']);
  });
});
