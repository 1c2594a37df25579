import { describe, expect, it } from 'vitest';
import type { Saved } from '../../src/pipeline/checkpointer.ts';
import type { HeldPartition } from '../../src/pipeline/held.ts';
import { createSaving } from '../../src/pipeline/saving.ts';

function saving(save: () => Promise<Saved[]>) {
  const partition = { agents: new Map() };
  return createSaving({
    held: new Map([['http/0', { partition } as unknown as HeldPartition]]),
    save,
    onSaved: () => {},
    everyMs: 1_000,
    everyEvents: 10,
    maxAgents: 10,
    elapsed: () => 0,
  });
}
const refused = async (): Promise<never> => {
  throw new Error('http/0: another process has just saved it');
};

describe('a checkpoint that failed for good', () => {
  it('ends the fold, also where somebody asked for it by hand', async () => {
    const own = saving(refused);
    own.check();
    await expect(own.all()).rejects.toThrow('another process');
    expect(() => own.check()).toThrow('another process');
  });

  it('ends it where it was begun beside the fold', async () => {
    const own = saving(refused);
    own.folded(10);
    own.look();
    await expect(own.all()).rejects.toThrow('another process');
    expect(() => own.check()).toThrow('another process');
  });

  it('is none where all is saved', async () => {
    const own = saving(async () => []);
    await own.all();
    own.check();
  });
});
