import { OperationError } from '../errors.ts';
import type { Manifest } from '../stores/store.ts';
import type { HeldPartition } from './held.ts';

const REBUILT =
  'its baseline was rebuilt, or it was taken over, beside this process, and what this one would save counts no more. Start it again';
const TWICE =
  'another process has saved it since this one did, and without Kafka one process writes to a database. Stop one of them, ' +
  'or give it a data_dir and a store.database of its own, and start again; what both have stored is learned by `overreach baseline rebuild`';

/**
 * Before a manifest is written: an OperationError where somebody else saved the partition since we did. What is older than
 * ours comes of a replica that is behind. Where the broker hands partitions out, only a later epoch is nobody's right: a
 * process that holds one a moment longer than it may is passed by the next one, and harms nobody.
 */
export function checkFence(
  { partition, epoch, manifest: ours }: HeldPartition,
  newest: Manifest | null,
  { writer, storeIsLog }: { writer: string; storeIsLog: boolean },
): void {
  if (newest === null) return;
  if (newest.epoch > epoch) throw new OperationError(`${partition.id}: ${REBUILT}`);
  if (!storeIsLog || newest.writer === writer || (ours !== null && isUpTo(newest, ours))) return;
  throw new OperationError(`${partition.id}: ${TWICE}`);
}

const isUpTo = (one: Manifest, other: Manifest): boolean =>
  one.epoch !== other.epoch
    ? one.epoch < other.epoch
    : one.nextOffset < other.nextOffset || (one.nextOffset === other.nextOffset && one.writer === other.writer);
