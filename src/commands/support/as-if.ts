import type { ToldAlert } from '../../backtest/compare.ts';
import { type LoadedConfig, loadConfig } from '../../config.ts';
import type { RuleContents } from '../../engine/rules.ts';
import { OperationError } from '../../errors.ts';
import { loadGrants } from '../../grants/load.ts';
import { judgeAgain } from '../../pipeline/again.ts';
import { createInputBook } from '../../pipeline/input-book.ts';
import { lanesBeside } from '../../pipeline/lanes/lanes.ts';
import type { Store } from '../../stores/store.ts';
import { loadCatalogues } from './files.ts';
import type { Progress } from './progress.ts';
import { readContents, versionOf } from './rule-book.ts';
import { withVerdictLists } from './verdict-lists.ts';

interface Given {
  config?: string;
  grants: string[];
  asIf?: boolean;
}

/** Settings that take the place of those of the time; undefined where nothing is to be judged again. */
export function instead({ config: file, grants, asIf }: Given): RuleContents | undefined {
  if (file === undefined && grants.length === 0) return asIf === true ? {} : undefined;
  const other = file === undefined ? undefined : loadConfig(file).config;
  const files = [...(other?.grants ?? []), ...grants];
  return {
    ...(other !== undefined && {
      detectors: other.detectors,
      catalogues: loadCatalogues(other.catalogue),
    }),
    ...(files.length > 0 && { grants: { file: loadGrants(files), earlier: [] } }),
  };
}

/** The record judged again from its beginning: what would have been told, oldest first. */
export async function judgedAgain(
  store: Store,
  { config }: LoadedConfig,
  instead: RuleContents,
  progress: Progress,
  now: () => number,
): Promise<ToldAlert[]> {
  // What takes the place of what was in force does so whatever that was.
  const book = createInputBook<RuleContents>({
    compile: (contents) => ({ ...readContents(contents), ...instead }),
    read: withVerdictLists(store).readInput,
    write: () => Promise.resolve(),
    versionOf,
    now,
  });
  const told: ToldAlert[] = [];
  let before = 0;
  const partitions = await store.checkpointed();
  if (partitions.length === 0)
    throw new OperationError('the record has no checkpoint yet: `overreach up` makes one, then it can be judged again');
  for (const partition of partitions) {
    const newest = await store.newestManifest(partition);
    if (newest === null) continue;
    let folded = 0;
    const alerts = await judgeAgain(newest, {
      store,
      book,
      dedupeWindow: config.checkpoint.dedupe_window,
      threads: lanesBeside(),
      onProgress(events) {
        folded = events;
        progress.at(before + events);
      },
    });
    before += folded;
    for (const { alert_id, revision, agent, detector, severity, title, session_id, occurred_at } of alerts)
      if (revision === 1)
        told.push({
          alert_id,
          agent: agent.id,
          detector,
          severity,
          title,
          session: session_id ?? '',
          at: Date.parse(occurred_at),
        });
  }
  progress.end();
  return told.sort((a, b) => a.at - b.at || a.alert_id.localeCompare(b.alert_id));
}
