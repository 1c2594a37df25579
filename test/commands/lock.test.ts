import { utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { createFolderLock, type FolderLock } from '../../src/commands/support/lock.ts';
import { startOf, whereAmI } from '../../src/commands/support/process-mark.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  const taken: FolderLock[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overreach-lock-'));
  });
  afterEach(async () => {
    for (const lock of taken.splice(0)) lock.release();
    await rm(folder, { recursive: true, force: true });
  });

  const path = () => join(folder, 'overreach.lock');
  const lockOf = (): FolderLock => {
    const lock = createFolderLock(configSchema.parse({ data_dir: folder }));
    taken.push(lock);
    return lock;
  };
  const left = (lock: object | string) => writeFile(path(), typeof lock === 'string' ? lock : JSON.stringify(lock));
  const here = { where: whereAmI(), token: 'a', url: 'http://127.0.0.1:9' };
  const started = startOf(process.pid)!;

  it('knows when a process was started, and that there is none', () => {
    expect(started).toMatch(/\d/);
    expect(startOf(process.pid)).toBe(started);
    expect(startOf(process.ppid)).not.toBe(started);
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
  });

  it('is no riddle where it cannot be read, as one that another user made', async () => {
    await mkdir(path());
    await expect(lockOf().take()).rejects.toThrow(`data_dir: ${path()}: this is a folder, a file is wanted`);
  });

  it('is held by one at a time, while it starts too, and given back', async () => {
    const first = lockOf();
    await first.take();
    await expect(lockOf().take()).rejects.toThrow(
      `${folder} is held by process ${process.pid}, an overreach that starts, stops or reads`,
    );
    first.publish('http://127.0.0.1:9');
    const second = lockOf();
    await expect(second.take()).rejects.toThrow('the overreach on http://127.0.0.1:9; stop it, or give this one');
    second.release();
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:9' });
    first.release();
    await second.take();
    expect(await readdir(folder)).toEqual(['overreach.lock']);
  });

  it('is waited for while somebody starts, stops or reads, and not once that one listens; for whom is said once', async () => {
    const [first, said] = [lockOf(), [] as string[]];
    await first.take();
    const second = lockOf().take(60_000, (why) => said.push(why));
    const third = lockOf();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(said[0]).toMatch(/held by process \d+, an overreach that starts, stops or reads: waiting for it$/);
    first.release();
    await second;
    expect(said).toHaveLength(1);
    const fourth = third.take(60_000);
    taken[1]!.publish('http://127.0.0.1:9');
    await expect(fourth).rejects.toThrow('the overreach on http://127.0.0.1:9');
  });

  it.each([
    ['a process that is gone', { ...here, pid: 2 ** 22 + 1, started }],
    ['a number that another program has by now', { ...here, pid: process.ppid, started }],
    ['our own number, of an earlier start', { ...here, pid: process.pid, started: '1' }],
    ['an older version, that nobody answers for', { pid: process.pid, url: 'http://127.0.0.1:9' }],
    ['a write that was cut off', '{"pid":'],
    ['nobody', ''],
  ])('of %s stops nobody', async (_who, lock) => {
    await left(lock);
    await lockOf().take();
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ pid: process.pid, started });
  });

  it('of a process elsewhere holds while it shows that it is alive', async () => {
    const elsewhere = { ...here, where: 'another container', pid: process.pid, started };
    await left(elsewhere);
    utimesSync(path(), 1, 1);
    let shown = 1;
    const alive = setInterval(() => utimesSync(path(), ++shown, shown), 50);
    await expect(lockOf().take()).rejects.toThrow(/is held by process/);
    clearInterval(alive);
    await lockOf().take();
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ where: whereAmI() });
  });

  it('is got by one of many that find a dead one at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      await left({ ...here, pid: 2 ** 22 + 1, started });
      const locks = Array.from({ length: 8 }, lockOf);
      const tried = await Promise.allSettled(locks.map((lock) => lock.take()));
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const lock of locks) lock.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });
});
