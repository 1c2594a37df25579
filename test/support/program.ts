import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;
const BUILT = join(ROOT, 'dist/src/cli.js');

/**
 * What Node is to run: the program as it is installed, which starts in a third of the time, where it was built since its
 * source changed; else the source.
 */
export const PROGRAM: readonly string[] = isFresh()
  ? [BUILT]
  : ['--import', import.meta.resolve('tsx'), join(ROOT, 'src/cli.ts')];

function isFresh(): boolean {
  const builtAt = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['src', 'schemas', 'detectors'].every((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).every(
      (file) => statSync(join(ROOT, room, file)).mtimeMs <= builtAt,
    ),
  );
}
