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
  { servers: ['mail-one'], args: { to: ['bob@acme.example'] } },
  { servers: ['one-repo'], args: { repo: ['acme/site'] } },
  { servers: ['windows'], args: { path: ['C:\\data\\*'] } },
  { servers: ['accents'], args: { path: ['/srv/cafe\u0301/*'] } },
);

const MARK = '[redacted:random:0123456789abcdef]';

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
  ['a file with a dot before its name', path('/srv/app/.gitignore')],
  ['a file with blanks, brackets and an ampersand', path('/srv/app/my dir/R&D plan (final).pdf')],
  ['a file with a per cent', path('/srv/app/50% off.txt')],
  ['a file with an apostrophe', path("/srv/app/o'neil's notes.txt")],
  ['a file with a time', path('/srv/app/log 10:30.txt')],
  ['a file in another script', path('/srv/app/日本語.txt')],
  ['letters composed and not', tool('accents', 'x', { path: '/srv/caf\u00e9/a' })],
  ['letters not composed', tool('accents', 'x', { path: '/srv/cafe\u0301/a' })],
  ['a path of Windows', tool('windows', 'x', { path: 'C:\\data\\a b.txt' })],
  ['the same with slashes', tool('windows', 'x', { path: 'C:/data/a.txt' })],
  ['a repository as git writes it', tool('one-repo', 'x', { repo: 'acme/site.git' })],
  ['a recipient whose name has a comma', mail('"Smith, Bob" <bob@acme.example>')],
  ['a recipient with a tag', mail('bob+news@acme.example')],
  ['a recipient with an apostrophe', mail("o'neil@acme.example")],
  ['a recipient with a comment', mail('bob@acme.example (Bob Smith)')],
  ['recipients between semicolons', mail('bob@acme.example; eve@ACME.example.')],
  ['a channel with an emoji', team('team-❤️')],
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
  ['second path after a colon', path('/srv/app/a:/etc/shadow')],
  ['parent with a parameter', path('/srv/app/..;/..;/etc')],
  ['address: parent with a parameter', web('https://api.acme.example/api/..;x/admin')],
  ['dots as entities', path('/srv/app/&#46;&#46;/&#x2e;&#46;/etc/shadow')],
  ['dots as escapes of JSON', path('/srv/app/\\u002e\\u002e/\\u002e\\u002e/etc')],
  ['dots as escapes of C', path('/srv/app/\\x2e\\x2e/etc')],
  ['slash as an octal escape', path('/srv/app/..\\057..\\057etc')],
  ['variable of Windows', path('/srv/app/%TEMP%/../../x')],
  ['above a home', path('~root/../srv/app/x')],
  ['where a process stands', path('/proc/self/cwd/../srv/app/x')],
  ['what a process holds open', path('/dev/fd/3/../../srv/app/x')],
  ['redirection', path('/srv/app/a>/etc/passwd')],
  ['pipe', path('/srv/app/a|tee/x')],
  ['list as JSON in a text', path('["/srv/app/a","/etc/shadow"]')],
  ['list that begins within', path('/srv/app/a","/etc/shadow')],
  ['argument in the plural beside it', tool('fs', 'read_file', { path: '/srv/app/a', paths: ['/etc/shadow'] })],
  ['argument with a number beside it', tool('fs', 'read_file', { path: '/srv/app/a', 'path[1]': '/etc/shadow' })],
  ['argument with zero width beside it', tool('fs', 'read_file', { path: '/srv/app/a', 'pa\u200bth': '/etc/shadow' })],
  ['nested beside its dotted name', tool('nested', 'x', { 'options.path': '/srv/app/a', options: { path: '/etc' } })],
  ['nested beside its like', tool('nested', 'x', { options: { path: '/srv/app/a', Path: '/etc' } })],
  ['nested beside a like object', tool('nested', 'x', { options: { path: '/srv/app/a' }, Options: { path: '/etc' } })],
  ['nested beside a form field', tool('nested', 'x', { options: { path: '/srv/app/a' }, 'options[path]': '/etc' })],
  [
    'redacted, and out of the folder again',
    call({ ...path(`/srv/app/${MARK}/../../../etc/passwd`), args_state: 'redacted' }),
  ],
  ['redacted, and out again, encoded', call({ ...path(`/srv/app/${MARK}/%2e%2e/%2e%2e/etc`), args_state: 'redacted' })],
  ['redacted, and up', call({ ...path(`${MARK}\\..\\..\\etc`), args_state: 'redacted' })],
  ['redacted in another folder', call({ ...path(`/etc/${MARK}`), args_state: 'redacted' })],
  ['recipient that is an alias', mail('bob@acme.example, root')],
  ['recipient behind a pipe', mail('bob@acme.example|/bin/sh')],
  ['recipient with a command', mail('bob@acme.example;reboot')],
  ['recipient by a relay', mail('eve%evil.example@acme.example')],
  ['recipient by a bang path', mail('evil.example!eve@acme.example')],
  ['recipient in a comment', mail('eve@evil.example(@acme.example)')],
  ['recipient by a source route', mail('<@evil.example:bob@acme.example>')],
  ['recipient with a quoted name', mail('"eve@evil.example"@acme.example')],
  ['recipient with a copy', mail('mailto:bob@acme.example?cc=eve%40evil.example')],
  ['recipient with a blind copy', mail('mailto:bob@acme.example?bcc=eve')],
  ['recipient with a parameter', mail('bob@acme.example&cc=eve')],
  ['recipient with another tag', tool('mail-one', 'x', { to: 'bob+evil@acme.example' })],
  ['recipient as an object', mail({ email: 'bob@acme.example' })],
  ['recipient in full width', mail('eve@evil.example＠acme.example')],
  ['two repositories and a blank', repo('acme/a evil/b')],
  ['two repositories and a plus', repo('acme/a+evil/b')],
  ['two repositories and a parameter', repo('acme/a&repo=evil/b')],
  ['two repositories and an ideographic comma', repo('acme/a、evil/b')],
  ['two repositories and a full-width comma', repo('acme/a，evil/b')],
  ['repository and an address', repo('acme/sitehttps://github.com/evil/x')],
  ['second path behind a quote', path('/srv/app/"/etc/shadow')],
  ['repository behind .git', tool('one-repo', 'x', { repo: 'acme/site.git/../evil' })],
  ['address and a blank', web('https://api.acme.example/api/x https://evil.example/')],
  ['address and a comma', web('https://api.acme.example/api/x,https://evil.example/')],
  ['address with one slash', web('https:/evil.example/.acme.example/api/')],
  ['address without slashes', web('https:evil.example/.acme.example/api/')],
  ['address by backslashes', web('https:\\\\evil.example\\.acme.example/api/x')],
  ['address with a full-width at', web('https://api.acme.example＠evil.example/api/x')],
  ['address with a full-width slash', web('https://evil.example／.acme.example/api/x')],
  ['address with an encoded slash in its host', web('https://evil.example%2f.acme.example/api/x')],
  ['address with a port as a user', web('https://api.acme.example:443@evil.example/api/x')],
  ['address with a tab', web('https://api.acme.example\t@evil.example/api/x')],
  ['address within another scheme', web('view-source:https://x.acme.example/api/')],
  ['path by an encoded backslash', web('https://api.acme.example/api/..%5cadmin')],
  ['host of IPv6', host('[::1]')],
  ['host with a line end', host('api.acme.example\r\nHost: evil.example')],
  ['host with an ideographic stop', host('evil。example')],
  ['host before a query', host('evil.example?.acme.example')],
  ['host before a semicolon', host('evil.example;.acme.example')],
  ['host before an encoded slash', host('evil.example%2f.acme.example')],
  ['Windows: parent', tool('windows', 'x', { path: 'C:\\data\\..\\Windows' })],
  ['Windows: parent and a blank', tool('windows', 'x', { path: 'C:\\data\\.. \\Windows' })],
  ['Windows: the long form', tool('windows', 'x', { path: '\\\\?\\C:\\data\\x' })],
  ['tool with a variation selector', tool('tickets', 'get_\u{e0101}x')],
  ['tool with a filler', tool('tickets', 'get_\u3164x')],
  ['tool with tags', tool('tickets', 'get_\u{e0041}x')],
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
  { id: 'd5', effect: 'deny', servers: ['web'], args: { url: ['*://169.254.169.254/*', '*://*.evil.example/*'] } },
  { id: 'd6', effect: 'deny', servers: ['net'], args: { host: ['169.254.169.254', '*.evil.example'] } },
  { id: 'd7', effect: 'deny', servers: ['windows'], args: { path: ['C:/Windows/*'] } },
  { id: 'd8', effect: 'deny', servers: ['shell'], args: { command: ['*rm -rf*', '*/etc/shadow*'] } },
  { id: 'd9', effect: 'deny', servers: ['mail-one'], args: { to: ['eve@evil.example'] } },
);
const net = (value: unknown) => tool('net', 'connect', { host: value });
const windows = (value: string) => tool('windows', 'x', { path: value });
const shell = (command: unknown) => tool('shell', 'run', { command });

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
  ['dot at the end', path('/etc/shadow.')],
  ['stream', path('/etc/shadow::$DATA')],
  ['from below', path('../../../etc/shadow')],
  ['above a home', path('~/../../etc/shadow')],
  ['overlong', path('/srv/..%c0%af..%c0%afetc/shadow')],
  ['in an object of a list', tool('fs', 'edit', { edits: [{ path: '/etc/shadow' }] })],
  ['deep within', tool('fs', 'edit', { a: { b: { c: { path: '/etc/shadow' } } } })],
  ['in an object in its place', path({ file: '/etc/shadow' })],
  ['after a colon', path('/tmp/a:/etc/shadow')],
  ['as an option', path('--file=/etc/shadow')],
  ['after an at', path('@/etc/shadow')],
  ['in brackets', path('[/etc/shadow]')],
  ['file and one slash', path('file:/etc/shadow')],
  ['by the task of a process', path('/proc/self/task/1/root/etc/shadow')],
  ['as macOS has it', path('/private/etc/shadow')],
  ['second of two', path('/tmp/a /srv/../etc/shadow')],
  ['zero width within', path('/etc/\u200bshadow')],
  ['argument with zero width', tool('fs', 'read_file', { 'p\u200bath': '/etc/shadow' })],
  ['repository with .git', repo('acme/secret.git')],
  ['repository as an address', repo('https://github.com/acme/secret')],
  ['repository at its API', repo('https://api.github.com/repos/acme/secret')],
  ['repository over SSH', repo('git@github.com:acme/secret.git')],
  ['repository with its host', repo('github.com/acme/secret')],
  ['repository and a folder', repo('acme/secret/tree/main')],
  ['repository and a branch', repo('acme/secret@main')],
  ['repository with a slash before', repo('/acme/secret')],
  ['tool with zero width', tool('tickets', 'delete_\u200bticket')],
  ['tool with a blank behind', tool('tickets', 'delete_ticket ')],
  ['tool with a NUL', tool('tickets', 'delete_ticket\0')],
  ['tool with a soft hyphen', tool('tickets', 'delete\u00ad_ticket')],
  ['server with a blank behind', tool('tickets ', 'delete_ticket')],
  ['recipient with a dot behind', mail('eve@evil.example.')],
  ['recipient with a subject', mail('mailto:eve@evil.example?subject=x')],
  ['recipient with a comment', mail('eve(x)@evil.example')],
  ['recipient with an ideographic stop', mail('eve@evil。example')],
  ['recipient as a copy', mail('bob@acme.example?cc=eve@evil.example')],
  ['recipient in objects', mail([{ email: 'eve@evil.example', name: 'Eve' }])],
  ['recipient by a relay', mail('eve%evil.example@acme.example')],
  ['recipient with a tag', tool('mail-one', 'x', { to: 'eve+x@evil.example' })],
  ['recipient in quotes', tool('mail-one', 'x', { to: '"eve"@evil.example' })],
  ['address without a scheme', web('169.254.169.254/latest/meta-data')],
  ['address of the same scheme', web('//169.254.169.254/latest')],
  ['address with one slash', web('http:/169.254.169.254/x')],
  ['address without slashes', web('http:169.254.169.254/x')],
  ['address with backslashes', web('http:\\\\169.254.169.254\\x')],
  ['address in hex', web('http://0xa9.0xfe.0xa9.0xfe/')],
  ['address in octal', web('http://0251.0376.0251.0376/')],
  ['address in three numbers', web('http://169.254.43518/')],
  ['address within IPv6', web('http://[::ffff:169.254.169.254]/')],
  ['address with a port', web('http://169.254.169.254:8080/x')],
  ['address with a user', web('http://x@169.254.169.254/')],
  ['address in full width', web('http://１６９.254.169.254/')],
  ['address in a text', web('see http://169.254.169.254/latest please')],
  ['address in a parameter', web('https://proxy.example/?u=http%3A%2F%2F169.254.169.254%2Flatest')],
  ['address within another scheme', web('jar:http://a.evil.example/x!/')],
  ['address with an ideographic stop', web('http://x.evil。example/')],
  ['host in hex', net('0xa9fea9fe')],
  ['host within IPv6', net('::ffff:169.254.169.254')],
  ['host as an address', net('http://169.254.169.254/')],
  ['host with a path', net('169.254.169.254/x')],
  ['host with a user', net('x@169.254.169.254')],
  ['host with a dot and a port', net('a.evil.example.:8443')],
  ['host in a list', net('ok.example,a.evil.example')],
  ['Windows: other case', windows('c:/windows/x')],
  ['Windows: long form', windows('//?/C:/Windows/x')],
  ['Windows: device form', windows('\\\\.\\C:\\Windows\\x')],
  ['Windows: as an address', windows('file:///C:/Windows/x')],
  ['Windows: dot behind a name', windows('C:\\Windows.\\x')],
  ['Windows: blank behind a name', windows('C:\\Windows \\x')],
  ['Windows: from Unix', windows('/mnt/c/Windows/x')],
  ['command on a further line', shell('cd /x\nrm -rf /')],
  ['command with blanks', shell('rm  \t -rf /')],
  ['command in pieces', shell(['rm', '-rf', '/'])],
  ['command on a path', shell('cat /x/../etc//shadow')],
];

