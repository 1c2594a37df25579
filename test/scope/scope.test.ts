import { describe, expect, it } from 'vitest';
import { DAY } from '../../schemas/durations.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { announced, charterBreach, ownerOf } from '../../src/engine/charter.ts';
import { type CompiledGrants, compileGrants, type DatedGrants, judgeScope } from '../../src/engine/scope.ts';
import { historyOf } from '../../src/grants/history.ts';
import { AT, call, grants, judge, tool } from './support.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('scope', () => {
  it('leaves an agent that never had a grant ungoverned', () => {
    const file = grants({ agents: ['other'] });
    expect(judge(file, tool('s', 'get_x'))).toEqual({
      scope: 'ungoverned',
      grantId: '',
      scopeWhy: '',
      governed: false,
    });
  });

  it('reads whose tool it was out of its name, where a gateway refuses a call of a server that it does not name', () => {
    const file = grants(
      { agents: ['agent'], servers: ['drive'], targets: ['get_document'] },
      { servers: ['drive_eu'] },
    );
    const refused = (name: string, over: Partial<CanonicalEvent> = {}) =>
      judge(
        file,
        call({ server: { id: 'gw-1' }, target: { type: 'tool', name }, outcome: { status: 'denied' }, ...over }),
      );
    expect(refused('drive_get_document')).toMatchObject({ scope: 'in', grantId: 'g0' });
    expect(refused('drive_eu_search')).toMatchObject({ scope: 'in', grantId: 'g1' });
    expect(refused('drive_delete_document')).toMatchObject({
      scope: 'out',
      scopeWhy: 'target "delete_document" is not among get_document',
    });
    // What went through has a server, and is judged at it.
    expect(refused('drive_get_document', { outcome: { status: 'ok' } }).scope).toBe('out');
    expect(refused('drive_get_document', { server: { id: 'files' } }).scope).toBe('out');
  });

  it('governs from the first allow grant on, expired and withdrawn ones included', () => {
    const expired = grants({ agents: ['agent'], valid_to: iso(AT - DAY) });
    expect(judge(expired, tool('s', 'get_x'))).toMatchObject({ scope: 'out', governed: true, grantId: 'g0' });
    const now = compileGrants(grants(), AT, [{ file: grants({ agents: ['agent'] }), loadedAt: AT - DAY }]);
    expect(judgeScope(now, tool('s', 'get_x'), 'read', AT)).toMatchObject({ scope: 'out', governed: true });
    expect(judgeScope(now, tool('s', 'get_x'), 'read', AT - 2 * DAY)).toMatchObject({ scope: 'ungoverned' });
  });

  it('holds a call that is read late against what was granted at its time, until that was taken away', () => {
    const agents = ['agent'];
    const steps = [
      grants({ agents, targets: ['a'] }),
      grants({ agents, targets: ['a', 'b'] }),
      grants({ agents, targets: ['b'] }),
      grants({ agents, targets: ['a'] }),
      grants({ agents: ['other'] }),
    ];
    // One version after the other, as they are put in force; what holds is that of the last.
    const loadedAt = (n: number): number => AT + n * DAY;
    let earlier: DatedGrants[] = [];
    for (const [n, file] of steps.slice(0, -1).entries()) earlier = historyOf({ file, earlier }, loadedAt(n));
    const compiled = compileGrants(steps.at(-1)!, loadedAt(4), earlier);
    const scopes = (name: string, compiled: CompiledGrants) =>
      [0, 1, 2, 3, 4].map((n) => judgeScope(compiled, tool('s', name), 'read', loadedAt(n) + 1).scope);
    // What came back stands from when it first did, and its pause with it.
    expect(scopes('a', compiled)).toEqual(['in', 'in', 'in', 'in', 'out']);
    expect(scopes('b', compiled)).toEqual(['out', 'in', 'in', 'out', 'out']);
    // A process that reads all versions from the record sees the same now.
    const all = steps.map((file, n) => ({ file, loadedAt: loadedAt(n) }));
    expect(scopes('a', compileGrants(steps.at(-1)!, undefined, all))).toEqual(['out', 'out', 'out', 'out', 'out']);
    expect(JSON.parse(JSON.stringify(earlier))).toEqual(earlier);
  });

  it('holds a grant without valid_from from when it was first loaded, however often its file changed since', () => {
    const grant = { agents: ['agent'], servers: ['s'] };
    const second = compileGrants(grants(grant, { agents: ['x'] }), AT, [
      { file: grants(grant), loadedAt: AT - 5 * DAY },
    ]);
    expect(judgeScope(second, tool('s', 'get_x'), 'read', AT - DAY).scope).toBe('in');
    expect(judgeScope(second, tool('s', 'get_x'), 'read', AT - 6 * DAY).scope).toBe('ungoverned');
  });

  it('governs an agent whose name hides characters like the one that it passes for', () => {
    const file = grants({ agents: ['support-*', 'release-bot'], servers: ['tickets'] });
    const named = (id: string) => call({ agent: { id, id_basis: 'service_account' }, server: { id: 'github' } });
    for (const id of ['support-1', 'support-\n1', 'support-\u200b1', 'release\u200b-bot', 'support-1\u202e'])
      expect(judge(file, named(id)), JSON.stringify(id)).toMatchObject({ scope: 'out', governed: true });
    for (const id of ['billing-\u200b1', 'release-\nbot'])
      expect(judge(file, named(id)).scope, JSON.stringify(id)).toBe('ungoverned');
    const declared = grantsFileSchema.parse({ charters: [{ agents: ['support-*'], max_class: 'read', owner: 'ann' }] });
    const { charters } = compileGrants(declared);
    expect(charterBreach({ charters }, named('support-\n1'), 'write')).toBe('class write is above read');
    const behind = { ...named('deployer'), delegation: [{ sub: 'support-\u200b1' }] } as CanonicalEvent;
    expect(judge(file, behind).scope).toBe('out');
  });

  it('lets deny win, for an ungoverned agent as well', () => {
    expect(judge(grants({}, { id: 'no', effect: 'deny', targets: ['delete_*'] }), tool('s', 'delete_x'))).toMatchObject(
      {
        scope: 'out',
        grantId: 'no',
        scopeWhy: 'denied by no',
      },
    );
    expect(judge(grants({ effect: 'deny', servers: ['s'] }), tool('s', 'x'))).toMatchObject({
      scope: 'out',
      governed: false,
    });
  });

  it('takes untargeted methods as in where a grant in force names the server', () => {
    const list = (server: string) => call({ server: { id: server }, method: 'tools/list', target: { type: 'none' } });
    const file = grants(
      { servers: ['s'], targets: ['get_*'], methods: ['tools/call'] },
      { servers: ['old'], valid_to: iso(AT - 1) },
    );
    expect(judge(file, list('s')).scope).toBe('in');
    expect(judge(file, list('t')).scope).toBe('out');
    expect(judge(file, list('old')).scope).toBe('out');
  });

  it('says maybe where the gateway does not say what was read, but where that makes no difference', () => {
    const read = (server = 's') =>
      call({ server: { id: server }, method: 'resources/read', target: { type: 'resource' }, args_state: 'absent' });
    const of = (...list: Record<string, unknown>[]) => judge(grants(...list), read());
    expect(of({ targets: ['file:///pub/*'] })).toMatchObject({
      scope: 'maybe',
      scopeWhy: 'which resource it was is not said',
    });
    for (const all of [{}, { servers: ['s'] }, { targets: ['*'] }]) expect(of(all).scope).toBe('in');
    expect(of({ methods: ['tools/call'] })).toMatchObject({
      scope: 'out',
      scopeWhy: 'method "resources/read" is not among tools/call',
    });
    expect(of({ servers: ['t'], targets: ['file:///pub/*'] }).scope).toBe('out');
    expect(of({ max_class: 'discover' }).scope).toBe('out');
    expect(of({ on_behalf_of: ['ann'], targets: ['x'] }).scope).toBe('out');
    const deny = { id: 'no', effect: 'deny' };
    expect(of({}, { ...deny, targets: ['file:///etc/*'] })).toMatchObject({
      scope: 'maybe',
      grantId: 'no',
      scopeWhy: 'may be denied by no: which resource it was is not said',
    });
    expect(of({}, { ...deny, targets: ['delete_*'], methods: ['tools/call'] }).scope).toBe('in');
    expect(of({}, { ...deny, targets: ['*'] }).scope).toBe('out');
    expect(of({}, deny).scope).toBe('out');
  });

  it('holds what changes something to a grant, whether it names a target or not', () => {
    const wipe = call({ method: 'admin/wipe', target: { type: 'none' } });
    expect(judge(grants({ methods: ['tools/call'] }), wipe)).toMatchObject({ scope: 'out', grantId: 'g0' });
    expect(judge(grants({ max_class: 'read' }), wipe)).toMatchObject({
      scope: 'out',
      scopeWhy: 'class write is above read',
    });
    expect(judge(grants({ on_behalf_of: ['ann'] }), wipe).scope).toBe('out');
    expect(judge(grants({ methods: ['admin/*'], max_class: 'write' }), wipe).scope).toBe('in');
    expect(judge(grants({ targets: ['get_*'] }), wipe)).toMatchObject({
      scope: 'out',
      scopeWhy: 'method "admin/wipe" has no target, where only get_* are granted',
    });
    for (const all of [{}, { targets: ['*'] }, { targets: ['get_*'], methods: ['tools/call', 'admin/*'] }])
      expect(judge(grants(all), wipe).scope).toBe('in');
    const get = call({ method: 'tasks/get', target: { type: 'none' } });
    expect(judge(grants({ targets: ['get_*'] }), get).scope).toBe('in');
    expect(judge(grants({ methods: ['tools/call'], on_behalf_of: ['ann'] }), get).scope).toBe('in');
  });

  it('lets no name pass for two, nor be judged by what was asked before it', () => {
    const named = (name: string, raw_name?: string) =>
      call({ target: { type: 'tool', name, ...(raw_name === undefined ? {} : { raw_name }) } });
    const compiled = compileGrants(grants({ targets: ['get'] }));
    const scopeOf = (body: CanonicalEvent) => judgeScope(compiled, body, 'read', AT).scope;
    expect(scopeOf(named('get', 'wipe'))).toBe('in');
    expect(scopeOf(named('3,getwipe'))).toBe('out');
    const whyAfter = (...before: CanonicalEvent[]) => {
      const two = compileGrants(grants({ targets: ['x'] }, { targets: ['s_get'], max_class: 'read' }));
      for (const body of before) judgeScope(two, body, 'write', AT);
      return judgeScope(two, named('get', 's_get'), 'write', AT);
    };
    expect(whyAfter(named('get'))).toEqual(whyAfter());
  });

  it('keeps to class, methods, and the day given as an end', () => {
    const file = grants({ max_class: 'read', methods: ['tools/call'], valid_to: iso(AT).slice(0, 10) });
    expect(judge(file, tool('s', 'get_x')).scope).toBe('in');
    expect(judge(file, tool('s', 'delete_x'))).toMatchObject({ scope: 'out', scopeWhy: 'class write is above read' });
    expect(judge(file, tool('s', 'get_x'), AT + DAY).scope).toBe('out');
  });

  it('says maybe where an argument cannot be seen, and where a condition is not understood', () => {
    const file = grants({ args: { repo: ['acme/*'] } });
    const of = (over: object) => judge(file, { ...tool('s', 'get_x'), ...over });
    expect(of({ args_state: 'absent' }).scope).toBe('maybe');
    expect(of({ args_state: 'keys_only', args: { repo: '' } }).scope).toBe('maybe');
    expect(of({ args_state: 'keys_only', args: { other: '' } }).scope).toBe('out');
    expect(of({ args_state: 'redacted', args: { repo: '[redacted:token:0123456789abcdef]' } })).toMatchObject({
      scope: 'maybe',
      scopeWhy: 'args.repo cannot be seen',
    });
    expect(of({ args_state: 'redacted', args: undefined }).scope).toBe('maybe');
    expect(of({ args: {} })).toMatchObject({ scope: 'out', scopeWhy: 'args.repo is missing' });
    expect(judge(grants({ condition_raw: 'when { … }' }), tool('s', 'x')).scope).toBe('maybe');
    expect(judge(grants({}, { effect: 'deny', condition_raw: 'when { … }' }), tool('s', 'x')).scope).toBe('maybe');
  });

  it('names every constraint that failed, and the grant that came nearest', () => {
    const file = grants(
      { id: 'far', servers: ['other'], targets: ['x'] },
      { id: 'near', servers: ['github'], targets: ['merge_*'], args: { repo: ['acme/*'] }, tasks: ['release/*'] },
    );
    expect(
      judge(file, { ...tool('github', 'merge_pull_request', { repo: 'evil/x' }), task: { id: 'hotfix/1' } }),
    ).toEqual({
      scope: 'out',
      grantId: 'near',
      scopeWhy: 'task "hotfix/1" is not among release/*; args.repo "evil/x" is not among acme/*',
      outside: 'args',
      governed: true,
    });
  });

  it('takes what lets somebody list tools everywhere for further off than what lets them call others elsewhere', () => {
    const file = grants(
      { id: 'lists', servers: ['*'], methods: ['initialize', 'tools/list'] },
      { id: 'books', servers: ['erp'], targets: ['post_invoice'] },
    );
    expect(judge(file, tool('mail', 'send_mail'))).toMatchObject({ grantId: 'books', outside: 'server' });
  });

  it('takes the intersection along the chain of delegation', () => {
    const file = grants({ agents: ['agent'], servers: ['*'] }, { agents: ['user-a'], servers: ['tickets'] });
    const through = (server: string, ...chain: string[]) =>
      judge(file, { ...tool(server, 'get_x'), delegation: chain.map((sub) => ({ sub })) });
    expect(through('tickets', 'agent', 'user-a').scope).toBe('in');
    expect(through('vault', 'agent', 'nobody-known').scope).toBe('in');
    expect(through('vault', 'agent', 'user-a')).toMatchObject({ scope: 'out', governed: true });
    expect(through('vault', 'user-a')).toMatchObject({
      via: 'user-a',
      outside: 'server',
      scopeWhy: 'server "vault" is not among tickets',
    });
  });

  it('takes a grant for everybody as one for those who call, not for the people behind them', () => {
    const file = grants(
      { servers: ['docs'] },
      { agents: ['agent'], servers: ['github'] },
      { agents: ['boss'], servers: ['crm'] },
    );
    const through = (server: string, sub: string) => judge(file, { ...tool(server, 'get_x'), delegation: [{ sub }] });
    expect(through('github', 'ann').scope).toBe('in');
    expect(through('github', 'boss').scope).toBe('out');
    expect(through('docs', 'boss')).toMatchObject({ scope: 'in', scopeWhy: '' });
    // What is forbidden to somebody is forbidden to those who act for them, granted anything or not.
    const forbidden = grants({ servers: ['docs'] }, { id: 'no', effect: 'deny', agents: ['eve'] });
    expect(judge(forbidden, { ...tool('docs', 'get_x'), delegation: [{ sub: 'eve' }] })).toMatchObject({
      scope: 'out',
      via: 'eve',
      outside: 'denied',
      scopeWhy: 'denied by no',
    });
  });

  it('says nothing against a call that the principal of an ungoverned agent may make', () => {
    const file = grants({ agents: ['boss'], servers: ['crm'] });
    const through = (server: string) => judge(file, { ...tool(server, 'get_x'), delegation: [{ sub: 'boss' }] });
    expect(through('crm')).toMatchObject({ scope: 'in', grantId: 'g0', scopeWhy: '', governed: false });
    expect(through('vault')).toMatchObject({ scope: 'out', governed: false });
  });

  it('knows a tool by its gateway’s name too: what allows as written out, what forbids by any pattern', () => {
    const of = (grant: Record<string, unknown>, name: string, raw_name: string) =>
      judge(grants(grant), call({ server: { id: 's' }, target: { type: 'tool', name, raw_name } })).scope;
    expect(of({ targets: ['tickets_search'] }, 'search', 'tickets_search')).toBe('in');
    expect(of({ targets: ['search'] }, 'search', 'tickets_search')).toBe('in');
    // A server may be called `get`: its tools are none of those that get something.
    expect(of({ targets: ['get_*'] }, 'delete_all', 'get_delete_all')).toBe('out');
    const forbidden = (raw_name: string) =>
      judge(
        grants({}, { effect: 'deny', targets: ['iam_*'] }),
        call({ target: { type: 'tool', name: 'create_user', raw_name } }),
      ).scope;
    expect([forbidden('iam_create_user'), forbidden('crm_create_user')]).toEqual(['out', 'in']);
  });

  it('takes an address without a path for all that lies below it, where it forbids or is `*`', () => {
    const scopes = (effect: string, pattern: string, name: string) =>
      judge(
        grants({ id: 'g', agents: ['*'], targets: [pattern], effect }),
        call({ method: 'resources/read', target: { type: 'resource', name } }),
      ).scope;
    for (const [pattern, name] of [
      ['https://evil.example', 'https://evil.example/x?y'],
      ['https://*.evil.example', 'https://a.evil.example/x'],
      ['https://*', 'https://evil.example:8443/x'],
      ['policy://*', 'policy://handbook/invoice'],
    ] as const)
      expect([pattern, scopes('deny', pattern, name)]).toEqual([pattern, 'out']);
    expect(scopes('allow', 'policy://*', 'policy://handbook/invoice')).toBe('in');
    expect(scopes('allow', 'note://team-*', 'note://team-a/x')).toBe('in');
    expect(scopes('allow', 'note://team-*', 'note://other/team-a')).toBe('out');
    expect(scopes('allow', 'https://*', 'https://a.example/x')).toBe('in');
    // A host that is named is no more than it says.
    expect(scopes('allow', 'https://ok.example', 'https://ok.example/x')).toBe('out');
    expect(scopes('allow', 'https://ok*', 'https://ok.evil.example/x')).toBe('out');
    expect(scopes('deny', 'https://evil.example', 'https://ok.example/evil.example')).not.toBe('out');
  });
  it('reads an expression as anchored, unless it says otherwise', () => {
    const of = (regex: string, name: string) => judge(grants({ targets: [{ regex }] }), tool('s', name)).scope;
    expect([of('merge_.*', 'merge_x'), of('merge_.*', 'x_merge_x'), of('merge', 'merge_x')]).toEqual([
      'in',
      'out',
      'out',
    ]);
    expect([of('^merge_', 'merge_x'), of('^merge_', 'x_merge_'), of('_x$', 'merge_x')]).toEqual(['in', 'out', 'in']);
    expect(() => of('a)|(b', 'a')).toThrow();
    // Flags stand before the anchor; an anchor within would bind nothing, and a denial never bite.
    expect([of('(?i)^(drop|delete)_', 'Drop_table'), of('(?i)^(drop|delete)_', 'x_drop_')]).toEqual(['in', 'out']);
    for (const within of ['(^drop_|^delete_)', '(?:^drop_)', '(drop$|delete$)', '(\\Adrop_)', 'x(?i)^a'])
      expect(() => of(within, 'drop_')).toThrow('an anchor stands within it');
    for (const plain of ['[^_]+', 'a\\^b', 'a\\$b', '[[:alpha:]^$]+', '\\Q^$\\E'])
      expect(() => of(plain, '!')).not.toThrow();
    expect([of('.*(?:^a|b$).*', 'ax'), of('.*(?:^a|b$).*', 'xa')]).toEqual(['in', 'out']);
    expect([of('^a|b', 'xb'), of('(a+)+', `${'a'.repeat(40)}!`)]).toEqual(['out', 'out']);
  });
});

