import { execFile, spawnSync } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { linesIn } from '../support/json-lines.ts';
import { PROGRAM, ROOT } from '../support/program.ts';

/** `overreach normalize` on everything at once, and again on what the record keeps of it. */
const samples = join(ROOT, 'test/gateways/samples');
const files = readdirSync(samples).filter(
  (name) => name.endsWith('.jsonl') && !/\.(golden|kafka)\.|\.golden$/.test(name),
);
const golden = files.flatMap((name) =>
  linesIn(readFileSync(join(samples, name.replace('.jsonl', '.golden.jsonl')), 'utf8')),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overreach-normalize-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const normalize = (file: string) =>
  new Promise<{ events: CanonicalEvent[]; rejects: string[]; said: string[] }>((resolve, reject) => {
    const args = [...PROGRAM, 'normalize', file];
    execFile(process.execPath, args, { cwd: ROOT, maxBuffer: 1 << 26 }, (error, out, err) =>
      error === null
        ? resolve({
            events: linesIn(out).map((line) => JSON.parse(line)),
            rejects: linesIn(err).filter((line) => line[0] === '{'),
            said: linesIn(err).filter((line) => line.startsWith('overreach:')),
          })
        : reject(error),
    );
  });

const isVended = ({ raw }: CanonicalEvent): boolean => (raw as { resource_arn?: string }).resource_arn !== undefined;

/** What an analyst goes by, whatever the order. */
const told = (events: CanonicalEvent[]): string[] =>
  events
    .map(({ source, agent, server, method, target, outcome, decision }) =>
      JSON.stringify([
        source.kind,
        agent,
        server.id === source.instance ? '' : server.id,
        method,
        target,
        outcome,
        decision,
      ]),
    )
    .sort();

describe('normalize', () => {
  it('tells a mixture of all samples in one file as it tells each alone', async () => {
    const lines = files.map((name) => linesIn(readFileSync(join(samples, name), 'utf8')));
    // One line of each in turn, so that no two neighbours are of one format.
    const mixed = Array.from({ length: Math.max(...lines.map(({ length }) => length)) }, (_, n) =>
      lines.flatMap((of) => of.slice(n, n + 1)),
    ).flat();
    const file = join(folder, 'mixed.jsonl');
    await writeFile(file, mixed.join('\n'));
    const { events, rejects } = await normalize(file);
    const wanted = golden.map((line) => JSON.parse(line) as { event?: CanonicalEvent; reject?: object });
    expect(rejects.length).toBe(wanted.filter(({ reject }) => reject !== undefined).length);
    expect(told(events)).toEqual(told(wanted.flatMap(({ event }) => event ?? [])));
  });

  it('says how many records were left out, and of which formats', async () => {
    const file = join(folder, 'none.jsonl');
    const access = { level: 'info', service: 'envoy', message: 'http-request', time: '2026-10-05T08:14:03Z' };
    const kong = { started_at: 1791188043684, request: {}, response: { status: 200 }, latencies: {} };
    await writeFile(file, [access, kong, access].map((record) => JSON.stringify(record)).join('\n'));
    expect(await normalize(file)).toEqual({
      events: [],
      rejects: [],
      said: ['overreach: 3 left out, which tell no MCP call: kong 1, pomerium 2'],
    });
    expect((await normalize(join(samples, 'agentgateway.jsonl'))).said).toEqual([]);
  });

  it('tells what was refused as `rejects list --json` does', async () => {
    const file = join(folder, 'refused.jsonl');
    await writeFile(file, `${linesIn(readFileSync(join(samples, 'toolhive.jsonl'), 'utf8'))[0]}\nno json\n`);
    const [refused] = (await normalize(file)).rejects.map((line) => JSON.parse(line));
    expect(refused).toEqual({
      ...{ place: 'file/0/1/0', reason: 'not_json', detail: 'the record is not JSON' },
      ...{ received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), gateway: '', instance: file, raw: 'no json' },
    });
  });

  it('tells the same of the raw records that the events keep', async () => {
    const file = join(folder, 'first.jsonl');
    await writeFile(file, files.flatMap((name) => linesIn(readFileSync(join(samples, name), 'utf8'))).join('\n'));
    const { events } = await normalize(file);
    // An answer is no record without its request.
    const answers = (event: CanonicalEvent): boolean =>
      event.source.kind === 'mcp-jsonrpc' || event.source.kind === 'golf' || isVended(event);
    const kept = events.filter((event) => event.raw !== undefined && event.phase === 'complete' && !answers(event));
    const again = join(folder, 'again.jsonl');
    await writeFile(again, kept.map(({ raw }) => JSON.stringify(raw)).join('\n'));
    const renewed = await normalize(again);
    const kinds = (all: CanonicalEvent[]) =>
      all.map(({ source, method, target }) => [source.kind, method, target.name]);
    expect(kept.length).toBeGreaterThan(40);
    expect(kinds(renewed.events)).toEqual(kinds(kept));
  });
});

describe.skipIf(!existsSync('/dev/full'))('a disk that is full', () => {
  const sample = join(samples, 'toolhive.jsonl');
  const run = (...args: string[]) => {
    const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
    const { status, stderr } = spawnSync(process.execPath, [...PROGRAM, ...args], {
      cwd: ROOT,
      stdio: [...stdio],
      encoding: 'utf8',
    });
    return { status, said: linesIn(stderr).filter((line) => line.startsWith('overreach:')), stderr };
  };

  it.each([
    ['stdout', ['normalize', sample]],
    ['stdout', ['coverage', '--json']],
    ['/dev/full', ['scan', '--judged', '/dev/full', sample]],
  ])('is told as %s that cannot be written, in a line', (name, args) => {
    const { status, said, stderr } = run(...args);
    expect([status, said]).toEqual([1, [`overreach: ${name}: cannot be written (ENOSPC)`]]);
    expect(stderr).not.toContain(' at ');
  });
});
