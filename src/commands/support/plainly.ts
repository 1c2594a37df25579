import { statfsSync } from 'node:fs';
import type { Config } from '../../../schemas/config.ts';
import { ConfigError, OperationError } from '../../errors.ts';
import { engineCode, engineMessage, isFull, isRetryable } from '../../stores/errors.ts';

const SAFE = 'What was acknowledged is stored and stays so, the rest is sent or read again.';

/** What ended a service as who runs it needs it said: a full disk, or a store that is away, in a line; the rest as it is. */
export function plainly(error: unknown, { data_dir: folder, store }: Pick<Config, 'data_dir' | 'store'>): unknown {
  // It has its words already.
  if (error instanceof OperationError || error instanceof ConfigError) return error;
  const isEngine = engineCode(error) !== undefined;
  const why = engineMessage(error).replace(/[\s.]+$/, '');
  const cause = { cause: error };
  if (isFull(error)) {
    const isOurs = store.kind === 'chdb' || !isEngine;
    const place = isOurs ? `data_dir: the disk of ${folder}` : `store.url: the disk of ${new URL(store.url).origin}`;
    const mend = isOurs ? 'Make room, or move the folder to a larger disk and name it in data_dir' : 'Make room there';
    const room = isOurs ? freeIn(folder) : '';
    return new OperationError(`${place} is full${room}: ${why}. ${SAFE} ${mend}, then start again`, cause);
  }
  if (isEngine && isRetryable(error))
    return new OperationError(`the store takes no rows: ${why}. ${SAFE} Start again when it does`, cause);
  return error;
}

/** Where the system does not say, nothing is said. */
function freeIn(folder: string): string {
  try {
    const { bavail, bsize, ffree } = statfsSync(folder);
    return ` (room for ${((bavail * bsize) / 1_048_576).toFixed(1)} MiB in ${ffree} files)`;
  } catch {
    return '';
  }
}
