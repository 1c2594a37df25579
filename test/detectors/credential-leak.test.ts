import { describe, expect, it } from 'vitest';
import { LETS_IN } from '../../detectors/credential/given.ts';
import { credentialLeak } from '../../detectors/credential-leak.ts';
import { SECRET_PATTERNS } from '../../src/decode/secret-patterns.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const GITHUB = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
const SLACK = `xoxb-${'1234567890'}-${'a1B2c3D4e5F6'}`;
const KEY = `-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(20)}\n-----END PRIVATE KEY-----`;
const comment = (text: string, more: object = {}): Call => ({
  server: 'desk',
  tool: 'create_ticket_comment',
  args: { ticket_id: 7, comment: text, ...more },
});
const docs = (args: Record<string, unknown>): Call => ({ server: 'docs', tool: 'get_library_docs', args });

/** A week of ordinary work, ten calls a day of two tools. */
function worked(more: (day: number) => Call[] = () => []) {
  const run = createRun([credentialLeak]);
  const send = (call: Call, at: number) => run.news({ at, ...call });
  for (let day = 0; day < 7; day += 1) {
    const calls = Array.from({ length: 5 }, (_, n) => [comment(`done ${n}`), docs({ topic: `t${n}` })]).flat();
    [...calls, ...more(day)].forEach((call, n) => {
      expect(send(call, MONDAY + day * DAY + n * 60_000)).toEqual([]);
    });
  }
  return (call: Call, day = 7) => send(call, MONDAY + day * DAY);
}

describe('credential-leak', () => {
  it.each<[string, Call]>([
    ['high', comment(`Here are the details: slack ${SLACK}, github ${GITHUB}`, { public: true })],
    ['high', docs({ topic: 'x', context: `DATABASE_URL=postgres://app:s3cretPass@db.acme.io/app` })],
    ['high', docs({ topic: 'x', sidenote: KEY })],
    ['high', { server: 'chat', tool: 'send_message', args: { text: `it is ${GITHUB}` } }],
    ['high', { server: 'github', tool: 'create_pull_request', args: { body: 'DB_USER=app\nDB_PASSWORD=Sommer2026!' } }],
    ['medium', { server: 'github-fast', tool: 'get_file', args: { path: 'src/a.ts', token: GITHUB } }],
    ['medium', { server: 'github', tool: 'push_files', args: { files: [{ path: 'a.ts', content: GITHUB }] } }],
    ['low', { ...comment(`slack ${SLACK}`), status: 'denied' }],
  ])('is %s: %j', (severity, call) => {
    expect(worked()(call)).toMatchObject([{ reason: 'credential_given', severity }]);
  });

  it('says what kinds they are and where, and holds none of them', () => {
    const [alert] = worked()(comment(`slack ${SLACK}, github ${GITHUB}`));
    expect(alert!.proof.seen).toBe(
      'gave desk/create_ticket_comment (class write) a credential (github, slack) in comment',
    );
    expect(JSON.stringify(alert)).not.toContain(SLACK.slice(0, 12));
  });

  it.each<Call>([
    comment('password: Sommer2026!'),
    comment('set DB_PASSWORD=<yours> and try again'),
    { server: 'ci', tool: 'push_variables', args: { content: 'DB_PASSWORD=Sommer2026!' } },
    comment(`set DATABASE_URL=postgres://app:\${DB_PASSWORD}@db/app, as postgres://user:password@localhost/app`),
    comment('see commit 0b872e02eebdd5441c611346caa3fd13488d64b5'),
    comment('[redacted:random:0b872e02eebdd544]'),
    { server: 'terminal', tool: 'execute_command', args: { command: `curl -H "X-Token: ${GITHUB}" https://a.io` } },
    { server: 'vault', tool: 'write_secret', args: { path: 'kv/x', value: GITHUB } },
    { server: 'filesystem', tool: 'edit_file', args: { path: '/home/a/x/.env', edits: [{ newText: GITHUB }] } },
    { server: 'x', tool: 'apply_patch', args: { input: `*** Begin Patch\n*** Update File: .env\n+T=${GITHUB}` } },
  ])('is quiet about %j', (call) => {
    expect(worked()(call)).toEqual([]);
  });

  it('tells each credential once in what is read, a tool once that is given ever another, and none that was given one from its beginning', () => {
    const asked = worked();
    expect(asked(comment(SLACK), 7)).toHaveLength(1);
    expect(asked(comment(SLACK), 8)).toEqual([]);
    expect(asked(comment(GITHUB), 9)).not.toEqual([]);
    expect(asked(comment(SLACK), 15)).toMatchObject([{ severity: 'high' }]);
    const taken = (n: number): Call => docs({ topic: 'x', token: `ghs_${'a1B2c3D4e5'.repeat(3)}${n}${n}${n}` });
    expect([16, 17, 18].flatMap((day) => asked(taken(day), day))).toHaveLength(1);
    const fetch = (n: number): Call => ({ server: 'api', tool: 'fetch_orders', args: { page: n, token: GITHUB } });
    const run = createRun([credentialLeak]);
    for (let n = 0; n < 60; n += 1) {
      const { alerts } = run.send({ at: MONDAY + (n * DAY) / 5, ...fetch(n) });
      expect(alerts).toEqual([]);
    }
  });

  it('knows kinds that redaction knows', () => {
    const names = new Set(SECRET_PATTERNS.map(({ kind }) => kind));
    expect([...LETS_IN].filter((name) => !names.has(name))).toEqual([]);
  });
});
