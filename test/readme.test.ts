import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../schemas/config.ts';
import { startService } from '../src/commands/support/service.ts';
import { loadConfig } from '../src/config.ts';
import { createDecoder } from '../src/decode/decode.ts';
import { createHasher } from '../src/hash.ts';
import { PROGRAM, ROOT } from './support/program.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, text]) => ({ language, text: text! }));
const of = (language: string): string[] => blocks.filter((one) => one.language === language).map(({ text }) => text);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
const lines = of('sh')
  .flatMap((text) => text.trim().split('\n'))
  .map((line) => line.replace(/ +# .*$/, ''));
/** `up` runs until it is told to end; the tests of recovery and of the demo run it. */
const commands = lines.filter((line) => line.startsWith('npx overreach ') && line !== 'npx overreach up');

describe('README.md', () => {
  let folder: string;
  let demo: string;
  // What npx runs is found without it as well, in half a second less a command.
  const env = { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}` };
  const sh = (line: string) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile('sh', ['-c', line], { cwd: folder, env, maxBuffer: 1 << 26 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overreach-readme-'));
    const bin = join(folder, 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    const program = `exec ${[process.execPath, ...PROGRAM].map((part) => `"${part}"`).join(' ')} "$@"`;
    await writeFile(join(bin, 'overreach'), `#!/bin/sh\n${program}\n`);
    await chmod(join(bin, 'overreach'), 0o755);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await copyFile(join(ROOT, 'examples/demo.events.jsonl.gz'), join(folder, 'events.jsonl.gz'));
    await copyFile(join(ROOT, 'examples/grants.yaml'), join(folder, 'grants.yaml'));
    const { code, out, err } = await sh('npx --no-install overreach demo --exit --data data');
    expect({ code, err }).toMatchObject({ code: 0 });
    demo = out;
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('names scripts that there are', () => {
    const measured = readFileSync(join(ROOT, 'test/bench/README.md'), 'utf8');
    const named = [...`${readme}${measured}`.matchAll(/npm (?:run )?([a-z:]+)/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'ci');
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  it('links to files that there are', () => {
    for (const [, to] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect(existsSync(join(ROOT, to!)), to).toBe(true);
  });

  it('names commands that there are', async () => {
    const { out } = await sh('overreach --help');
    const named = new Set([...readme.matchAll(/`overreach ([a-z]+)/g)].map(([, name]) => name));
    for (const name of named) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('shows an alert as the demo tells it', () => {
    const shown = of('text').flatMap((text) => text.trimEnd().split('\n'));
    expect(shown.length).toBeGreaterThan(5);
    for (const line of shown) expect(demo.split('\n')).toContain(line);
  });

  it('shows a configuration that is accepted', () => {
    for (const text of of('yaml')) expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
  });

  it('shows an event that is understood', () => {
    const decode = createDecoder({ hasher: createHasher(Buffer.from('a key for this test alone')) });
    for (const text of of('json')) {
      const record = { offset: 0, value: Buffer.from(text), receivedAt: Date.UTC(2026, 10, 2) };
      const at = { source: 'readme', instance: 'readme', partition: 0, generation: 0, gateway: 'auto' };
      const [decoded] = decode({ ...at, records: [record] });
      expect(decoded!.items).toMatchObject([{ kind: 'event', event: { body: { agent: { id: 'support-1' } } } }]);
    }
  });

  it.each(commands)('%s', { timeout: 60_000 }, async (line) => {
    const { code, out, err } = await sh(line.replace(/^npx /, ''));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out !== '' || line.includes('>') || line.includes('rejects')).toBe(true);
  });

  it.each(lines.filter((line) => line.startsWith('curl ')))('%s', { timeout: 60_000 }, async (line) => {
    const config = join(folder, 'listens.yaml');
    await writeFile(
      config,
      '{ data_dir: listens, http: { port: 0 }, log: { level: silent }, alerts: { channels: [] } }',
    );
    const service = await startService({ loaded: loadConfig(config), screen: { write: () => {}, color: false } });
    try {
      const { code, out } = await sh(line.replace('http://127.0.0.1:8410', service.url));
      expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, duplicates: 0, rejected_total: 0 });
      expect(JSON.parse(out).accepted).toBeGreaterThan(5_000);
    } finally {
      await service.stop();
    }
  });

  it.each(of('sql').flatMap((text) => text.trim().split('\n')))('%s', { timeout: 60_000 }, async (sql) => {
    const { code, out, err } = await sh(`overreach query "${sql.replace(/;$/, '')}"`);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out.split('\n').length).toBeGreaterThan(2);
  });
});
