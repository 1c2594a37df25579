import { existsSync } from 'node:fs';
import type { GrantsFile } from '../../../schemas/grant.ts';
import { ConfigError } from '../../errors.ts';
import { loadGrants } from '../../grants/load.ts';
import type { Log } from '../../log.ts';
import type { CountingObserver } from './observer.ts';
import type { RuleBook } from './rule-book.ts';
import { type WatchedFiles, watchFiles } from './watched-files.ts';

/** The grants files, taken over whenever they change; `trouble` says what is wrong with them, or ''. */
export interface GrantsInForce extends WatchedFiles {
  readonly trouble: string;
}

/** The grants files as a start finds them: sound, or what is wrong with them. */
type GrantsFound = { file: GrantsFile } | { broken: ConfigError };

/** A path that leads nowhere is a mistake of the configuration, and thrown. */
export function findGrants(files: readonly string[]): GrantsFound {
  try {
    return { file: loadGrants(files) };
  } catch (error) {
    if (error instanceof ConfigError && files.every((path) => existsSync(path))) return { broken: error };
    throw error;
  }
}

/**
 * Puts in force what a start has found. Broken files leave in force what was so last, as they do while we run: not to
 * start would leave every call unrecorded. Where nothing ever was in force, what is wrong with them is thrown.
 */
export async function openGrants(
  files: readonly string[],
  found: GrantsFound,
  { rules, observer, log }: { rules: RuleBook; observer: CountingObserver; log: Log },
): Promise<GrantsInForce> {
  let trouble = '';
  const isBroken = (error: Error): void => {
    trouble = error.message;
    observer.warn('grants', `the grants files are broken, the old ones stay in force: ${error.message}`);
    log.error({ err: error }, 'grants files are broken: the old ones stay in force');
  };
  if ('file' in found) await rules.setGrants(found.file);
  else if (await rules.keepGrants()) isBroken(found.broken);
  else throw found.broken;

  const watcher = watchFiles({
    files,
    async load() {
      const file = loadGrants(files);
      const isNew = await rules.setGrants(file);
      if (isNew) log.info({ grants: file.grants.length }, 'grants loaded anew');
      trouble = '';
      observer.unwarn('grants');
      return isNew;
    },
    onError: isBroken,
  });
  return {
    ...watcher,
    get trouble() {
      return trouble;
    },
  };
}
