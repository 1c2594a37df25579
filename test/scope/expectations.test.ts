import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { call, grants, judge, tool } from './support.ts';

const arg = (key: string, pattern: unknown, value: unknown, effect: 'allow' | 'deny' = 'allow') =>
  effect === 'allow'
    ? judge(grants({ args: { [key]: [pattern] } }), tool('s', 't', { [key]: value })).scope
    : judge(grants({}, { effect, args: { [key]: [pattern] } }), tool('s', 't', { [key]: value })).scope;

/** What an operator who writes the pattern means to cover, and not. */
type Row = [key: string, pattern: unknown, covered: unknown[], not: unknown[]];
const allows: Row[] = [
  [
    'path',
    '/srv/app/*',
    ['/srv/app/a', '/srv/app/a/b', '/srv/app/x/../a', '/srv/app//a', '/srv/app/.github/x'],
    ['/srv/app2/x', '/srv/app/../x', '/etc/passwd', '/srv/app-x'],
  ],
  ['path', '/srv/app/', ['/srv/app', '/srv/app/'], ['/srv/apps']],
  ['path', '/srv/app/**', ['/srv/app/a', '/srv/app/a/b'], ['/srv/appx']],
  ['path', './docs/*', ['docs/a.md', './docs/a.md'], ['docs/../a', '/docs/a']],
  ['path', 'C:\\work\\*', ['C:\\work\\a', 'C:/work/a'], ['C:\\other']],
  ['path', '*.md', ['a.md', 'docs/a.md'], ['a.txt', 'a.md.exe']],
  ['path', '/srv/app', ['/srv/app', '/srv/app/'], ['/srv/app/x']],
  ['path', '~/notes/*', ['~/notes/a'], ['~/other']],
  ['path', '/srv/My Files/*', ['/srv/My Files/a b.txt'], ['/srv/x']],
  ['path', '*', ['/etc/passwd'], []],
  [
    'url',
    'https://api.acme.example/*',
    [
      'https://api.acme.example/v1',
      'https://API.acme.example/v1?x=1',
      'https://api.acme.example/',
      'https://api.acme.example',
      'https://api.acme.example:443/x',
    ],
    [
      'https://api.acme.example.evil.example/',
      'http://api.acme.example/x',
      'https://evil.example/?https://api.acme.example/',
      'https://api.acme.example@evil.example/',
      'https://api.acme.example:8443/x',
    ],
  ],
  [
    'url',
    'https://*.acme.example/*',
    ['https://a.acme.example/x', 'https://a.b.acme.example/x', 'https://a.acme.example'],
    ['https://acme.example/x', 'https://evil.example/.acme.example/x'],
  ],
  [
    'url',
    'https://acme.example',
    ['https://acme.example', 'https://acme.example/'],
    ['https://acme.example.evil.example'],
  ],
  [
    'url',
    '*.acme.example',
    ['https://a.acme.example/x', 'a.acme.example', 'https://a.acme.example'],
    ['https://acme.example.evil.example', 'https://evil.example/a.acme.example'],
  ],
  ['url', 'acme.example', ['https://acme.example/x', 'acme.example', 'http://acme.example'], ['https://evil.example']],
  ['host', '10.0.0.*', ['10.0.0.7', '10.0.0.200'], ['10.0.1.7', '10.0.0.7.evil.example']],
  ['host', 'db.acme.example', ['db.acme.example', 'DB.acme.example', 'db.acme.example.'], ['db.acme.example.evil']],
  ['host', 'db.acme.example:5432', ['db.acme.example:5432'], ['db.acme.example:22', 'db.acme.example']],
  ['host', 'localhost', ['localhost'], ['127.0.0.1', 'localhost.evil.example']],
  ['hostname', '*.internal', ['a.internal'], ['internal', 'a.internal.evil.example']],
  ['repo', 'acme/*', ['acme/site', 'acme/site.git'], ['acmeevil/site', 'evil/acme', 'acme']],
  ['repo', 'site', ['site'], ['acme/site', 'site2']],
  ['repository', 'acme/site', ['acme/site'], ['acme/site2', 'evil/acme/site']],
  ['owner', 'acme', ['acme'], ['acme2', 'evil']],
  [
    'to',
    '*@acme.example',
    [
      'bob@acme.example',
      'Bob <bob@acme.example>',
      'bob@ACME.example',
      'a@acme.example, b@acme.example',
      ['a@acme.example', 'b@acme.example'],
    ],
    [
      'bob@acme.example.evil.example',
      'bob@evil.example',
      'a@acme.example, b@evil.example',
      ['a@acme.example', 'b@evil.example'],
    ],
  ],
  [
    'to',
    'bob@acme.example',
    ['bob@acme.example', 'Bob@acme.example'],
    ['alice@acme.example', 'bob@acme.example,eve@x.example'],
  ],
  ['recipients', '*@acme.example', [['a@acme.example'], 'a@acme.example;b@acme.example'], ['eve@x.example']],
  ['to', '*@*.acme.example', ['a@eu.acme.example'], ['a@acme.example', 'a@evil.example']],
  ['channel', '#support', ['#support'], ['#general', 'support']],
  ['channel', 'C0*', ['C012', 'C0ABC'], ['D012']],
  ['amount', '42', [42, '42'], [43, '420']],
  ['limit', '?', [5], [10, -5]],
  ['limit', { regex: '[0-9]{1,2}' }, [5, 50], [500, -5]],
  ['dry_run', 'true', [true, 'true'], [false]],
  ['branch', 'release/*', ['release/1.0', 'release/a/b'], ['main', 'releases/1']],
  ['branch', 'main', ['main'], ['main2', 'Main']],
  ['namespace', 'team-*', ['team-a'], ['kube-system']],
  ['env', 'staging', ['staging'], ['production']],
  ['table', 'sales.*', ['sales.orders'], ['hr.salaries', 'sales_x.a']],
  ['bucket', 's3://acme-public/*', ['s3://acme-public/a/b'], ['s3://acme-private/a']],
  ['id', 'INC-*', ['INC-12'], ['CHG-1']],
  ['title', 'Weekly report*', ['Weekly report 12'], ['Other']],
  ['labels', 'team/*', [['team/a', 'team/b'], 'team/a'], [['team/a', 'prio']]],
  ['query', 'project = ACME*', ['project = ACME AND status = Open'], ['project = HR']],
];

