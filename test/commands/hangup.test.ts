import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHome, startChild } from '../support/service.ts';

it('a terminal that is closed stops it cleanly', async () => {
  const home = await createHome();
  try {
    const child = await startChild(home);
    expect(await child.kill('SIGHUP')).toBe(0);
  } finally {
    await home.remove();
  }
}, 60_000);

it('is stopped cleanly where nobody reads any more what it says', async () => {
  const home = await createHome();
  try {
    const child = await startChild(home);
    child.leave();
    expect(await child.kill('SIGTERM')).toBe(0);
    expect(await readdir(join(home.folder, 'data'))).not.toContain('overreach.lock');
  } finally {
    await home.remove();
  }
}, 60_000);
