import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchFiles } from '../../src/commands/support/watched-files.ts';
import { loadGrants } from '../../src/grants/load.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const GOOD = 'grants:\n  - { id: a, agents: [x], servers: [s] }\n';

/** Reads grants, and notes how many there are where that is news. */
const loading = (path: string, told: number[]) => async () => {
  const { length } = loadGrants([path]).grants;
  const isNew = length !== told.at(-1);
  if (isNew) told.push(length);
  return isNew;
};

describe('files that are watched', () => {
  it('tells a change once, keeps what is in force when a file breaks, and sees a file that is replaced', async () => {
    const path = join(folder, 'grants.yaml');
    await writeFile(path, GOOD);
    const told: number[] = [];
    const errors: string[] = [];
    const watcher = watchFiles({
      files: [path],
      load: loading(path, told),
      onError: (error) => errors.push(error.message),
      pollMs: 20,
      settleMs: 5,
    });
    try {
      expect(await watcher.reload()).toBe(true);
      expect(await watcher.reload()).toBe(false);
      await writeFile(join(folder, 'next'), `${GOOD}  - { id: b, agents: [y] }\n`);
      await rename(join(folder, 'next'), path);
      await vi.waitFor(() => expect(told).toEqual([1, 2]), 5000);
      await writeFile(path, 'grants: [{ id: a }]');
      await vi.waitFor(() => expect(errors.at(-1)).toContain('grants.yaml:1: grants.0.agents'), 5000);
      expect(told).toEqual([1, 2]);
      await expect(watcher.reload()).rejects.toThrow('grants.0.agents');
    } finally {
      watcher.close();
    }
  });
});

describe('files behind a link', () => {
  it.each(['the link is swapped', 'the folder is replaced'])(
    '%s: the new file is read, and its later edits',
    async (way) => {
      const at = (...names: string[]) => join(folder, ...names);
      for (const [name, text] of [
        ['one', GOOD],
        ['two', `${GOOD}  - { id: b, agents: [y] }\n`],
      ] as const) {
        await mkdir(at(name));
        await writeFile(at(name, 'grants.yaml'), text);
      }
      const isLink = way === 'the link is swapped';
      if (isLink) await symlink(at('one'), at('current'));
      else await rename(at('one'), at('current'));
      const told: number[] = [];
      const watcher = watchFiles({
        files: [at('current', 'grants.yaml')],
        load: loading(at('current', 'grants.yaml'), told),
        onError: () => {},
        pollMs: 20,
        settleMs: 5,
      });
      try {
        await watcher.reload();
        if (isLink) {
          await symlink(at('two'), at('next'));
          await rename(at('next'), at('current'));
        } else {
          await rename(at('current'), at('old'));
          await rename(at('two'), at('current'));
        }
        await vi.waitFor(() => expect(told).toEqual([1, 2]), 5000);
        await appendFile(at('current', 'grants.yaml'), '  - { id: c, agents: [z] }\n');
        await vi.waitFor(() => expect(told).toEqual([1, 2, 3]), 5000);
      } finally {
        watcher.close();
      }
    },
  );
});