const denials: Row[] = [
  [
    'path',
    '/etc',
    ['/etc', '/etc/passwd', '/etc/ssh/x', '//etc/passwd', '/srv/../etc/passwd', '/ETC/passwd', 'cat /etc/passwd'],
    ['/srv/etc-docs', '/etcetera', '/home/etc'],
  ],
  ['path', '/etc/', ['/etc', '/etc/passwd'], ['/srv']],
  ['path', '/etc/*', ['/etc/passwd', '/etc/a/b'], ['/srv']],
  ['path', '~/.ssh', ['~/.ssh', '~/.ssh/id_rsa'], ['~/notes']],
  ['path', 'C:\\Windows', ['C:\\Windows\\System32', 'c:/windows/x', 'C:\\WINDOWS'], ['C:\\work']],
  ['path', 'secrets', ['secrets', 'secrets/a', './secrets/a'], ['docs/a']],
  ['path', '*.pem', ['a.pem', '/srv/a.pem', '/srv/a.PEM'], ['a.txt']],
  ['path', '.env', ['.env', './.env', '/srv/app/.env', 'app/.env'], ['.envrc', 'docs/env']],
  ['path', 'node_modules', ['node_modules/x', 'app/node_modules/x'], ['src/x']],
  [
    'url',
    'https://evil.example',
    ['https://evil.example', 'https://evil.example/x', 'https://EVIL.example/x?y'],
    ['https://good.example'],
  ],
  [
    'url',
    'evil.example',
    [
      'https://evil.example/x',
      'http://evil.example',
      'evil.example',
      'https://evil.example:8443/x',
      'https://www.evil.example/x',
      'https://u@evil.example/',
    ],
    ['https://notevil.example/', 'https://good.example/evil.example'],
  ],
  ['url', '*.evil.example', ['https://a.evil.example/x'], ['https://good.example']],
  [
    'url',
    'https://acme.example/admin',
    [
      'https://acme.example/admin',
      'https://acme.example/admin/users',
      'https://acme.example/admin?x=1',
      'https://acme.example/x/../admin',
    ],
    ['https://acme.example/administer', 'https://acme.example/'],
  ],
  [
    'url',
    'https://acme.example/admin/*',
    ['https://acme.example/admin/x', 'https://acme.example/admin/'],
    ['https://acme.example/x'],
  ],
  ['url', 'http://*', ['http://a.example/x', 'http://a.example'], ['https://a.example/']],
  [
    'host',
    '169.254.169.254',
    ['169.254.169.254', 'http://169.254.169.254/latest', '169.254.169.254:80', 'http://2852039166/'],
    ['10.0.0.1'],
  ],
  ['host', '10.*', ['10.1.2.3', '10.0.0.1:22'], ['192.168.0.1']],
  ['host', 'localhost', ['localhost', 'LOCALHOST', 'localhost:80', 'http://localhost/'], ['a.example']],
  [
    'repo',
    'acme/secret',
    [
      'acme/secret',
      'ACME/Secret',
      'acme/secret.git',
      'https://github.com/acme/secret',
      'git@github.com:acme/secret.git',
    ],
    ['acme/secret2', 'acme/site'],
  ],
  ['repo', 'acme/*', ['acme/site'], ['other/site']],
  ['repo', 'payroll', ['payroll', 'acme/payroll', 'Payroll'], ['payroll2']],
  [
    'to',
    '*@competitor.example',
    [
      'eve@competitor.example',
      'Eve <eve@Competitor.example>',
      'a@acme.example, eve@competitor.example',
      ['a@acme.example', 'eve@competitor.example'],
    ],
    ['a@acme.example'],
  ],
  ['to', 'competitor.example', ['eve@competitor.example'], ['a@acme.example']],
  ['to', '@competitor.example', ['eve@competitor.example'], ['a@acme.example']],
  ['to', 'eve@x.example', ['eve@x.example', 'EVE@x.example', 'eve+tag@x.example'], ['bob@x.example']],
  ['channel', '#general', ['#general', '#General'], ['#support']],
  ['channel', 'general', ['general', '#general', 'General'], ['generals']],
  ['branch', 'main', ['main', 'Main', 'refs/heads/main', 'origin/main'], ['maintenance', 'feature/main-menu']],
  ['env', 'production', ['production', 'Production', ' production '], ['preproduction']],
  ['amount', '1000', [1000, '1000', 1000.0], [100]],
  ['force', 'true', [true, 'true', 'True'], [false]],
  ['command', 'rm *', ['rm -rf /', 'rm x'], ['ls']],
  ['command', 'rm', ['rm -rf /', 'cd / && rm -rf x', ['rm', '-rf', '/']], ['ls', 'farm list']],
  ['command', '*sudo*', ['sudo rm', 'x | sudo sh'], ['ls']],
  ['table', 'hr.*', ['hr.salaries', 'HR.salaries'], ['sales.x']],
  ['table', 'salaries', ['salaries', 'Salaries'], ['salaries_2020']],
];

