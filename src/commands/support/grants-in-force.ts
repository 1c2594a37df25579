import { createGrantsWatcher, type GrantsWatcher } from '../../grants/watch.ts';
import type { Log } from '../../log.ts';
import type { CountingObserver } from './observer.ts';
import type { RuleBook } from './rule-book.ts';

/** The grants files, taken over whenever they change; `trouble` says what is wrong with them, or ''. */
export interface GrantsInForce extends GrantsWatcher {
  readonly trouble: string;
}

export function watchGrants(
  files: readonly string[],
  { rules, observer, log }: { rules: RuleBook; observer: CountingObserver; log: Log },
): GrantsInForce {
  let trouble = '';
  const watcher = createGrantsWatcher({
    files,
    onChange: async ({ file }) => {
      if (await rules.setGrants(file)) log.info({ grants: file.grants.length }, 'grants loaded anew');
    },
    onRead() {
      trouble = '';
      observer.unwarn('grants');
    },
    onError(error) {
      trouble = error.message;
      observer.warn('grants', `the grants files are broken, the old ones stay in force: ${error.message}`);
      log.error({ err: error }, 'grants files are broken: the old ones stay in force');
    },
  });
  return {
    ...watcher,
    get trouble() {
      return trouble;
    },
  };
}
