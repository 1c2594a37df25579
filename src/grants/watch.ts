import { unwatchFile, watchFile } from 'node:fs';
import { type LoadedGrants, loadGrants } from './load.ts';

interface GrantsWatcherOptions {
  files: readonly string[];
  /** New grants, checked and whole; told one at a time, in order. */
  onChange(loaded: LoadedGrants): void | Promise<void>;
  /** The files were read and are sound, changed or not. */
  onRead?(): void;
  /** The files are broken: what was in force stays in force. */
  onError(error: Error): void;
  /** How often the files are looked at, and the quiet time after a change before they are read. */
  pollMs?: number;
  settleMs?: number;
}

export interface GrantsWatcher {
  /** Reads the files now. True where that brought other grants; throws what is wrong with them. */
  reload(): Promise<boolean>;
  close(): void;
}

/**
 * Reads the grants again whenever their files change. They are looked at by their path, since what is told of a folder ends
 * where the folder, or a link on the way to it, is replaced: as editors, orchestrators and releases do.
 */
export function createGrantsWatcher(options: GrantsWatcherOptions): GrantsWatcher {
  const { files, onChange, onRead, onError, pollMs = 1000, settleMs = 200 } = options;
  let version = '';
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<boolean> => {
    const loaded = loadGrants(files);
    const isNew = loaded.version !== version;
    if (isNew) await onChange(loaded);
    version = loaded.version;
    onRead?.();
    return isNew;
  };
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
