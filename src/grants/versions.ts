import type { Grant, GrantsFile } from '../../schemas/grant.ts';
import type { DatedGrants } from '../engine/scope.ts';
import { loadGrants } from './load.ts';
import type { ReadPort } from './read-port.ts';

/** Every version of the grants that was ever loaded, with the time it was loaded first; oldest first. */
export async function readVersions(port: ReadPort): Promise<DatedGrants[]> {
  const rows = await port.query(
    "SELECT JSONExtractRaw(content, 'file') AS file, toUnixTimestamp64Milli(loaded_at) AS loaded_at FROM inputs FINAL WHERE kind = 'grants' ORDER BY loaded_at, version LIMIT 10000",
    {},
  );
  return rows.map((row) => ({ file: JSON.parse(String(row.file)) as GrantsFile, loadedAt: Number(row.loaded_at) }));
}

/** As the view `grants` has it: what came into force last; a version that nobody took up yet counts from its loading. */
const IN_FORCE = `
SELECT i.content AS content
FROM (SELECT version, content, loaded_at FROM inputs FINAL WHERE kind = 'grants') AS i
LEFT JOIN (
  SELECT version, max(stored_at) AS adopted_at FROM adoptions WHERE kind = 'grants' GROUP BY version
) AS a ON a.version = i.version
ORDER BY greatest(toDateTime64(i.loaded_at, 6, 'UTC'), a.adopted_at) DESC
LIMIT 1`;

/** The grants that a person asks about: those of the files that are named, else those in force in the record. */
export async function grantsOf(files: readonly string[], port: ReadPort): Promise<GrantsFile> {
  if (files.length > 0) return loadGrants(files);
  const [row] = await port.query(IN_FORCE, {});
  return row === undefined ? loadGrants([]) : (JSON.parse(String(row.content)) as { file: GrantsFile }).file;
}

/**
 * Since when a grant holds, in epoch milliseconds: its valid_from, else when it was first loaded as it is now; 0 where it
 * was never loaded.
 */
export function heldSince(versions: readonly DatedGrants[]): (grant: Grant) => number {
  const first = new Map<string, number>();
  for (const { file, loadedAt = 0 } of versions)
    for (const grant of file.grants) {
      const key = JSON.stringify(grant);
      first.set(key, Math.min(first.get(key) ?? Number.POSITIVE_INFINITY, loadedAt));
    }
  return (grant) =>
    grant.valid_from === undefined ? (first.get(JSON.stringify(grant)) ?? 0) : Date.parse(grant.valid_from);
}
