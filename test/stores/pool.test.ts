import { expect, it } from 'vitest';
import { createPool } from '../../src/stores/pool.ts';

it('who waits for one is told as well where none can be opened, and it closes', async () => {
  let opens = 0;
  const pool = createPool(1, async () => {
    if (opens++ > 0) throw new Error('no more are opened');
    return { close: async () => {} };
  });
  const fails = async (): Promise<never> => {
    throw new Error('it broke');
  };
  const works = async (): Promise<string> => 'done';
  const asked = [pool.use(fails), pool.use(works), pool.use(works)];
  const told = (await Promise.allSettled(asked)).map((one) => (one.status === 'rejected' ? one.reason.message : one));
  expect(told).toEqual(['it broke', 'no more are opened', 'no more are opened']);
  await pool.close();
});
