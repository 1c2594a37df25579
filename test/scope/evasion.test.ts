import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { call, grants, judge, tool } from './support.ts';

/** Tricks to pass a grant. Each row: what it is, and the call. None may be in scope, under the grants beside it. */
const path = (value: unknown) => tool('fs', 'read_file', { path: value });
const repo = (value: unknown) => tool('github', 'create_issue', { repo: value });
const mail = (value: unknown) => tool('mail', 'send_email', { to: value });
const web = (value: unknown) => tool('web', 'fetch', { url: value });
const host = (value: unknown) => tool('web', 'connect', { host: value });
const team = (value: unknown) => tool('chat', 'post', { channel: value });

const ALLOWED = grants(
  { servers: ['fs'], targets: ['read_file'], args: { path: ['/srv/app/*'] } },
  { servers: ['github'], args: { repo: ['acme/*'] } },
  { servers: ['mail'], args: { to: ['*@acme.example'] } },
  { servers: ['web'], targets: ['fetch'], args: { url: ['https://*.acme.example/api/*'] } },
  { servers: ['web'], targets: ['connect'], args: { host: ['*.acme.example'] } },
  { servers: ['chat'], args: { channel: ['team-*'] } },
  { servers: ['res'], methods: ['resources/read'], targets: ['file:///srv/app/*'] },
  { servers: ['tickets'], targets: ['get_*', { regex: '^list_tickets$|^count' }] },
  { servers: ['nested'], args: { 'options.path': ['/srv/app/*'] } },
  { servers: ['crm'], tasks: ['release/*'], on_behalf_of: ['user:*@acme.example'] },
);

const resource = (name: string) =>
  call({ server: { id: 'res' }, method: 'resources/read', target: { type: 'resource', name } });
const crm = (over: Partial<CanonicalEvent>) =>
  call({ server: { id: 'crm' }, task: { id: 'release/1' }, user: { email: 'ann@acme.example' }, ...over });

const honest: [string, CanonicalEvent][] = [
  ['a file', path('/srv/app/a.txt')],
  ['a file below', path('/srv/app/sub/a b.txt')],
  ['a path with a harmless detour', path('/srv/app/x/../a.txt')],
  ['a file with a comma in its name', path('/srv/app/report, final.pdf')],
  ['a list of files', path(['/srv/app/a', '/srv/app/b'])],
  ['a repository', repo('acme/site')],
  ['a recipient', mail('bob@acme.example')],
  ['a recipient with his name', mail('Bob Smith <bob@acme.example>')],
  ['two recipients in one text', mail('bob@acme.example, eve@acme.example')],
  ['an address', web('https://api.acme.example/api/v1?x=1')],
  ['a host in capitals', host('API.ACME.example')],
  ['a channel', team('team-sales')],
  ['a resource', resource('file:///srv/app/x.md')],
  ['a tool', tool('tickets', 'get_ticket')],
  ['a tool by expression', tool('tickets', 'count_open')],
  ['a nested argument', tool('nested', 'open', { options: { path: '/srv/app/a' } })],
  ['a call in its context', crm({})],
];