/** Networks, domains of mail and names of files, as operators write them. */
allows.push(
  ['host', '10.0.0.0/8', ['10.1.2.3', '10.1.2.3:80'], ['10.1.2.3:22', '11.0.0.1', '10.1.2.3.nip.example']],
  [
    'to',
    'acme.example',
    ['bob@acme.example', 'a@acme.example; b@acme.example'],
    ['bob@evil.example', 'a@acme.example, b@evil.example'],
  ],
  ['to', '@acme.example', ['bob@acme.example'], ['bob@evil.example']],
  ['to', 'v1.2', ['v1.2'], ['v1.3']],
);
denials.push(
  ['url', '169.254.0.0/16', ['http://169.254.169.254/latest', 'http://0xa9fea9fe/'], ['http://10.0.0.1/']],
  ['path', '/', ['/etc', '/'], []],
  ['filename', '*.key', ['a.key', 'x/b.key'], ['a.txt']],
  ['ref', 'main', ['refs/heads/main', 'main'], ['refs/heads/main2']],
);

/** What a tool that is given no scheme, or one that upgrades it, will reach; what `git push` takes for a branch. */
denials.push(
  [
    'url',
    'https://evil.example/*',
    ['https://evil.example/x', 'evil.example/x', '//evil.example/x', 'http://evil.example/x'],
    ['https://good.example/x', 'ftp://evil.example/x'],
  ],
  ['url', 'http://evil.example', ['https://evil.example/x', 'evil.example'], ['https://good.example']],
  ['url', 'wss://evil.example', ['ws://evil.example/x'], ['https://evil.example/x']],
  ['url', 'https://*', ['https://a.example', 'http://a.example', 'a.example/x'], ['ftp://a.example']],
  [
    'branch',
    'main',
    ['HEAD:main', '+main', 'HEAD:refs/heads/main', '+refs/heads/main'],
    ['main:feature', '+maintenance'],
  ],
  ['refspec', 'main', ['HEAD:main'], ['main:x']],
);
/** A pattern of a command speaks of one command: what a shell makes of more is another's. */
allows.push(
  [
    'command',
    'git status*',
    ['git status', 'git status -s', 'git status; git status -s', 'git status 2>&1', 'git status 2>/dev/null'],
    [
      'git status; x',
      'git status | x',
      'git status && rm -rf x',
      'git status & sh',
      'git status $(id)',
      'git status `id`',
      'git status > /etc/x',
      'git status < /etc/x',
      'git status\nrm x',
    ],
  ],
  [
    'command',
    '/usr/bin/git status*',
    ['/usr/bin/git status -s'],
    ['/usr/bin/git status && rm x', '/usr/bin/git status; rm x'],
  ],
  [
    'script',
    'npm test && npm run *',
    ['npm test && npm run build'],
    ['npm test && npm run build; rm x', 'npm test && npm run build | sh'],
  ],
  ['query', 'a*', ['a > b && c'], ['b']],
);

