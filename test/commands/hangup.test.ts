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
