import { compileRules } from '../../engine/rules.ts';
import type { Log } from '../../log.ts';
import { loadCatalogues } from './files.ts';
import type { CountingObserver } from './observer.ts';
import type { RuleBook } from './rule-book.ts';
import { type WatchedFiles, watchFiles } from './watched-files.ts';

/** The operator's catalogue files, taken over at the start and whenever they change. Broken ones change nothing. */
export async function openCatalogue(
  files: readonly string[],
  { rules, observer, log }: { rules: RuleBook; observer: CountingObserver; log: Log },
): Promise<WatchedFiles> {
  async function load(): Promise<boolean> {
    const catalogues = loadCatalogues(files);
    compileRules({ catalogues });
    const isNew = await rules.set('catalogue', catalogues);
    observer.unwarn('catalogue');
    return isNew;
  }
  await load();
  return watchFiles({
    files,
    async load() {
      const isNew = await load();
      if (isNew) log.info({ files }, 'catalogue loaded anew');
      return isNew;
    },
    onError(error) {
      observer.warn('catalogue', `the catalogue files are broken, the old ones stay in force: ${error.message}`);
      log.error({ err: error }, 'catalogue files are broken: the old ones stay in force');
    },
  });
}
