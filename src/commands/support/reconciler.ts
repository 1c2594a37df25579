import type { Config } from '../../../schemas/config.ts';
import { HOUR } from '../../../schemas/durations.ts';
import { again, isPast, keptElsewhere, type Reconciled, reconcile } from '../../pipeline/reconcile.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import { since, tallyIn } from '../../pipeline/tally.ts';
import type { Store } from '../../stores/store.ts';

interface ReconcilerOptions {
  store: Pick<Store, 'query'>;
  pipeline: Pick<Pipeline, 'held'>;
  config: Pick<Config, 'checkpoint' | 'retention'>;
  now(): number;
}

type Own = Pipeline['held'] extends ReadonlyMap<string, infer H> ? H : never;

/** Holds what was counted against what is stored: hourly, and before the fold has forgotten what it counted. */
export function createReconciler({ store, pipeline, config, now }: ReconcilerOptions) {
  // Offsets of a partition within which the fold tells duplicates.
  const { dedupe_window: window } = config.checkpoint;
  const { events_days: eventsDays } = config.retention;
  let differences: readonly Reconciled[] = [];
  /** As they were found; the counting went on from their ends. */
  let found: Reconciled[] = [];
  let lookedAt = now();
  let looking: Promise<void> | null = null;

  const isDue = (): boolean =>
    now() - lookedAt >= HOUR ||
    [...pipeline.held.values()].some(({ tally, partition }) => partition.nextOffset - tally.from > window / 2);

  async function settled(one: Reconciled): Promise<Reconciled> {
    const own = pipeline.held.get(one.partition);
    if (own === undefined || one.missing <= 0) return one;
    return { ...one, missing: one.missing - (await keptElsewhere(store, one, own.partition.keys())) };
  }

  async function look(): Promise<void> {
    lookedAt = now();
    const standing: Reconciled[] = [];
    found = found.filter((one) => pipeline.held.has(one.partition) && !isPast(one, eventsDays, lookedAt));
    for (const one of found) standing.push(await again(store, one));
    for (const one of await reconcile(store)) {
      const own = pipeline.held.get(one.partition);
      if (own === undefined || isCounted(own, one)) continue;
      const known = isPast(one, eventsDays, lookedAt) ? { ...one, missing: 0 } : await settled(one);
      if (goOnFrom(own, known) && known.missing !== 0) found.push(known);
      standing.push(known);
    }
    // Where nothing came since, nothing of it can be past.
    for (const { partition, tally } of pipeline.held.values())
      if (partition.nextOffset === tally.from) tally.at = lookedAt;
    differences = perPartition(standing.filter(({ missing }) => missing !== 0));
  }

  /** The counting went on from its end already, and no manifest says so yet. */
  const isCounted = ({ manifest, tally }: Own, { to }: Reconciled): boolean =>
    manifest?.nextOffset === to && tally.from >= to;

  /** What is accounted for, or told, is not counted again. */
  function goOnFrom(own: Own, { to }: Reconciled): boolean {
    const saved = own.manifest?.nextOffset === to ? tallyIn(own.manifest.state) : undefined;
    if (saved === undefined || saved.from !== own.tally.from) return false;
    own.tally = since(own.tally, saved, to, lookedAt);
    return true;
  }

  return {
    /** Partitions whose counts did not agree when they were last held against each other. */
    get differences() {
      return differences;
    },
    /** Once an hour, or sooner where much has come. */
    async tick(): Promise<void> {
      if (looking === null && isDue())
        looking = look().finally(() => {
          looking = null;
        });
      await looking;
    },
    look,
  };
}

export type Reconciler = ReturnType<typeof createReconciler>;

/** One a partition, since the first: it is one finding. */
function perPartition(found: readonly Reconciled[]): Reconciled[] {
  const sums = new Map<string, Reconciled>();
  for (const one of found) {
    const sum = sums.get(one.partition);
    if (sum === undefined) sums.set(one.partition, one);
    else
      sums.set(one.partition, {
        ...sum,
        to: one.to,
        folded: sum.folded + one.folded,
        rejected: sum.rejected + one.rejected,
        stored: sum.stored + one.stored,
        missing: sum.missing + one.missing,
      });
  }
  return [...sums.values()];
}
