import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grantsFileSchema } from '../../schemas/grant.ts';
import type { ImportOptions } from '../../src/grants/import/format.ts';
import { importGrants } from '../../src/grants/import/index.ts';
import { call, judge } from '../scope/support.ts';

const read = (format: string, text: string, options: Partial<ImportOptions> = {}) =>
  importGrants(format, text, { source: 'test', ...options });
const scopeOf = (grants: unknown[], agent: string, server: string, name: string, method = 'tools/call') =>
  judge(
    grantsFileSchema.parse({ grants }),
    call({ agent: { id: agent, id_basis: 'bot' }, server: { id: server }, method, target: { type: 'tool', name } }),
  ).scope;

describe('imports', () => {
  it('teleport: names, globs and expressions, deny over allow', () => {
    const role = `kind: role
version: v8
metadata: { name: mcp-readonly }
spec:
  allow: { app_labels: { '*': '*' }, mcp: { tools: [search, "get_*", "^list_.*$"] } }
  deny: { mcp: { tools: [get_secret] } }`;
    const { grants, notes } = read('teleport', role, { groups: { 'mcp-readonly': ['ops-*'] } });
    expect(notes).toEqual([]);
    const of = (name: string, agent = 'ops-1') => scopeOf(grants, agent, 'tickets', name);
    expect([of('search'), of('get_ticket'), of('list_all')]).toEqual(['in', 'in', 'in']);
    expect([of('get_secret'), of('xlist_all'), of('delete')]).toEqual(['out', 'out', 'out']);
    expect(of('search', 'other')).toBe('ungoverned');
    expect(() => read('teleport', role)).toThrow('say --agents PATTERN or --group mcp-readonly=PATTERN');
    const labelled = read('teleport', role.replace("'*': '*'", 'env: prod'), { agents: ['a'] });
    expect(scopeOf(labelled.grants, 'a', 'tickets', 'search')).toBe('maybe');
    expect(labelled.notes[0]).toContain('app_labels');
  });

  it('teleport: an expression over labels is a condition, a trait may be any name, no labels open nothing', () => {
    const role = (spec: string, options: Partial<ImportOptions> = {}) =>
      read('teleport', `kind: role\nversion: v8\nmetadata: { name: r }\nspec: ${spec}`, { agents: ['a'], ...options });
    const of = (spec: string, name: string, options: Partial<ImportOptions> = {}) =>
      scopeOf(role(spec, options).grants, 'a', 'tickets', name);
    const all = "app_labels: { '*': ['*'] }";
    const expression = '{ allow: { app_labels_expression: \'labels["env"] == "dev"\', mcp: { tools: [x] } } }';
    expect([of(expression, 'x'), of(expression, 'x', { servers: ['tickets'] })]).toEqual(['maybe', 'in']);
    expect(role('{ allow: { mcp: { tools: ["*"] } } }')).toMatchObject({
      grants: [],
      notes: [expect.stringContaining('opens no server')],
    });
    const traits = `{ allow: { ${all}, mcp: { tools: [x, "{{internal.mcp_tools}}", "^{{external.t}}_get$"] } } }`;
    expect([of(traits, 'x'), of(traits, 'y')]).toEqual(['in', 'maybe']);
    const denied = `{ allow: { ${all}, mcp: { tools: ["*"] } }, deny: { mcp: { tools: ["drop_{{external.t}}", "^wipe|purge$"] } } }`;
    expect(['drop_x', 'wipe_all', 'to_purge', 'x'].map((name) => of(denied, name))).toEqual([
      'maybe',
      'out',
      'out',
      'in',
    ]);
  });

  it('teleport: a tool that is denied is denied on every server, and denied labels close all of theirs', () => {
    const role = (deny: string) =>
      read(
        'teleport',
        `kind: role\nmetadata: { name: r }\nspec: { allow: { app_labels: { '*': '*' }, mcp: { tools: ['*'] } }, deny: ${deny} }`,
        { agents: ['a'], servers: ['tickets'] },
      ).grants;
    const both = role('{ app_labels: { env: prod }, mcp: { tools: [drop] } }');
    expect([scopeOf(both, 'a', 'tickets', 'drop'), scopeOf(both, 'a', 'tickets', 'get')]).toEqual(['out', 'maybe']);
    expect(scopeOf(role("{ app_labels: { '*': '*' } }"), 'a', 'tickets', 'get')).toBe('out');
  });

  it('kong: an acl of its own in place of the default', () => {
    const { grants } = read(
      'kong',
      `plugins:
- name: ai-mcp-proxy
  route: mcp-route
  config:
    mode: conversion-listener
    default_acl: [{ scope: tools, allow: [agents], deny: [suspended] }]
    tools: [{ name: tickets-get }, { name: tickets-close, acl: { allow: [ops-agent] } }]`,
      { groups: { agents: ['a-*'] } },
    );
    const of = (agent: string, name: string) => scopeOf(grants, agent, 'mcp-route', name);
    expect([of('a-1', 'tickets-get'), of('a-1', 'tickets-close'), of('ops-agent', 'tickets-close')]).toEqual([
      'in',
      'out',
      'in',
    ]);
    expect(of('suspended', 'tickets-get')).toBe('out');
  });

  it('kong: who is in a group is read where the file says so, and a default that applies to nothing is told', () => {
    const file = (acl: string) => `consumers: [{ username: alice, groups: [{ name: admin }] }]
consumer_groups: [{ name: admin, consumers: [{ username: bob }] }]
plugins:
- name: ai-mcp-proxy
  route: mcp-route
  config:
    mode: conversion-listener
    default_acl: [{ scope: tools, allow: [admin] }]
    tools: [{ name: close${acl} }]`;
    const { grants } = read('kong', file(''));
    expect(grants.map(({ agents }) => agents)).toEqual([['alice', 'bob']]);
    const { notes } = read('kong', file(', acl: { allow: [admin] }'), { servers: ['tickets'] });
    expect(notes).toEqual([expect.stringContaining('default_acl is left out')]);
  });

  it('kong: a plugin that is switched off grants nothing, a name in the file means itself', () => {
    const plugin = (more: string) => `consumers: [{ username: "a*", groups: [{ name: ops }] }]
plugins: [{ name: ai-mcp-proxy, route: r, ${more} config: { tools: [{ name: "get*", acl: { allow: [ops, "*"] } }] } }]`;
    expect(read('kong', plugin('enabled: false,'))).toEqual({
      grants: [],
      notes: [expect.stringContaining('switched off')],
    });
    const { grants } = read('kong', plugin(''));
    const of = (agent: string, name: string) => scopeOf(grants, agent, 'r', name);
    expect([of('a*', 'get*'), of('a*', 'get_x'), of('abc', 'get*'), of('*', 'get*')]).toEqual([
      'in',
      'out',
      'ungoverned',
      'in',
    ]);
  });

  it('kong: a tool without a name is left out, and said to be', () => {
    const tools =
      '[{ acl: { allow: [ops] } }, { description: x }, { name: get, acl: { allow: [ops] } }, { name: put }]';
    const { grants, notes } = read(
      'kong',
      `plugins: [{ name: ai-mcp-proxy, route: r, config: { default_acl: [{ scope: tools, allow: [all] }], tools: ${tools} } }]`,
    );
    expect(grantsFileSchema.parse({ grants }).grants.map(({ targets }) => targets)).toEqual([['get'], ['put']]);
    expect(notes).toContainEqual(expect.stringContaining('2 of its tools left out'));
  });

  it('two rules whose names make the same id can be told apart, as a file of grants wants it', () => {
    const tools =
      '[{ name: get x, acl: { allow: [a] } }, { name: get/x, acl: { allow: [b] } }, { name: get-x, acl: { allow: [c] } }]';
    const { grants } = read('kong', `plugins: [{ name: ai-mcp-proxy, route: r, config: { tools: ${tools} } }]`);
    expect(grants.map(({ id }) => id)).toEqual(['kong-r-get-x-allow', 'kong-r-get-x-allow-2', 'kong-r-get-x-allow-3']);
  });

  it('csv: a quote within a cell and a column that is there twice are told: part of the row was lost', () => {
    expect(() => read('csv', 'agent,tool\na,b\na,drop "all" of it\n')).toThrow('csv: line 3: a quote within a cell');
    expect(() => read('csv', 'agent,tool\na,"drop" it\n')).toThrow('csv: line 2: a quote within a cell');
    expect(() => read('csv', 'agent,tool,target\na,x,y\n')).toThrow('csv: there are two columns of targets');
  });

  it('csv: cells too many and a quote left open are told with their place', () => {
    expect(() => read('csv', 'agent,server\na,b\nc,d,e\n')).toThrow('line 3: 3 cells under 2 columns');
    expect(() => read('csv', 'agent,server\n"a,b\n')).toThrow('a quote is opened and never closed');
    expect(() => read('csv', 'agent,server\n\n"a;\nb",x\n\nc,d,e\n')).toThrow('line 6: 3 cells under 2 columns');
  });

  it('toolhive: a client is the subject of the token, whatever program uses it; a tool may have its gateway name', () => {
    const { grants } = read(
      'toolhive',
      JSON.stringify({
        type: 'cedarv1',
        cedar: {
          policies: [
            'permit(principal == Client::"idp|7731", action == Action::"call_tool", resource == Tool::"tickets_search");',
          ],
        },
      }),
    );
    const of = (agent: string, name: string, raw_name: string) =>
      judge(
        grantsFileSchema.parse({ grants }),
        call({
          agent: { id: agent, id_basis: 'subject' },
          server: { id: 'tickets' },
          target: { type: 'tool', name, raw_name },
        }),
      ).scope;
    expect(of('ops-agent@idp|7731', 'search', 'tickets_search')).toBe('in');
    expect(of('idp|7731', 'search', 'tickets_search')).toBe('in');
    expect(of('idp|7731', 'close', 'tickets_close')).toBe('out');
    expect(of('ops-agent@idp|77312', 'search', 'tickets_search')).toBe('ungoverned');
  });

  it('envoy: tools by backend, and what the token must say as a condition', () => {
    const route = (rule: string) => `kind: MCPRoute
metadata: { name: ops }
spec: { securityPolicy: { authorization: { defaultAction: Deny, rules: [${rule}] } } }`;
    const exact = read('envoy', route('{ target: { tools: [{ backend: tickets, tool: search }] } }'), {
      agents: ['a'],
    });
    expect(scopeOf(exact.grants, 'a', 'tickets', 'search')).toBe('in');
    expect(scopeOf(exact.grants, 'a', 'tickets', 'close')).toBe('out');
    const scoped = read(
      'envoy',
      route('{ source: { jwt: { scopes: [r] } }, target: { tools: [{ backend: tickets, tool: search }] } }'),
      { agents: ['a'] },
    );
    expect(scopeOf(scoped.grants, 'a', 'tickets', 'search')).toBe('maybe');
  });

  it('envoy: what a route leaves open is open on its own backends alone, and a name means itself', () => {
    const route = (spec: string, options: Partial<ImportOptions> = {}) =>
      read('envoy', `kind: MCPRoute\nmetadata: { name: ops }\nspec: ${spec}`, { agents: ['a'], ...options }).grants;
    const open = route(`{ backendRefs: [{ name: tickets }, { name: crm }],
      securityPolicy: { authorization: { defaultAction: Allow, rules: [{ action: Deny, target: { tools: [{ backend: crm, tool: wipe }] } }] } } }`);
    const of = (grants: unknown[], server: string, name: string) => scopeOf(grants, 'a', server, name);
    expect([of(open, 'tickets', 'x'), of(open, 'crm', 'x'), of(open, 'crm', 'wipe')]).toEqual(['in', 'in', 'out']);
    expect(of(open, 'vault', 'x')).toBe('out');
    const rule = '{ securityPolicy: { authorization: { rules: [{ action: Allow }] } } }';
    expect([of(route(rule), 'ops', 'x'), of(route(rule), 'vault', 'x')]).toEqual(['in', 'out']);
    expect(of(route(rule, { servers: ['crm'] }), 'crm', 'x')).toBe('in');
    const some = `{ backendRefs: [{ name: crm, toolSelector: { include: [get] } }],
      securityPolicy: { authorization: { defaultAction: Allow } } }`;
    expect(of(route(some), 'crm', 'x')).toBe('maybe');
    const star =
      '{ securityPolicy: { authorization: { rules: [{ target: { tools: [{ backend: b, tool: "*" }] } }] } } }';
    expect(of(route(star), 'b', 'x')).toBe('out');
  });

  it('envoy: the first rule that fits decides', () => {
    const tools = (...names: string[]) =>
      `target: { tools: [${names.map((name) => `{ backend: crm, tool: ${name} }`).join(', ')}] }`;
    const route = (action: string, ...rules: string[]) => {
      const made = read(
        'envoy',
        `kind: MCPRoute\nmetadata: { name: ops }\nspec: { backendRefs: [{ name: crm }, { name: tickets }],
          securityPolicy: { authorization: { defaultAction: ${action}, rules: [${rules.map((rule) => `{ ${rule} }`).join(', ')}] } } }`,
        { agents: ['a'] },
      );
      const of = (server: string, name: string) => scopeOf(made.grants, 'a', server, name);
      return { all: [of('crm', 'get'), of('crm', 'wipe'), of('tickets', 'get')], notes: made.notes };
    };
    const get = `action: Allow, ${tools('get')}`;
    expect(route('Deny', get, `action: Deny, ${tools('get', 'wipe')}`).all).toEqual(['in', 'out', 'out']);
    expect(route('Allow', get, `action: Deny, ${tools('get', 'wipe')}`).all).toEqual(['in', 'out', 'in']);
    expect(route('Allow', get, 'action: Deny').all).toEqual(['in', 'out', 'out']);
    expect(route('Deny', get, 'action: Deny', 'action: Allow').all).toEqual(['in', 'out', 'out']);
    expect(route('Deny', 'action: Allow', `action: Deny, ${tools('wipe')}`).all).toEqual(['in', 'in', 'in']);
    expect(route('Allow', `action: Deny, ${tools('wipe')}`, 'action: Allow').all).toEqual(['in', 'out', 'in']);
    expect(route('Allow', 'action: Deny').all).toEqual(['out', 'out', 'out']);
    const backend = (name: string) => `target: { tools: [{ backend: ${name} }] }`;
    const partly = route('Deny', get, `action: Deny, ${backend('crm')}`, 'action: Allow');
    expect(partly.all).toEqual(['out', 'out', 'in']);
    expect(partly.notes).toContainEqual(expect.stringContaining('rule 2 denies some of what rule 1 allows before it'));
    const asked = route('Deny', `${get}, source: { jwt: { scopes: [r] } }`, `action: Deny, ${tools('get')}`);
    expect(asked.all).toEqual(['out', 'out', 'out']);
    expect(asked.notes).toContainEqual(expect.stringContaining('rule 2 denies some of what rule 1 allows before it'));
  });

  it('kong: what is closed to some alone is open to all others, and said or granted', () => {
    const file = `plugins: [{ name: ai-mcp-proxy, route: r, config: { tools: [{ name: get, acl: { deny: [bad] } }] } }]`;
    expect(read('kong', file).notes).toContainEqual(expect.stringContaining('r/get: open to all but bad'));
    const { grants } = read('kong', file, { agents: ['a-*', 'bad'] });
    expect(['a-1', 'bad', 'other'].map((agent) => scopeOf(grants, agent, 'r', 'get'))).toEqual([
      'in',
      'out',
      'ungoverned',
    ]);
  });

  it('toolhive: simple shapes exactly, the rest as a condition', () => {
    const file = (...policies: string[]) => JSON.stringify({ version: '1.0', type: 'cedarv1', cedar: { policies } });
    const { grants, notes } = read(
      'toolhive',
      file(
        'permit(principal == Client::"agent:ops", action == Action::"call_tool", resource == Tool::"tickets_search");',
        'forbid(principal, action == Action::"call_tool", resource == Tool::"drop");',
        'permit(principal == Client::"agent:ops", action, resource in MCP::"tickets") when { resource.readOnlyHint == true };',
      ),
    );
    const of = (server: string, name: string) => scopeOf(grants, 'agent:ops', server, name);
    expect([of('x', 'tickets_search'), of('x', 'drop'), of('tickets', 'other'), of('x', 'other')]).toEqual([
      'in',
      'out',
      'maybe',
      'out',
    ]);
    expect(scopeOf(grants, 'agent:ops', 'x', 'tickets_search', 'prompts/get')).toBe('out');
    expect(notes.length).toBe(1);
    expect(grants[2]?.condition_raw).toContain('when { resource.readOnlyHint == true }');
    const group = read('toolhive', file('permit(principal in THVGroup::"g", action, resource);'), {
      groups: { g: ['a-*'] },
    });
    expect(scopeOf(group.grants, 'a-1', 'x', 'y')).toBe('in');
  });

  it('toolhive: who may list tools may call none', () => {
    const policies = ['permit(principal, action == Action::"list_tools", resource);'];
    const text = JSON.stringify({ version: '1.0', type: 'cedarv1', cedar: { policies } });
    const { grants, notes } = read('toolhive', text, { agents: ['a'] });
    expect([scopeOf(grants, 'a', 'x', 'y'), notes]).toEqual(['out', []]);
    const list = call({ agent: { id: 'a', id_basis: 'bot' }, method: 'tools/list', target: { type: 'none' } });
    expect(judge(grantsFileSchema.parse({ grants }), list).scope).toBe('in');
  });

  it('toolhive: what stands before a policy, an annotation or a comment, leaves a denial a denial', () => {
    const { grants, notes } = read(
      'toolhive',
      JSON.stringify({
        type: 'cedarv1',
        cedar: {
          policies: [
            '@id("no; drop")\n@audit // never; "ever\nforbid(principal, action == Action::"call_tool", resource == Tool::"a//b");',
            '// all that\'s read\npermit(principal == Client::"a", action == Action::"call_tool", resource); // end',
          ],
        },
      }),
    );
    expect(grants.map(({ effect }) => effect)).toEqual(['deny', 'allow']);
    expect(notes).toEqual([]);
    expect([scopeOf(grants, 'a', 'x', 'a//b'), scopeOf(grants, 'b', 'x', 'c')]).toEqual(['out', 'ungoverned']);
    expect(() =>
      read(
        'toolhive',
        JSON.stringify({ type: 'cedarv1', cedar: { policies: ['deny(principal, action, resource);'] } }),
      ),
    ).toThrow('toolhive: policy 1: permit or forbid is expected');
  });

  it('toolhive: a resource is named as its gateway writes addresses, and a tool of any action is no prompt', () => {
    const of = (policies: string[], method: string, type: 'tool' | 'resource' | 'prompt', name: string) => {
      const { grants } = read('toolhive', JSON.stringify({ type: 'cedarv1', cedar: { policies } }));
      const target = { type, name };
      return judge(grantsFileSchema.parse({ grants }), call({ agent: { id: 'a', id_basis: 'bot' }, method, target }))
        .scope;
    };
    const any = 'permit(principal, action, resource == Tool::"get");';
    expect(of([any], 'tools/call', 'tool', 'get')).toBe('in');
    expect(of([any], 'prompts/get', 'prompt', 'get')).toBe('out');
    const all = 'permit(principal, action, resource);';
    const one = (verb: string) =>
      `${verb}(principal, action == Action::"read_resource", resource == Resource::"file____srv_a_txt");`;
    const reads = (policies: string[], uri: string) => of(policies, 'resources/read', 'resource', uri);
    expect([reads([one('permit')], 'file:///srv/a.txt'), reads([one('permit')], 'file:///srv/b.txt')]).toEqual([
      'in',
      'out',
    ]);
    expect(reads([all, one('forbid')], 'file:///srv/a.txt')).toBe('out');
    expect(of([all, 'forbid(principal, action, resource == Tool::"get");'], 'tools/call', 'tool', 'get')).toBe('out');
  });

  it('csv: lists in a cell, arguments, quotes', () => {
    const { grants } = read(
      'csv',
      'agent,server,tool,args.repo,max_class\r\na;b,github,"get_*;list_*",acme/*,read\n"c,d",x,y,,\n',
    );
    expect(grants).toMatchObject([
      {
        id: 'csv-1',
        agents: ['a', 'b'],
        servers: ['github'],
        targets: ['get_*', 'list_*'],
        args: { repo: ['acme/*'] },
        max_class: 'read',
      },
      { agents: ['c,d'], servers: ['x'], targets: ['y'] },
    ]);
    expect(() => read('csv', 'agent,colour\nx,y')).toThrow('there is no column colour');
    expect(() => read('csv', 'agent,max_class\nx,admin')).toThrow('csv: line 2: max_class');
    expect(() => read('xml', '')).toThrow('no such format; known: teleport, kong, envoy, toolhive, csv');
  });

  it.each(['teleport', 'kong', 'envoy', 'toolhive'])('%s: half of a broken file is not read', (format) => {
    for (const text of ['kind: role\nspec: {\n---\nkind: MCPRoute\n', 'a: b\n\tc: d', 'a: *nobody', '\u001b]0;x: [}'])
      expect(() => read(format, text)).toThrow(/^[a-z]+: (?:line \d+: |Unresolved alias)[ -~]+$/);
  });

  const samples = '../shared/gateway-samples/grants';
  it.skipIf(!existsSync(samples)).each([
    ['teleport', 'teleport-role.yaml', 2],
    ['kong', 'kong-ai-mcp-proxy.yaml', 1],
    ['envoy', 'envoy-mcproute.yaml', 1],
    ['toolhive', 'toolhive-cedar.json', 2],
  ])('reads the sample of %s (skipped where the samples are not there)', (format, file, count) => {
    const { grants } = read(format, readFileSync(`${samples}/${file}`, 'utf8'), { agents: ['a'] });
    expect(grantsFileSchema.parse({ grants }).grants.length).toBe(count);
  });
});