const shown = (key: string, pattern: unknown, value: unknown) =>
  `${key}: ${JSON.stringify(pattern)} and ${JSON.stringify(value)}`;
const cases = (rows: Row[]) =>
  rows.flatMap(([key, pattern, covered, not]) => [
    ...covered.map((value) => [shown(key, pattern, value), key, pattern, value, true] as const),
    ...not.map((value) => [shown(key, pattern, value), key, pattern, value, false] as const),
  ]);

describe('what an operator means by a pattern', () => {
  it.each(cases(allows))('allows %s', (_, key, pattern, value, covered) => {
    expect(arg(key, pattern, value)).toBe(covered ? 'in' : 'out');
  });
  it.each(cases(denials))('forbids %s', (_, key, pattern, value, covered) => {
    expect(arg(key, pattern, value, 'deny')).toBe(covered ? 'out' : 'in');
  });
});

it('says maybe where a denied name may hide in a value without one meaning', () => {
  expect(arg('path', '.env', '$(cat x)', 'deny')).toBe('maybe');
});

it('names what failed, and what would have fitted', () => {
  const why = (grant: Record<string, unknown>, body: CanonicalEvent) => judge(grants(grant), body).scopeWhy;
  expect(why({ servers: ['tickets'] }, tool('vault', 't'))).toBe('server "vault" is not among tickets');
  expect(why({ targets: ['get_*'] }, tool('s', 'delete_x'))).toBe('target "delete_x" is not among get_*');
  expect(why({ args: { path: ['/srv/app/*'] } }, tool('s', 't', { path: '/srv/app/' }))).toBe(
    'args.path "/srv/app/" is not among /srv/app/*, which is what lies in it',
  );
});

