import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../../schemas/config.ts';
import { OperationError } from '../../errors.ts';
import { answers } from './server.ts';

const placeOf = (folder: string): string => join(folder, 'overreach.lock');

/** Says to other commands who holds the folder, and where it listens. Returns what takes that back. */
export function writeLock(folder: string, url: string): () => void {
  const path = placeOf(folder);
  writeFileSync(path, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** The embedded engine is one process a folder; who comes second is told who came first. */
export async function refuseHeld({ store, data_dir: folder }: Pick<Config, 'store' | 'data_dir'>): Promise<void> {
  const holder = store.kind === 'chdb' ? await holderOf(folder) : undefined;
  if (holder !== undefined)
    throw new OperationError(
      `data_dir: ${folder} is held by the overreach on ${holder}; stop it, or name another folder`,
    );
}

const lockSchema = z.object({ pid: z.number().int().positive(), url: z.url() });

/**
 * The address of the `up` that holds the folder. A lock file outlives a process that was killed, and its number may be
 * another's by now: only who is alive and answers counts.
 */
export async function holderOf(folder: string): Promise<string | undefined> {
  const path = placeOf(folder);
  if (!existsSync(path)) return undefined;
  const lock = lockSchema.safeParse(parsed(readFileSync(path, 'utf8')));
  if (!lock.success || !isAlive(lock.data.pid)) return undefined;
  const url = lock.data.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  return (await answers(url)) ? url : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
