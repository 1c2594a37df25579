import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type LoadedGrants, loadGrants } from './load.ts';

export interface GrantsWatcherOptions {
  files: readonly string[];
  /** New grants, checked and whole; told one at a time, in order. */
  onChange(loaded: LoadedGrants): void | Promise<void>;
  /** The files were read and are sound, changed or not. */
  onRead?(): void;
  /** The files are broken: what was in force stays in force. */
  onError(error: Error): void;
  /** Quiet time after a change of a file before it is read. */
  settleMs?: number;
}

export interface GrantsWatcher {
  /** Reads the files now. True where that brought other grants; throws what is wrong with them. */
  reload(): Promise<boolean>;
  close(): void;
}

/**
 * Reads the grants again whenever their files change. It is the folders that are watched: editors and orchestrators
 * replace a file rather than write into it.
 */
export function createGrantsWatcher(options: GrantsWatcherOptions): GrantsWatcher {
  const { files, onChange, onRead, onError, settleMs = 200 } = options;
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
  const names = new Map<string, Set<string>>();
  for (const file of files.map((path) => resolve(path)))
    names.set(dirname(file), (names.get(dirname(file)) ?? new Set()).add(basename(file)));
  const watchers: FSWatcher[] = [...names].map(([folder, own]) => {
    // A mounted folder is swapped by a link named ..data: then any file may be new.
    const watcher = watch(folder, (_, name) => {
      if (name === null || own.has(name) || name.startsWith('..')) soon();
    });
    watcher.on('error', onError);
    watcher.unref();
    return watcher;
  });
  return {
    reload,
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