const tricks: [string, CanonicalEvent][] = [
  ['parent', path('/srv/app/../../etc/shadow')],
  ['parent at the end', path('/srv/app/..')],
  ['parent after a detour', path('/srv/app/a/b/../../../../etc/passwd')],
  ['the folder above by its own name', path('/srv/app')],
  ['the folder itself with a slash', path('/srv/app/')],
  ['double slash', path('//etc//shadow')],
  ['double slash and parent', path('/srv/app//..//..//etc/shadow')],
  ['percent-encoded dots', path('/srv/app/%2e%2e/%2e%2e/etc/shadow')],
  ['percent-encoded slash', path('/srv/app/..%2f..%2fetc%2fshadow')],
  ['encoded twice', path('/srv/app/%252e%252e/%252e%252e/etc/shadow')],
  ['encoded six times', path('/srv/app/%252525252525252e%252525252525252e/x')],
  ['percent u encoding', path('/srv/app/%u002e%u002e/%u002e%u002e/etc')],
  ['overlong UTF-8', path('/srv/app/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/shadow')],
  ['mixed case of the folder', path('/SRV/APP/a')],
  ['backslashes', path('/srv/app\\..\\..\\etc\\shadow')],
  ['UNC path', path('\\\\srv\\app\\a')],
  ['full-width dots', path('/srv/app/．．/．．/etc/shadow')],
  ['two-dot leader', path('/srv/app/‥/‥/etc/shadow')],
  ['full-width slash', path('/srv/app/..／..／etc／shadow')],
  ['fraction slash', path('/srv/app/..⁄..⁄etc⁄shadow')],
  ['division slash', path('/srv/app/..∕..∕etc')],
  ['NUL', path('/srv/app/a\u0000/../../etc/shadow')],
  ['encoded NUL', path('/srv/app/a.txt%00.png')],
  ['newline', path('/srv/app/a\n/etc/shadow')],
  ['zero width', path('/srv/app/.\u200b./.\u200b./etc')],
  ['right to left override', path('/srv/app/\u202etxt.exe')],
  ['lone surrogate', path('/srv/app/\ud800')],
  ['three dots', path('/srv/app/.../x')],
  ['dots and blank', path('/srv/app/.. /.. /etc/shadow')],
  ['variable', path('/srv/app/$HOME/../x')],
  ['command substitution', path('/srv/app/$(cat /etc/shadow)')],
  ['backticks', path('/srv/app/`id`')],
  ['braces', path('/srv/app/{a,../../etc/shadow}')],
  ['alternate stream', path('/srv/app/x::$DATA')],
  ['second path after a comma', path('/srv/app/a,/etc/shadow')],
  ['second path after a blank', path('/srv/app/a /etc/shadow')],
  ['second path after a semicolon', path('/srv/app/a;/etc/shadow')],
  ['one bad element', path(['/srv/app/a', '/etc/shadow'])],
  ['nested list', path([['/srv/app/a'], [['/etc/shadow']]])],
  ['empty list', path([])],
  ['null', path(null)],
  ['object in place of a text', path({ toString: '/srv/app/a' })],
  ['relative path', path('srv/app/a')],
  ['leading blank and parent', path(' /srv/app/../../etc')],
  ['file address', path('file:///srv/app/../../etc/shadow')],
  ['root by proc', path('/proc/self/root/etc/shadow')],
  ['written as redacted', path('[redacted:key:0123456789abcdef]')],
  ['argument in other case', tool('fs', 'read_file', { Path: '/srv/app/a' })],
  ['argument beside its like', tool('fs', 'read_file', { path: '/srv/app/a', Path: '/etc/shadow' })],
  ['argument beside its like with a dash', tool('fs', 'read_file', { path: '/srv/app/a', 'pa-th': '/etc/shadow' })],
  ['argument missing', tool('fs', 'read_file', { file: '/srv/app/a' })],
  ['argument of the prototype', tool('fs', 'read_file', JSON.parse('{"__proto__":{"path":"/srv/app/a"}}'))],
  ['nested argument in a list, one missing', tool('nested', 'x', { options: [{ path: '/srv/app/a' }, {}] })],
  ['nested argument beside a bad one', tool('nested', 'x', { options: [{ path: '/srv/app/a' }, { path: '/etc' }] })],
  ['repository by parent', repo('acme/../evil/x')],
  ['repository encoded', repo('acme%2f..%2fevil/x')],
  ['repository of a like name', repo('acme-evil/x')],
  ['repository in Cyrillic', repo('аcme/site')],
  ['repository as address', repo('https://github.com/evil/acme/x')],
  ['two repositories', repo('acme/a,evil/b')],
  ['recipient with two at', mail('eve@evil.example@acme.example')],
  ['recipient as a list in a text', mail('bob@acme.example,eve@evil.example')],
  ['recipient behind a name', mail('bob@acme.example <eve@evil.example>')],
  ['recipient after a newline', mail('bob@acme.example\nBcc: eve@evil.example')],
  ['recipient of a subdomain trick', mail('eve@acme.example.evil.example')],
  ['recipient without a domain', mail('@evil.example')],
  ['user before the host', web('https://api.acme.example@evil.example/api/x')],
  ['host in the path', web('https://evil.example/.acme.example/api/x')],
  ['host in the query', web('https://evil.example?x=.acme.example/api/')],
  ['host in the fragment', web('https://evil.example#.acme.example/api/')],
  ['host behind a backslash', web('https://evil.example\\.acme.example/api/x')],
  ['path by parent', web('https://api.acme.example/api/../admin')],
  ['path by encoded parent', web('https://api.acme.example/api/%2e%2e/admin')],
  ['path by doubly encoded parent', web('https://api.acme.example/api/%252e%252e/admin')],
  ['plain http', web('http://api.acme.example/api/x')],
  ['other port', web('https://api.acme.example:8443/api/x')],
  ['host with a path', host('evil.example/.acme.example')],
  ['host with a user', host('x@evil.example')],
  ['host as a suffix', host('acme.example.evil.example')],
  ['host of a like name', host('evilacme.example')],
  ['host in look-alike letters', host('api.аcme.example')],
  ['host as a number', host('2130706433')],
  ['two hosts', host('a.acme.example,evil.example')],
  ['channel after a comma', team('team-a,admins')],
  ['channel after a newline', team('team-a\nadmins')],
  ['channel by path', team('team-a/../admins')],
  ['resource by parent', resource('file:///srv/app/../../etc/shadow')],
  ['resource encoded', resource('file:///srv/app/%2e%2e/%2e%2e/etc/shadow')],
  ['resource on a host', resource('file://evil/srv/app/x')],
  ['tool in other case', tool('tickets', 'GET_ticket')],
  ['tool with a blank before', tool('tickets', ' get_ticket')],
  ['tool with a newline', tool('tickets', 'get_\ndelete')],
  ['tool in full width', tool('tickets', 'ｇet_ticket')],
  ['tool that only begins alike', tool('tickets', 'list_tickets_and_delete')],
  ['tool that only holds it', tool('tickets', 'x_count')],
  ['server in other case', tool('Tickets', 'get_ticket')],
  ['server with a prefix', tool('my-tickets', 'get_ticket')],
  ['no task', crm({ task: {} })],
  ['task of another name', crm({ task: { id: 'hotfix/release/1' } })],
  ['task by parent', crm({ task: { id: 'release/../prod' } })],
  ['nobody behind', crm({ user: {} })],
  ['a stranger behind', crm({ user: { email: 'eve@evil.example' } })],
  ['a stranger with two at', crm({ user: { email: 'eve@evil.example@acme.example' } })],
];