/** What nobody can say is not let through: it may be denied. */
const doubtful: [string, CanonicalEvent][] = [
  ['variable', path('$HOME/x')],
  ['glob in a name', path('/home/x/.s?h/id_rsa')],
  ['glob of a folder', path('/e*/shadow')],
  ['choice of letters', path('/[e]tc/shadow')],
  ['where a process stands', path('/proc/self/cwd/../../etc/shadow')],
  ['redacted in part', call({ ...path(`/etc/../${MARK}`), args_state: 'redacted' })],
  ['an object without it', path({ file: 'x' })],
  ['characters that cannot be seen', path('/tmp/\u200b/x')],
  ['bytes that do not decode', path('/tmp/%ff%fe/x')],
];

/** What passes for a slash or a backslash: small, wide, of fractions, division, sets and operators. */
const LOOKALIKES = '/\\\uff0f\uff3c\ufe68\u2044\u2215\u2216\u29f5\u29f8\u29f9';

describe('tricks around a deny grant', () => {
  it.each(around)('still denied: %s', (_, body) => {
    expect(judge(FORBIDDEN, body).scope).toBe('out');
  });
  it.each([...LOOKALIKES].map((slash) => [slash.codePointAt(0)?.toString(16), slash]))(
    'still denied with slash %s',
    (_, slash) => {
      const bytes = encodeURIComponent(slash);
      const unit = `%u${slash.charCodeAt(0).toString(16).padStart(4, '0')}`;
      for (const mark of [slash, bytes, encodeURIComponent(bytes), unit]) {
        for (const value of [`${mark}etc${mark}shadow`, `/etc${mark}shadow`, `/srv${mark}..${mark}etc/shadow`])
          expect(judge(FORBIDDEN, path(value)).scope, value).toBe('out');
        expect(judge(FORBIDDEN, repo(`acme${mark}secret`)).scope, mark).toBe('out');
      }
    },
  );
  it.each(doubtful)('may be denied: %s', (_, body) => {
    expect(judge(FORBIDDEN, body)).toMatchObject({
      scope: 'maybe',
      scopeWhy: expect.stringContaining('may be denied by'),
    });
  });
  it.each([
    ['a folder of the same name', path('/srv/etc/x')],
    ['a relative path', path('etc/x')],
    ['a recipient', mail('bob@acme.example')],
    ['a repository that begins alike', repo('acme/secretary')],
    ['an address with a query', web('https://ok.example/?q=a b')],
    ['a host', net('ok.example')],
    ['a path of Windows', windows('C:\\Users\\x')],
    ['a command of several lines', shell('cd /x\nls -la | grep "a b"')],
    ['no value', path(null)],
  ])('denies nothing else: %s', (_, body) => {
    expect(judge(FORBIDDEN, body).scope).toBe('in');
  });
  it('says which of the two it is that cannot be decided', () => {
    expect(judge(FORBIDDEN, path('$HOME/x')).scopeWhy).toBe(
      'may be denied by d1: args.path "$HOME/x" has no one meaning',
    );
    const unsaid = grants({}, { id: 'd', effect: 'deny', tasks: ['release/*'] });
    expect(judge(unsaid, tool('s', 'x'))).toMatchObject({
      scope: 'maybe',
      scopeWhy: 'may be denied by d: task is not said',
    });
  });
});

