import { OperationError } from '../../errors.ts';
import type { Manifest, Store } from '../../stores/store.ts';

const STEP_MS = 500;

interface StandingStillOptions {
  store: Pick<Store, 'newestManifest'>;
  /** How long is watched, milliseconds. */
  forMs: number;
  pause(ms: number): Promise<void>;
}

/**
 * Several processes may share a record, each with a folder of its own: whether one still runs is not to be seen but by the
 * checkpoints that it saves. An OperationError where one is saved meanwhile.
 */
export async function watchStill(
  manifests: readonly Manifest[],
  { store, forMs, pause }: StandingStillOptions,
): Promise<void> {
  for (let waited = 0; waited < forMs; waited += STEP_MS) {
    await pause(STEP_MS);
    for (const manifest of manifests) await checkStill(manifest, store);
  }
}

export async function checkStill(manifest: Manifest, store: Pick<Store, 'newestManifest'>): Promise<void> {
  const { partition, epoch, nextOffset, writer } = manifest;
  const newest = await store.newestManifest(partition);
  if (newest?.epoch === epoch && newest.nextOffset === nextOffset && newest.writer === writer) return;
  throw new OperationError(
    `${partition}: another process has just saved its checkpoint. Stop all that share this record, then try again; ` +
      '--force replaces it all the same, and each of them ends with its next one',
  );
}
