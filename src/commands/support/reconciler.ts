import { keptElsewhere, type Reconciled, reconcile } from '../../pipeline/reconcile.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import { since, tallyIn } from '../../pipeline/tally.ts';
import type { Store } from '../../stores/store.ts';

const HOUR = 3_600_000;

export interface ReconcilerOptions {
  store: Pick<Store, 'query'>;
  pipeline: Pick<Pipeline, 'held'>;
  /** Offsets of a partition within which the fold tells duplicates. */
  window: number;
  now(): number;
}

/** Holds what was counted against what is stored: hourly, and before the fold has forgotten what it counted. */
export function createReconciler({ store, pipeline, window, now }: ReconcilerOptions) {
  let differences: readonly Reconciled[] = [];
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
    const found: Reconciled[] = [];
    for (const one of await reconcile(store)) {
      const own = pipeline.held.get(one.partition);
      if (own === undefined) continue;
      const known = await settled(one);
      if (known.missing !== 0) found.push(known);
      else goOnFrom(own, known);
    }
    differences = found;
  }

  /** What is accounted for is not counted again. */
  function goOnFrom(own: Pipeline['held'] extends ReadonlyMap<string, infer H> ? H : never, { to }: Reconciled): void {
    const saved = own.manifest?.nextOffset === to ? tallyIn(own.manifest.state) : undefined;
    if (saved !== undefined && saved.from === own.tally.from) own.tally = since(own.tally, saved, to, lookedAt);
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