describe('a number in another spelling', () => {
  const scopes = (effect: 'allow' | 'deny', pattern: string, values: readonly unknown[]) => {
    const file = grants({ effect, servers: ['billing'], args: { account: [pattern] } });
    if (effect === 'deny') file.grants.push(...grants({ servers: ['billing'] }).grants);
    return values.map((account) => judge(file, tool('billing', 'get_account', { account })).scope);
  };
  const spelled = ['042', '42.0', '+42', '4.2e1', '0x2A', 'for 042'];
  const others = ['43', '420', '4 2', '0x2B', '42nd', 4200, -42];

  it('may be what is forbidden, and is not what is allowed', () => {
    expect(scopes('deny', '42', [42, '42', 42.0])).toEqual(['out', 'out', 'out']);
    expect(scopes('deny', '42', spelled)).toEqual(spelled.map(() => 'maybe'));
    expect(scopes('deny', '42', others)).toEqual(['in', 'in', 'in', 'in', 'in', 'in', 'in']);
    expect(scopes('allow', '42', [42, '42', 42.0])).toEqual(['in', 'in', 'in']);
    expect(scopes('allow', '42', [...spelled, ...others])).toEqual([...spelled, ...others].map(() => 'out'));
  });

  it('is another where it is too long for a number: ids differ in their last digit', () => {
    expect(scopes('deny', '1234567890123456789', ['1234567890123456788', '1234567890123456789'])).toEqual([
      'in',
      'out',
    ]);
  });
});

