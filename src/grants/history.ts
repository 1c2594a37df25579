import type { Grant, GrantsFile } from '../../schemas/grant.ts';
import type { DatedGrants } from '../engine/scope.ts';

/**
 * Every grant that ever stood in a file, once, with the version in which it was first loaded and the time of the first
 * without it: what the versions up to this one, loaded at `loadedAt`, have to say to the next. Whole files would be as many
 * times as large as there were changes.
 */
export function historyOf(
  { file, earlier }: { file: GrantsFile; earlier: readonly DatedGrants[] },
  loadedAt: number,
): DatedGrants[] {
  const current = new Set(file.grants.map((grant) => JSON.stringify(grant)));
  const known = new Set<string>();
  return [...earlier.flatMap((version) => ended(version, current, loadedAt)), { file, loadedAt }]
    .sort((a, b) => (a.loadedAt ?? 0) - (b.loadedAt ?? 0))
    .flatMap((version) => {
      const grants = version.file.grants.filter((grant) => {
        const text = JSON.stringify(grant);
        return !known.has(text) && known.add(text);
      });
      return grants.length === 0 ? [] : [{ ...version, file: { grants, charters: [], changes: [] } }];
    });
}

/** Parted into what still stands and what this version has ended. What came back stands again, from when it first did. */
function ended(version: DatedGrants, current: ReadonlySet<string>, at: number): DatedGrants[] {
  const { until, ...open } = version;
  const [standing, gone]: [Grant[], Grant[]] = [[], []];
  for (const grant of version.file.grants) (current.has(JSON.stringify(grant)) ? standing : gone).push(grant);
  const file = (grants: Grant[]): GrantsFile => ({ ...version.file, grants });
  return [
    { ...open, file: file(standing) },
    { ...version, file: file(gone), until: until ?? at },
  ];
}