type Named = [what: string, grant: Record<string, unknown>, over: Partial<CanonicalEvent>, scope: 'in' | 'out'];
const deny = { effect: 'deny' };
const named: Named[] = [
  ['server', { servers: ['github'] }, { server: { id: 'github' } }, 'in'],
  ['server by its name', { servers: ['github'] }, { server: { id: 'srv-1', name: 'github' } }, 'out'],
  ['server glob', { servers: ['prod-*'] }, { server: { id: 'prod-db' } }, 'in'],
  ['denied server', { ...deny, servers: ['vault'] }, { server: { id: 'Vault' } }, 'out'],
  ['denied server by its name', { ...deny, servers: ['vault'] }, { server: { id: 'srv-1', name: 'vault' } }, 'out'],
  ['target', { targets: ['get_*'] }, { target: { type: 'tool', name: 'get_x' } }, 'in'],
  ['denied target', { ...deny, targets: ['delete_*'] }, { target: { type: 'tool', name: 'Delete_x' } }, 'out'],
  ['method', { methods: ['tools/call'] }, {}, 'in'],
  ['methods', { methods: ['tools/*'] }, {}, 'in'],
  ['other method', { methods: ['resources/*'] }, {}, 'out'],
  [
    'resource below',
    { targets: ['file:///srv/app/*'] },
    { method: 'resources/read', target: { type: 'resource', name: 'file:///srv/app/a/b' } },
    'in',
  ],
  [
    'denied resource below',
    { ...deny, targets: ['file:///etc'] },
    { method: 'resources/read', target: { type: 'resource', name: 'file:///etc/passwd' } },
    'out',
  ],
  ['task', { tasks: ['release/*'] }, { task: { id: 'release/1.2' } }, 'in'],
  ['task below', { tasks: ['release/*'] }, { task: { id: 'release/1/2' } }, 'in'],
  ['other task', { tasks: ['release/*'] }, { task: { id: 'hotfix/1' } }, 'out'],
  ['denied task', { ...deny, tasks: ['release'] }, { task: { id: 'Release' } }, 'out'],
  ['intent', { intents: ['*invoice*'] }, { task: { id: '1', intent: 'pay the invoice/receipt' } }, 'in'],
  ['intent in other case', { intents: ['*invoice*'] }, { task: { id: '1', intent: 'Invoice run' } }, 'out'],
  ['principal', { on_behalf_of: ['user:*@acme.example'] }, { user: { email: 'ann@acme.example' } }, 'in'],
  ['principal without user:', { on_behalf_of: ['*@acme.example'] }, { user: { email: 'ann@acme.example' } }, 'in'],
  ['principal in capitals', { on_behalf_of: ['ann@acme.example'] }, { user: { email: 'Ann@Acme.example' } }, 'in'],
  ['principal by id', { on_behalf_of: ['u-12'] }, { user: { id: 'u-12' } }, 'in'],
  [
    'other principal',
    { on_behalf_of: ['*@acme.example'] },
    { user: { email: 'ann@acme.example.evil.example' } },
    'out',
  ],
  ['denied principal', { ...deny, on_behalf_of: ['guest*'] }, { user: { id: 'guest-1' } }, 'out'],
  [
    'denied principal of the chain',
    { ...deny, on_behalf_of: ['*@evil.example'] },
    { delegation: [{ iss: 'i', sub: 'eve@evil.example' }] },
    'out',
  ],
];

it.each(named)('%s', (_, grant, over, scope) => {
  const file = grant.effect === 'deny' ? grants({}, grant) : grants(grant);
  expect(judge(file, call(over)).scope).toBe(scope);
});
