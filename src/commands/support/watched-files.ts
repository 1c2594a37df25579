import { unwatchFile, watchFile } from 'node:fs';

interface WatchedFilesOptions {
  files: readonly string[];
  /** Puts in force what they say: true where that is news. Throws what is wrong with them. */
  load(): Promise<boolean>;
  /** The files are broken: what was in force stays in force. */
  onError(error: Error): void;
  /** How often the files are looked at, and the quiet time after a change before they are read. */
  pollMs?: number;
  settleMs?: number;
}

export interface WatchedFiles {
  /** Reads the files now. */
  reload(): Promise<boolean>;
  close(): void;
}

/**
 * Files that are read again whenever they change. They are looked at by their path, since what is told of a folder ends
 * where the folder, or a link on the way to it, is replaced: as editors, orchestrators and releases do.
 */
export function watchFiles({ files, load, onError, pollMs = 1000, settleMs = 200 }: WatchedFilesOptions): WatchedFiles {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();

  /** One after the other. */
  const reload = (): Promise<boolean> => {
    const next = running.then(load, load);
    running = next.catch(() => {});
    return next;
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => reload().catch(onError), settleMs);
    timer.unref();
  };
  for (const file of files) watchFile(file, { interval: pollMs, persistent: false }, soon);
  return {
    reload,
    close() {
      clearTimeout(timer);
      for (const file of files) unwatchFile(file, soon);
    },
  };
}