describe('what a shell makes of a path', () => {
  it('is no place that is known: allowed nowhere, and perhaps what is forbidden', () => {
    for (const value of ['/srv/app/.*/.*/etc/passwd', '/srv/app/.?/x', '/srv/app/.[.]/x', '/srv/app/.[!a]'])
      expect(judge(ALLOWED, path(value)).scope, value).toBe('out');
    expect(judge(ALLOWED, path('/srv/app/.config/*.md')).scope).toBe('in');
    const forbidden = grants({}, { effect: 'deny', args: { path: ['/etc/*'] } });
    for (const value of ['$(echo /etc)/x', '`echo /etc`/x', 'cat /{etc,usr}/passwd', '{/etc,/usr}/passwd'])
      expect(judge(forbidden, path(value)).scope, value).toBe('maybe');
    for (const value of ['{"a":1,"b":[{"c":2,"d":3}]}', 'f(x) { return 1, 2 }'])
      expect(judge(forbidden, path(value)).scope, value).toBe('in');
  });

  it('is found under the key of an element of a list in a list', () => {
    const forbidden = grants({}, { effect: 'deny', args: { path: ['/etc/*'] } });
    for (const key of ['path[0][1]', 'path.0.1', 'paths[][]'])
      expect(judge(forbidden, tool('fs', 'read_file', { [key]: '/etc/x' })).scope, key).toBe('out');
  });
});

