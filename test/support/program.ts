import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;

/** The program as it is installed: it starts in a third of the time that its source takes. */
export const PROGRAM = join(ROOT, 'dist/src/cli.js');

/** Before the first test: builds the program where it is older than its source. */
export default function build(): void {
  const builtAt = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src', 'schemas', 'detectors'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((file) => join(ROOT, room, file)),
  );
  if (sources.some((file) => statSync(file).mtimeMs > builtAt))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}
