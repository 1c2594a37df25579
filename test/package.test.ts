import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/program.ts';

const run = promisify(execFile);
/** Built from a source that is there no more. */
const GONE = 'dist/src/gone.js';
const MAX_PACKED = 1_500_000;

interface Packed {
  size: number;
  files: { path: string }[];
}

describe('the package', () => {
  it('installed into an empty folder runs the demo', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-package-'));
    try {
      const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: await built(folder),
        maxBuffer: 1 << 26,
      });
      const packed = (Object.values(JSON.parse(stdout) as Record<string, Packed>) as Packed[])[0]!;
      expect(packed.size).toBeLessThan(MAX_PACKED);
      expect(packed.files.map(({ path }) => path).filter(isForeign)).toEqual([]);
      expect(packed.files.map(({ path }) => path)).not.toContain(GONE);

      const home = join(folder, 'home');
      await mkdir(home);
      await writeFile(join(home, 'package.json'), '{ "private": true }');
      const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
      await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, archive)], {
        cwd: home,
      });
      const demo = await run('npx', ['--no-install', 'overreach', 'demo', '--exit'], { cwd: home, maxBuffer: 1 << 26 });
      expect(demo.stdout.match(/✓ found/g)).toHaveLength(5);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Nothing but what a user needs: the built program, its examples and schemas, and papers. */
const isForeign = (path: string): boolean =>
  !/^(?:dist\/|examples\/|schemas\/[^/]+\.json$|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path) ||
  /\.tsbuildinfo$|\.test\.|^examples\/.*\.ts$/.test(path);

/** A copy of what is packed, built apart: tests beside this one may be building, too. */
async function built(folder: string): Promise<string> {
  const copy = join(folder, 'source');
  await mkdir(copy);
  for (const name of SOURCES) await run('cp', ['-R', join(ROOT, name), copy]);
  await run('ln', ['-s', join(ROOT, 'node_modules'), join(copy, 'node_modules')]);
  await mkdir(join(copy, dirname(GONE)), { recursive: true });
  await writeFile(join(copy, GONE), '');
  await run('npm', ['run', '--silent', 'build'], { cwd: copy });
  return copy;
}

const SOURCES = [
  'package.json',
  'tsconfig.json',
  'src',
  'schemas',
  'detectors',
  'examples',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];
