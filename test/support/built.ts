import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;
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

/** A copy of what is packed, built apart: tests beside this one may be building, too. */
export async function built(folder: string): Promise<string> {
  const copy = join(folder, 'source');
  await mkdir(copy);
  for (const name of SOURCES) await run('cp', ['-R', join(ROOT, name), copy]);
  await run('ln', ['-s', join(ROOT, 'node_modules'), join(copy, 'node_modules')]);
  await run('npm', ['run', '--silent', 'build'], { cwd: copy });
  return copy;
}
