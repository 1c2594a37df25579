import type { GrantsFile } from '../../schemas/grant.ts';
import type { DatedGrants } from '../engine/scope.ts';

/**
 * Every grant that ever stood in a file, once, with the version in which it was first loaded: what the versions up to this
 * one have to say to the next. Whole files would be as many times as large as there were changes.
 */
export function historyOf(
  { file, earlier }: { file: GrantsFile; earlier: readonly DatedGrants[] },
  loadedAt: number,
): DatedGrants[] {
  const known = new Set<string>();
  return [...earlier, { file, loadedAt }]
    .sort((a, b) => (a.loadedAt ?? 0) - (b.loadedAt ?? 0))
    .flatMap((version) => {
      const grants = version.file.grants.filter((grant) => {
        const text = JSON.stringify(grant);
        return !known.has(text) && known.add(text);
      });
      return grants.length === 0 ? [] : [{ ...version, file: { grants, charters: [], changes: [] } }];
    });
}
