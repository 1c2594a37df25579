import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../../schemas/config.ts';
import { writeNew } from '../../data-folder.ts';
import { ConfigError, unreadable } from '../../errors.ts';
import { startOf, whereAmI } from './process-mark.ts';
import { answers } from './server.ts';

/** The data folder as ours: one process a folder, whatever the store. */
export interface FolderLock {
  /**
   * A ConfigError where another process has it; who is not there to stay, as one that reads does, is waited for. `waits` is
   * told once for whom.
   */
  take(patienceMs?: number, waits?: (why: string) => void): Promise<void>;
  /** Says to other commands where we listen. */
  publish(url: string): void;
  /** Given back; nothing where it is not ours. */
  release(): void;
}

const lockSchema = z.object({
  pid: z.number().int().positive(),
  /** Absent while it starts. */
  url: z.url().optional(),
  /** Absent in those of older versions, as all below. */
  where: z.string().optional(),
  started: z.string().optional(),
  token: z.string().optional(),
});
type Held = z.infer<typeof lockSchema>;

/** How often the holder shows that it is alive, and how long somebody elsewhere waits to see it. */
const BEAT_MS = 1_000;
const STILL_MS = 5_000;
const STEP_MS = 100;

const pathOf = (folder: string): string => join(folder, 'overreach.lock');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createFolderLock({ data_dir: folder, store, sources, redaction }: Config): FolderLock {
  const path = pathOf(folder);
  const own: Held = { pid: process.pid, where: whereAmI(), started: startOf(process.pid) ?? '', token: randomUUID() };
  let beat: NodeJS.Timeout | undefined;

  const isOurs = (): boolean => read(path)?.held?.token === own.token;

  const heldBy = ({ pid, url }: Held): string =>
    `data_dir: ${folder} is held by process ${pid}, ${url === undefined ? 'an overreach that starts, stops or reads' : `the overreach on ${url}`}`;

  function refusal(held: Held): ConfigError {
    const key = `a folder of its own (with one hash key for all, in ${redaction.key_env})`;
    const shared = sources.kafka === undefined ? 'a folder and a store.database of its own' : key;
    const instead = store.kind === 'clickhouse' ? shared : 'a folder of its own';
    return new ConfigError(`${heldBy(held)}; stop it, or give this one ${instead}`);
  }

  return {
    async take(patienceMs = 0, waits = () => {}) {
      for (let waited = 0; ; ) {
        if (created(path, JSON.stringify(own))) break;
        const found = await settled(path);
        if (found === undefined) {
          checkGone(path);
          continue;
        }
        if (found.held === undefined || !(await isHeld(found.held, path))) {
          clear(path, found.text);
          continue;
        }
        if (found.held.url !== undefined || waited >= patienceMs) throw refusal(found.held);
        if (waited === 0) waits(`${heldBy(found.held)}: waiting for it`);
        await pause(STEP_MS);
        waited += STEP_MS;
      }
      beat = setInterval(() => touch(path), BEAT_MS).unref();
    },
    publish(url) {
      writeNew(`${path}.${own.token}`, JSON.stringify({ ...own, url }));
      renameSync(`${path}.${own.token}`, path);
    },
    release() {
      clearInterval(beat);
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

/** Of several that try at once, one makes it. */
function created(path: string, text: string): boolean {
  try {
    writeNew(path, text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that is no more: that one, and none that somebody made in its place since. */
function clear(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
  } catch {
    // Somebody else was faster.
  }
  rmSync(aside, { force: true });
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody took it away: a sign of life is then nobody's to look for.
  }
}

/** What a lock says; `held` is absent where it is none of ours. */
function read(path: string): { text: string; held?: Held } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const held = lockSchema.safeParse(parsed(text));
    return held.success ? { text, held: held.data } : { text };
  } catch {
    return undefined;
  }
}

/** Whoever had it gave it back meanwhile: a ConfigError where it is there, and cannot be read. */
function checkGone(path: string): void {
  try {
    readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(`data_dir: ${path}`, error);
  }
}

/** The same, once whoever is writing it had time to. */
async function settled(path: string): Promise<ReturnType<typeof read>> {
  const found = read(path);
  if (found === undefined || found.held !== undefined) return found;
  await pause(STEP_MS);
  return read(path);
}

/**
 * Whether who wrote it is alive. A lock outlives a process that was killed, and its number may be another's by now. What
 * runs elsewhere (on another machine, in another container) is not to be seen from here: it is watched for a sign of life.
 */
async function isHeld({ pid, url, where, started }: Held, path: string): Promise<boolean> {
  if (where === undefined) return isAlive(pid) && url !== undefined && (await answers(reachable(url)));
  if (where === whereAmI()) return (startOf(pid) ?? '') === started;
  const seen = touched(path);
  for (let waited = 0; waited < STILL_MS; waited += STEP_MS) {
    await pause(STEP_MS);
    if (touched(path) !== seen) return existsSync(path);
  }
  return false;
}

const touched = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The address of the `up` that holds the folder: only who is alive and answers counts. */
export async function holderOf(folder: string): Promise<string | undefined> {
  const held = read(pathOf(folder))?.held;
  if (held?.url === undefined) return undefined;
  const { pid, where, started } = held;
  const gone = where === undefined ? !isAlive(pid) : where === whereAmI() && startOf(pid) !== started;
  const url = reachable(held.url);
  return !gone && (await answers(url)) ? url : undefined;
}

const reachable = (url: string): string => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');

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