describe('a host with letters beyond ASCII', () => {
  const NAMES = ['bücher.example', 'BÜCHER.example', 'xn--bcher-kva.example', 'bücher.example.'];
  const calls = (name: string) => [host(name), web(`https://${name}/x`), mail(`ann@${name}`)];
  const patterns = { host: ['bücher.example'], url: ['https://bücher.example/*'], to: ['*@bücher.example'] };
  const rules = Object.entries(patterns).map(([key, list]) => ({ key, list }));

  it('is the same host in either spelling, for what allows and what forbids', () => {
    for (const name of NAMES)
      for (const [n, body] of calls(name).entries()) {
        const [{ key, list }] = [rules[n]!];
        expect(judge(grants({ args: { [key]: list } }), body).scope, `${key} ${name}`).toBe('in');
        expect(judge(grants({}, { effect: 'deny', args: { [key]: list } }), body).scope, `${key} ${name}`).toBe('out');
      }
    const wild = grants({}, { effect: 'deny', args: { url: ['*.bücher.example'] } });
    expect(judge(wild, web('https://a.bücher.example/x')).scope).toBe('out');
    expect(judge(grants({ args: { host: ['bücher.example'] } }), host('bucher.example')).scope).toBe('out');
  });
});

describe('what redaction took', () => {
  it('may be in scope where what is left does not say otherwise', () => {
    const of = (value: string) => judge(ALLOWED, call({ ...path(value), args_state: 'redacted' })).scope;
    expect([of(MARK), of(`/srv/app/${MARK}/x`), of(`/srv/${MARK}`), of(`/etc/${MARK}`)]).toEqual([
      'maybe',
      'maybe',
      'maybe',
      'out',
    ]);
    expect(judge(ALLOWED, path(`/srv/app/../${MARK}`)).scope).toBe('out');
  });
});