describe('charters and announced changes', () => {
  const file = grantsFileSchema.parse({
    charters: [
      {
        agents: ['support-*'],
        purpose: 'tickets',
        max_class: 'write',
        servers: ['tickets'],
        owner: 'ann@acme.example',
      },
    ],
    changes: [{ agents: ['support-1'], from: iso(AT), to: iso(AT + DAY), reason: 'CRM roll-out' }],
  });
  const compiled = compileGrants(file);
  const body = (server: string) => ({
    ...tool(server, 'get_x'),
    agent: { id: 'support-1', id_basis: 'none' as const },
  });

  it('counts the day that a change ends on to its end', () => {
    const day = iso(AT).slice(0, 10);
    const { changes } = grantsFileSchema.parse({ changes: [{ agents: ['x'], from: day, to: day, reason: 'release' }] });
    const through = compileGrants({ grants: [], charters: [], changes });
    const start = Date.parse(day);
    expect([start - 1, start, start + DAY - 1, start + DAY].map((at) => announced(through, 'x', at) !== null)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('names the owner, the breach and the change', () => {
    expect(ownerOf(compiled, 'support-9')).toBe('ann@acme.example');
    expect(ownerOf(compiled, 'other')).toBeUndefined();
    expect(charterBreach(compiled, body('tickets'), 'read')).toBe('');
    expect(charterBreach(compiled, body('crm'), 'read')).toBe('server crm is not among tickets (it is for: tickets)');
    expect(charterBreach(compiled, body('tickets'), 'secret')).toBe('class secret is above write (it is for: tickets)');
    expect(charterBreach(compiled, tool('crm', 'x'), 'identity')).toBe('');
    expect(announced(compiled, 'support-1', AT)?.reason).toBe('CRM roll-out');
    expect(announced(compiled, 'support-1', AT + DAY)).toBeNull();
    expect(announced(compiled, 'support-2', AT)).toBeNull();
  });
});