describe('tricks to pass an allow grant', () => {
  it.each(honest)('lets through: %s', (_, body) => {
    expect(judge(ALLOWED, body)).toMatchObject({ scope: 'in' });
  });
  it('is a table of at least sixty', () => expect(tricks.length).toBeGreaterThanOrEqual(60));
  it.each(tricks)('refuses: %s', (_, body) => {
    expect(judge(ALLOWED, body).scope).toBe('out');
  });
});

const FORBIDDEN = grants(
  {},
  { id: 'd1', effect: 'deny', servers: ['fs'], args: { path: ['/etc/*', '*/.ssh/*'] } },
  { id: 'd2', effect: 'deny', servers: ['github'], args: { repo: ['acme/secret'] } },
  { id: 'd3', effect: 'deny', servers: ['tickets'], targets: ['delete_*'] },
  { id: 'd4', effect: 'deny', servers: ['mail'], args: { to: ['*@evil.example'] } },
  { id: 'd5', effect: 'deny', servers: ['web'], args: { url: ['*://169.254.169.254/*'] } },
);

const around: [string, CanonicalEvent][] = [
  ['as written', path('/etc/shadow')],
  ['other case', path('/ETC/Shadow')],
  ['parent', path('/srv/../etc/shadow')],
  ['double slash', path('//etc/shadow')],
  ['encoded', path('/%65tc/shadow')],
  ['full width', path('／etc／shadow')],
  ['file address', path('file:///etc/shadow')],
  ['by proc', path('/proc/1/root/etc/shadow')],
  ['in a list', path(['/tmp/a', '/etc/shadow'])],
  ['after a comma', path('/tmp/a,/etc/shadow')],
  ['unreadable', path('/tmp/\u200b/x')],
  ['home by another way', path('/home/x/./.ssh//id_rsa')],
  ['argument in other case', tool('fs', 'read_file', { PATH: '/etc/shadow' })],
  ['repository in other case', repo('Acme/Secret')],
  ['repository by parent', repo('acme/x/../secret')],
  ['tool in other case', tool('tickets', 'Delete_ticket')],
  ['tool in full width', tool('tickets', 'ｄelete_ticket')],
  ['server in other case', tool('TICKETS', 'delete_ticket')],
  ['recipient behind a name', mail('Bob <eve@EVIL.example>')],
  ['recipient among others', mail(['bob@acme.example', 'eve@evil.example'])],
  ['metadata by a number', web('http://2852039166/latest/')],
];

describe('tricks around a deny grant', () => {
  it.each(around)('still denied: %s', (_, body) => {
    expect(judge(FORBIDDEN, body).scope).toBe('out');
  });
  it('denies nothing else', () => {
    expect(judge(FORBIDDEN, path('/srv/etc/x')).scope).toBe('in');
    expect(judge(FORBIDDEN, mail('bob@acme.example')).scope).toBe('in');
  });
});
